using System.Buffers;
using System.Buffers.Binary;

namespace TimeShift.Formats.Mp4;

/// <summary>Where a player may start: the first sample of a fragment is a key frame.</summary>
/// <param name="Time">Presentation time of that sample, in ticks of the track's timescale.</param>
/// <param name="MoofOffset">Of the fragment's first byte in the file.</param>
public readonly record struct RandomAccessPoint(int TrackId, ulong Time, long MoofOffset);

/// <summary>The <c>mfra</c> box, last in a file, that makes it seekable: a <c>tfra</c> per track, and <c>mfro</c> to find it from the end
/// (ISO/IEC 14496-12 §8.8.9 to §8.8.11).</summary>
public static class Mfra
{
    /// <summary>Bytes of <c>mfro</c>, the last of the file; <see cref="TryReadSize"/> reads them.</summary>
    public const int MfroSize = 16;

    // Time and offset of 64 bits, and the numbers of traf, trun and sample, of one byte each.
    private const int EntrySize = 8 + 8 + 3;
    private const int TfraSize = 24;

    /// <param name="output">Gets the whole box.</param>
    /// <param name="points">Of all tracks, in any mix; those of one track in order of time.</param>
    /// <exception cref="ArgumentException">More points than fit in a box.</exception>
    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<RandomAccessPoint> points)
    {
        Span<int> tracks = stackalloc int[16];
        var trackCount = 0;
        foreach (var point in points)
        {
            if (tracks[..trackCount].Contains(point.TrackId)) continue;
            if (trackCount == tracks.Length) throw new ArgumentException($"At most {tracks.Length} tracks are expected.", nameof(points));
            tracks[trackCount++] = point.TrackId;
        }

        var size = 8L + trackCount * TfraSize + (long)points.Length * EntrySize + MfroSize;
        if (size > int.MaxValue)
            throw new ArgumentException($"{points.Length} random access points are more than a box can hold.", nameof(points));
        var writer = new BoxWriter(output.GetSpan((int)size));
        var mfra = writer.Begin(FourCc.Mfra);
        foreach (var trackId in tracks[..trackCount]) WriteTfra(ref writer, trackId, points);
        var mfro = writer.Begin(FourCc.Mfro, 0, 0);
        writer.U32((uint)size);
        writer.End(mfro);
        writer.End(mfra);
        output.Advance(writer.Position);
    }

    public static byte[] ToArray(ReadOnlySpan<RandomAccessPoint> points)
    {
        var output = new ArrayBufferWriter<byte>();
        Write(output, points);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Bytes of the <c>mfra</c> that ends with these 16 bytes, the last of a file; false when they are no <c>mfro</c>.</summary>
    public static bool TryReadSize(ReadOnlySpan<byte> tail, out uint size)
    {
        size = 0;
        if (tail.Length < MfroSize) return false;
        tail = tail[^MfroSize..];
        var (boxSize, type) = (BinaryPrimitives.ReadUInt32BigEndian(tail), BinaryPrimitives.ReadUInt32BigEndian(tail[4..]));
        if (boxSize != MfroSize || type != FourCc.Mfro) return false;
        size = BinaryPrimitives.ReadUInt32BigEndian(tail[12..]);
        return size >= 8 + MfroSize;
    }

    /// <param name="box">The whole <c>mfra</c> from its header on.</param>
    /// <exception cref="Mp4FormatException">It is another box, incomplete, or broken.</exception>
    public static IReadOnlyList<RandomAccessPoint> Read(ReadOnlySpan<byte> box)
    {
        var boxes = new BoxEnumerator(box);
        if (!boxes.MoveNext() || boxes.Type != FourCc.Mfra) throw new Mp4FormatException($"expected a box 'mfra', got {boxes.Header}");
        var points = new List<RandomAccessPoint>();
        var children = new BoxEnumerator(boxes.Content);
        while (children.MoveNext())
        {
            if (children.Type == FourCc.Tfra) ReadTfra(children.Content, points);
        }

        return points;
    }

    private static void WriteTfra(ref BoxWriter writer, int trackId, ReadOnlySpan<RandomAccessPoint> points)
    {
        var tfra = writer.Begin(FourCc.Tfra, 1, 0);
        writer.U32((uint)trackId);
        writer.U32(0); // one byte for each of the three numbers
        var count = writer.Rest;
        writer.Skip(4);
        var entries = 0u;
        foreach (var point in points)
        {
            if (point.TrackId != trackId) continue;
            writer.U64(point.Time);
            writer.U64((ulong)point.MoofOffset);
            writer.U8(1); // traf, trun and sample: the first of each
            writer.U8(1);
            writer.U8(1);
            entries++;
        }

        BinaryPrimitives.WriteUInt32BigEndian(count, entries);
        writer.End(tfra);
    }

    private static void ReadTfra(ReadOnlySpan<byte> content, List<RandomAccessPoint> points)
    {
        BoxEnumerator.Require(content, 16, FourCc.Tfra);
        var is64 = content[0] == 1;
        if (content[0] > 1) throw new Mp4FormatException($"'tfra' has version {content[0]}; expected 0 or 1");
        var trackId = Mp4Fields.TrackId(content[4..], FourCc.Tfra);
        var lengths = BinaryPrimitives.ReadUInt32BigEndian(content[8..]);
        var count = BinaryPrimitives.ReadUInt32BigEndian(content[12..]);
        var entrySize = (is64 ? 16 : 8) + (int)((lengths >> 4 & 3) + (lengths >> 2 & 3) + (lengths & 3)) + 3;
        var entries = content[16..];
        if ((long)count * entrySize > entries.Length)
            throw new Mp4FormatException($"'tfra' says {count} entries of {entrySize} bytes; {entries.Length} bytes are left");
        for (; count > 0; count--)
        {
            var offset = is64 ? BinaryPrimitives.ReadUInt64BigEndian(entries[8..]) : BinaryPrimitives.ReadUInt32BigEndian(entries[4..]);
            if (offset > long.MaxValue) throw new Mp4FormatException($"'tfra' has the offset {offset}; expected less than 2^63");
            var time = is64 ? BinaryPrimitives.ReadUInt64BigEndian(entries) : BinaryPrimitives.ReadUInt32BigEndian(entries);
            points.Add(new RandomAccessPoint(trackId, time, (long)offset));
            entries = entries[entrySize..];
        }
    }
}
