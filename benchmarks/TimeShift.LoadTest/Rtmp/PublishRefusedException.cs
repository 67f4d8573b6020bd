namespace TimeShift.LoadTest.Rtmp;

/// <summary>The server did not let a publisher in; the message says at which step and what it answered.</summary>
internal sealed class PublishRefusedException(string message, Exception? inner = null) : Exception(message, inner);
