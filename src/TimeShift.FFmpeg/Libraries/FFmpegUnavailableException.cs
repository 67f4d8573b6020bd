namespace TimeShift.FFmpeg.Libraries;

/// <summary>
/// FFmpeg's libraries are missing, or are others than the bindings were made for. The message says which, and what to do.
/// </summary>
public sealed class FFmpegUnavailableException(string message) : Exception(message);
