namespace TimeShift.Formats.Tests.Media;

/// <summary>Bitstreams written as text, field by field.</summary>
internal static class BitText
{
    /// <summary>Packs zeros and ones, the first one highest; the last byte is filled with zeros.</summary>
    public static byte[] Pack(string bits) =>
        [.. bits.PadRight((bits.Length + 7) / 8 * 8, '0').Chunk(8).Select(chunk => Convert.ToByte(new string(chunk), 2))];
}
