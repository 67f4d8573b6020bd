namespace TimeShift.Formats.Amf;

/// <summary>Bytes that are no AMF0; the message says what came and what is expected.</summary>
public sealed class AmfFormatException(string message) : FormatException(message);
