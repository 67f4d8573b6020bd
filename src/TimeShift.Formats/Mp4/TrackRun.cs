using System.Buffers.Binary;
using System.Numerics;

namespace TimeShift.Formats.Mp4;

/// <summary>The <c>trun</c> box (ISO/IEC 14496-12 §8.8.8): count, [data offset], [first sample's flags], and per sample [duration], [size],
/// [flags], [composition offset].</summary>
internal readonly ref struct TrackRun
{
    private readonly ReadOnlySpan<byte> _entries;
    private readonly uint _flags;
    private readonly uint _firstSampleFlags;

    private TrackRun(uint flags, uint count, int? dataOffset, uint firstSampleFlags, ReadOnlySpan<byte> entries)
    {
        _flags = flags;
        _firstSampleFlags = firstSampleFlags;
        _entries = entries;
        Count = count;
        DataOffset = dataOffset;
        EntrySize = EntrySizeOf(flags);
    }

    public uint Count { get; }

    /// <summary>From the base that <c>tfhd</c> says; null where the run's data follows the run's before.</summary>
    public int? DataOffset { get; }

    public int EntrySize { get; }

    public static TrackRun Read(ReadOnlySpan<byte> content)
    {
        BoxEnumerator.Require(content, 8, FourCc.Trun);
        var flags = BinaryPrimitives.ReadUInt32BigEndian(content) & 0xFFFFFF;
        var count = BinaryPrimitives.ReadUInt32BigEndian(content[4..]);
        var rest = content[8..];
        int? dataOffset = null;
        if ((flags & TrunFlags.DataOffset) != 0)
        {
            BoxEnumerator.Require(rest, 4, FourCc.Trun);
            dataOffset = BinaryPrimitives.ReadInt32BigEndian(rest);
            rest = rest[4..];
        }

        var firstSampleFlags = 0u;
        if ((flags & TrunFlags.FirstSampleFlags) != 0)
        {
            BoxEnumerator.Require(rest, 4, FourCc.Trun);
            firstSampleFlags = BinaryPrimitives.ReadUInt32BigEndian(rest);
            rest = rest[4..];
        }

        var entrySize = EntrySizeOf(flags);
        if ((long)count * entrySize > rest.Length)
            throw new Mp4FormatException($"'trun' says {count} samples of {entrySize} bytes; {rest.Length} bytes are left");
        return new TrackRun(flags, count, dataOffset, firstSampleFlags, rest);
    }

    public FragmentSample Sample(uint index, in FragmentDefaults defaults)
    {
        var entry = _entries[(int)(index * (uint)EntrySize)..];
        var at = 0;
        var duration = (_flags & TrunFlags.Duration) != 0 ? Next(entry, ref at) : defaults.Duration;
        var size = (_flags & TrunFlags.Size) != 0 ? Next(entry, ref at) : defaults.Size;
        var flags = defaults.Flags;
        if ((_flags & TrunFlags.Flags) != 0) flags = Next(entry, ref at);
        if (index == 0 && (_flags & TrunFlags.FirstSampleFlags) != 0) flags = _firstSampleFlags;
        // Version 0 has it unsigned; nobody means more than 2^31 ticks by that, and some mean less than 0.
        var composition = (_flags & TrunFlags.CompositionOffset) != 0 ? (int)Next(entry, ref at) : 0;
        return new FragmentSample(size, duration, composition, SampleFlags.IsKey(flags));
    }

    public (ulong Duration, long Size) Sums(in FragmentDefaults defaults)
    {
        var durationEach = (_flags & TrunFlags.Duration) != 0;
        var sizeEach = (_flags & TrunFlags.Size) != 0;
        var duration = durationEach ? 0 : (ulong)defaults.Duration * Count;
        var size = sizeEach ? 0 : (long)defaults.Size * Count;
        if (!durationEach && !sizeEach) return (duration, size);
        var entries = _entries;
        for (var left = Count; left > 0; left--)
        {
            if (durationEach) duration += BinaryPrimitives.ReadUInt32BigEndian(entries);
            if (sizeEach) size += BinaryPrimitives.ReadUInt32BigEndian(entries[(durationEach ? 4 : 0)..]);
            entries = entries[EntrySize..];
        }

        return (duration, size);
    }

    private static int EntrySizeOf(uint flags) => 4 * BitOperations.PopCount(flags & 0xF00);

    private static uint Next(ReadOnlySpan<byte> entry, ref int at)
    {
        var value = BinaryPrimitives.ReadUInt32BigEndian(entry[at..]);
        at += 4;
        return value;
    }
}
