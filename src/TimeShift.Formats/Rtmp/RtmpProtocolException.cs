namespace TimeShift.Formats.Rtmp;

/// <summary>The peer broke RTMP, or went beyond a bound; the message says what came and what is expected.</summary>
public sealed class RtmpProtocolException(string message) : FormatException(message);
