using System.Buffers.Binary;

namespace TimeShift.Formats.Mp4;

/// <summary>Box headers, ISO/IEC 14496-12 §4.2.</summary>
public static class Box
{
    /// <summary>
    /// Reads the header at the start of <paramref name="data"/>: size (32 bits), type, size (64 bits, if the first was 1), extended type
    /// (128 bits, if <c>uuid</c>).
    /// </summary>
    /// <returns>False when more bytes are needed; the content need not be there.</returns>
    /// <exception cref="Mp4FormatException">The size is smaller than the header, or above 2^63-1.</exception>
    public static bool TryReadHeader(ReadOnlySpan<byte> data, out BoxHeader header)
    {
        header = default;
        if (data.Length < 8) return false;
        long size = BinaryPrimitives.ReadUInt32BigEndian(data);
        var type = BinaryPrimitives.ReadUInt32BigEndian(data[4..]);
        var headerSize = 8;
        if (size == 1)
        {
            headerSize = 16;
            if (data.Length < headerSize) return false;
            size = BinaryPrimitives.ReadInt64BigEndian(data[8..]);
            // Only the 32-bit field may say "to the end".
            if (size <= 0)
                throw new Mp4FormatException($"box '{FourCc.ToText(type)}' has the 64-bit size {(ulong)size}; expected 16 to 2^63-1");
        }

        if (type == FourCc.Uuid) headerSize += 16;
        if (data.Length < headerSize) return false;
        if (size != 0 && size < headerSize)
            throw new Mp4FormatException($"box '{FourCc.ToText(type)}' has size {size}; its header alone has {headerSize}");
        header = new BoxHeader(type, size, headerSize);
        return true;
    }

    /// <summary>The extended type of the <c>uuid</c> box at the start of <paramref name="box"/>, whose header was read.</summary>
    /// <exception cref="ArgumentException">The header is not of a <c>uuid</c> box.</exception>
    public static Guid ExtendedType(ReadOnlySpan<byte> box, BoxHeader header) => header.Type == FourCc.Uuid
        ? new Guid(box[(header.HeaderSize - 16)..header.HeaderSize], bigEndian: true)
        : throw new ArgumentException($"Box {header} has no extended type; only 'uuid' has.", nameof(header));
}
