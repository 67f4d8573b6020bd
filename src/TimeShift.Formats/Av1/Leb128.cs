namespace TimeShift.Formats.Av1;

/// <summary>leb128(), AV1 specification §4.10.5: seven bits a byte, the lowest first, at most eight bytes and 32 bits of value.</summary>
internal static class Leb128
{
    /// <param name="offset">Position of the first byte; moved behind the last.</param>
    /// <exception cref="BitstreamException">Cut short, or above 2^32-1.</exception>
    public static uint Read(ReadOnlySpan<byte> data, ref int offset)
    {
        ulong value = 0;
        for (var i = 0; i < 8; i++)
        {
            if (offset >= data.Length) throw new BitstreamException("the data ends inside a leb128 number");
            var part = data[offset++];
            value |= (ulong)(part & 0x7F) << 7 * i;
            if ((part & 0x80) != 0) continue;
            return value <= uint.MaxValue ? (uint)value : throw new BitstreamException($"a leb128 number is {value}; expected at most {uint.MaxValue}");
        }

        throw new BitstreamException("a leb128 number goes on after eight bytes");
    }
}
