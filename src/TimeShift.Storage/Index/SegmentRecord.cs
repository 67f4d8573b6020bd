using System.Buffers.Binary;
using TimeShift.Core.Media;
using TimeShift.Formats.Simd;

namespace TimeShift.Storage.Index;

[Flags]
public enum SegmentFlags : byte
{
    None = 0,

    /// <summary>Begins with a key frame.</summary>
    Independent = 1,

    /// <summary>Its bytes never reached the disk: the number is taken, there is nothing to play.</summary>
    Lost = 2,

    /// <summary>Media time, tracks or codecs do not go on from the segment before.</summary>
    Discontinuity = 4,

    /// <summary>The first track of the reel has no packet in this segment; the three bits above say the same of the second to the fourth.</summary>
    WithoutFirstTrack = 8,

    /// <summary>Not a segment: the reel was closed in order, and ends at this offset and instant.</summary>
    End = 0x80,
}

public static class SegmentTracks
{
    private const int Counted = 4;

    /// <summary>Flag that says that a track has no packet in a segment; none for a track beyond the fourth.</summary>
    /// <param name="position">In the reel's tracks.</param>
    public static SegmentFlags Without(int position) =>
        (uint)position < Counted ? (SegmentFlags)((int)SegmentFlags.WithoutFirstTrack << position) : SegmentFlags.None;
}

/// <summary>One segment in a reel's index.</summary>
/// <remarks>
/// 32 bytes, little-endian:
/// <code>
///  0 i64 start, µs since the epoch    16 u32 size, bytes          24 u32 ordinal in the reel (24 bits), flags (top 8)
///  8 i64 offset in the reel, bytes    20 u32 duration, µs         28 u32 CRC-32C of the 28 bytes before it
/// </code>
/// </remarks>
public readonly record struct SegmentRecord(Instant Start, long Offset, uint Size, uint DurationMicroseconds, int Ordinal, SegmentFlags Flags)
{
    public const int Bytes = 32;
    public const int MaxOrdinal = (1 << 24) - 1;

    public Instant End => new(Start.Microseconds + DurationMicroseconds);

    public TimeSpan Duration => TimeSpan.FromMicroseconds(DurationMicroseconds);

    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteInt64LittleEndian(destination, Start.Microseconds);
        BinaryPrimitives.WriteInt64LittleEndian(destination[8..], Offset);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[16..], Size);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[20..], DurationMicroseconds);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[24..], (uint)Ordinal | (uint)Flags << 24);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[28..], Crc32C.Compute(destination[..28]));
    }

    /// <returns>False where the bytes are too few or the checksum is not theirs: a torn or damaged record.</returns>
    public static bool TryRead(ReadOnlySpan<byte> source, out SegmentRecord record)
    {
        record = default;
        if (source.Length < Bytes || BinaryPrimitives.ReadUInt32LittleEndian(source[28..]) != Crc32C.Compute(source[..28])) return false;
        var tail = BinaryPrimitives.ReadUInt32LittleEndian(source[24..]);
        record = new SegmentRecord(
            new Instant(BinaryPrimitives.ReadInt64LittleEndian(source)),
            BinaryPrimitives.ReadInt64LittleEndian(source[8..]),
            BinaryPrimitives.ReadUInt32LittleEndian(source[16..]),
            BinaryPrimitives.ReadUInt32LittleEndian(source[20..]),
            (int)(tail & MaxOrdinal),
            (SegmentFlags)(tail >> 24));
        return true;
    }
}
