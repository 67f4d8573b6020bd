namespace TimeShift.Formats.Rtp;

/// <summary>A packet breaks RTP, RTCP or its payload format; the message says what came and what is expected.</summary>
public sealed class RtpFormatException(string message) : FormatException(message);
