namespace TimeShift.Formats.Sdp;

/// <summary>A session description breaks RFC 8866; the message says what came and what is expected.</summary>
public sealed class SdpFormatException(string message) : FormatException(message);
