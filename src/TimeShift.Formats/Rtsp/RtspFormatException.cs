namespace TimeShift.Formats.Rtsp;

/// <summary>The peer breaks RTSP; the message says what came and what is expected.</summary>
public sealed class RtspFormatException(string message) : FormatException(message);
