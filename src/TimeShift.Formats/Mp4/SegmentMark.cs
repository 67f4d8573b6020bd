using System.Buffers.Binary;
using TimeShift.Core.Media;

namespace TimeShift.Formats.Mp4;

[Flags]
public enum SegmentMarkFlags : uint
{
    None = 0,

    /// <summary>The segment starts with a key frame of the lead track.</summary>
    Independent = 1,

    /// <summary>Media before this segment does not run on into it.</summary>
    DiscontinuityBefore = 2,

    /// <summary>The segment was cut where no key frame was, since the GOP outgrew the target.</summary>
    ForcedCut = 4,
}

/// <summary>What a reel says of itself: a private <c>uuid</c> box in front of the first <c>moof</c> of each segment, so that an index can
/// be made from reels alone.</summary>
/// <param name="StreamId">The stream's identity, which outlives its name.</param>
/// <param name="SegmentNumber">Names the same bytes for ever.</param>
/// <param name="Start">Presentation of the first sample on the timeline.</param>
/// <param name="SourceClock">The source's own clock at <paramref name="Start"/>; null where it says nothing.</param>
/// <param name="DiscontinuitySequence">Discontinuities of the stream before this segment.</param>
/// <param name="InitNumber">Names the init segment that decodes this one.</param>
/// <param name="MediaStart">Media time of the stream, in microseconds, at which the segment begins: where the one before ends, whatever decoding times its samples have;
/// 0 where it does not say.</param>
/// <param name="MediaOrigin">Media time of the stream, in microseconds, that the reel's decoding times count from.</param>
/// <remarks>
/// Big-endian. Format 0, <see cref="BoxSize"/> bytes; a later program may use the spare bytes, which are zero, or add some, and stay format
/// 0:
/// <code>
///  0 size (32), 'uuid', extended type (128)
/// 24 format (8), flags (24)
/// 28 stream id (128)
/// 44 segment number (64)      52 start, µs UTC (64)     60 source clock, µs UTC, -2^63 = none (64)
/// 68 discontinuities (64)     76 init number (64)       84 media start, µs (64)
/// 92 media origin, µs (64)    100 spare (28 bytes)
/// </code>
/// </remarks>
public readonly record struct SegmentMark(
    Guid StreamId, long SegmentNumber, Instant Start, Instant? SourceClock,
    long DiscontinuitySequence, long InitNumber, SegmentMarkFlags Flags, long MediaStart = 0, long MediaOrigin = 0)
{
    public const int BoxSize = 128;

    private const int ContentSize = 60;
    private const long NoClock = long.MinValue;

    /// <summary>The box's extended type; it never changes, see the format byte.</summary>
    public static readonly Guid ExtendedType = new("7b1f6f2c-54c5-4d0e-9a53-74696d657366");

    /// <returns>Bytes written, <see cref="BoxSize"/>.</returns>
    /// <exception cref="ArgumentException">The destination is shorter than <see cref="BoxSize"/>.</exception>
    public int Write(Span<byte> destination)
    {
        if (destination.Length < BoxSize)
            throw new ArgumentException(
                $"A segment mark needs {BoxSize} bytes; the destination has {destination.Length}.", nameof(destination));
        var writer = new BoxWriter(destination);
        var box = writer.Begin(FourCc.Uuid);
        writer.Guid(ExtendedType);
        writer.U32((uint)Flags & 0xFFFFFF);
        writer.Guid(StreamId);
        writer.U64((ulong)SegmentNumber);
        writer.U64((ulong)Start.Microseconds);
        writer.U64((ulong)(SourceClock?.Microseconds ?? NoClock));
        writer.U64((ulong)DiscontinuitySequence);
        writer.U64((ulong)InitNumber);
        writer.U64((ulong)MediaStart);
        writer.U64((ulong)MediaOrigin);
        writer.Zeros(BoxSize - writer.Position);
        writer.End(box);
        return writer.Position;
    }

    /// <param name="box">The whole box from its header on; more may follow.</param>
    /// <returns>False when this is another box, its header is cut short, or it has a format that this program does not know.</returns>
    /// <exception cref="Mp4FormatException">It is a segment mark, and it is cut short.</exception>
    public static bool TryRead(ReadOnlySpan<byte> box, out SegmentMark mark)
    {
        mark = default;
        if (!Box.TryReadHeader(box, out var header) || header.Type != FourCc.Uuid) return false;
        if (Box.ExtendedType(box, header) != ExtendedType) return false;
        var size = header.ReachesEnd ? box.Length : header.Size;
        var content = box[header.HeaderSize..(int)Math.Min(size, box.Length)];
        if (!content.IsEmpty && content[0] != 0) return false;
        if (content.Length < ContentSize)
            throw new Mp4FormatException($"a segment mark of {box.Length} bytes (its size says {size}) is cut short; expected {BoxSize}");

        var clock = BinaryPrimitives.ReadInt64BigEndian(content[36..]);
        mark = new SegmentMark(
            new Guid(content[4..20], bigEndian: true),
            BinaryPrimitives.ReadInt64BigEndian(content[20..]),
            new Instant(BinaryPrimitives.ReadInt64BigEndian(content[28..])),
            clock == NoClock ? null : new Instant(clock),
            BinaryPrimitives.ReadInt64BigEndian(content[44..]),
            BinaryPrimitives.ReadInt64BigEndian(content[52..]),
            (SegmentMarkFlags)(BinaryPrimitives.ReadUInt32BigEndian(content) & 0xFFFFFF),
            content.Length >= ContentSize + 8 ? BinaryPrimitives.ReadInt64BigEndian(content[60..]) : 0,
            content.Length >= ContentSize + 16 ? BinaryPrimitives.ReadInt64BigEndian(content[68..]) : 0);
        return true;
    }
}
