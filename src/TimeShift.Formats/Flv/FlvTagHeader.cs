namespace TimeShift.Formats.Flv;

public enum FlvTagType : byte
{
    Audio = 8,
    Video = 9,
    Script = 18,
}

/// <summary>
/// The header of a tag (FLV 10.1 §E.4.1), followed by <see cref="DataSize"/> bytes and, in 4 bytes, the size of header and data:
/// <code>
/// 0  filter (1 bit), type (5 bits)   1  data size   4  timestamp, low 24 bits   7  timestamp, high 8 bits   8  stream id
/// </code>
/// </summary>
/// <param name="Timestamp">Milliseconds; wraps at 32 bits.</param>
public readonly record struct FlvTagHeader(FlvTagType Type, int DataSize, uint Timestamp, int StreamId = 0)
{
    public const int Length = 11;

    /// <summary>Bytes of PreviousTagSize after the data.</summary>
    public const int TrailerLength = 4;

    /// <returns>False where there are fewer than <see cref="Length"/> bytes.</returns>
    /// <exception cref="FlvFormatException">The tag is encrypted.</exception>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out FlvTagHeader header)
    {
        header = default;
        if (bytes.Length < Length) return false;
        if ((bytes[0] & 0x20) != 0) throw new FlvFormatException("an FLV tag is encrypted (filter bit set); expected a plain one");
        header = new FlvTagHeader(
            (FlvTagType)(bytes[0] & 0x1F), UInt24.Read(bytes[1..]), (uint)UInt24.Read(bytes[4..]) | (uint)bytes[7] << 24, UInt24.Read(bytes[8..]));
        return true;
    }

    /// <summary>Writes <see cref="Length"/> bytes.</summary>
    public void Write(Span<byte> destination)
    {
        destination[0] = (byte)Type;
        UInt24.Write(destination[1..], DataSize);
        UInt24.Write(destination[4..], (int)(Timestamp & UInt24.MaxValue));
        destination[7] = (byte)(Timestamp >> 24);
        UInt24.Write(destination[8..], StreamId);
    }
}
