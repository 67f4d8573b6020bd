namespace TimeShift.Formats.Flv;

/// <summary>Bytes that are no FLV; the message says what came and what is expected.</summary>
public sealed class FlvFormatException(string message) : FormatException(message);
