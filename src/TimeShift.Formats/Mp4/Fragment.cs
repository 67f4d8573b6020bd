using System.Buffers.Binary;
using System.Numerics;

namespace TimeShift.Formats.Mp4;

/// <summary>
/// One movie fragment of one track: <c>moof</c> and the header of the <c>mdat</c> behind it (ISO/IEC 14496-12 §8.8, §8.1.1). The samples'
/// own buffers follow, written by the caller. Offsets are relative to the <c>moof</c>, so a fragment may lie anywhere in any file. Nothing is allocated.
/// </summary>
public static class Fragment
{
    // moof, mfhd, traf, tfhd with track ID, tfdt with 64 bits, trun with count and data offset.
    private const int FixedSize = 8 + 16 + 8 + 16 + 20 + 20;

    /// <summary>First bytes of a fragment that hold its decoding time, whatever its samples: up to the end of <c>tfdt</c> behind a <c>tfhd</c> with all defaults.</summary>
    public const int DecodeTimeEnd = 8 + 16 + 8 + 28 + 20;

    /// <summary>Finds the 64 bits of the decoding time in a fragment that <see cref="WriteHeader"/> wrote, without reading the rest.</summary>
    /// <param name="start">From the first byte of the <c>moof</c>; <see cref="DecodeTimeEnd"/> bytes are enough.</param>
    /// <returns>False where another wrote it, or too few bytes are there.</returns>
    public static bool TryFindDecodeTime(ReadOnlySpan<byte> start, out int position)
    {
        const int Tfhd = 8 + 16 + 8;
        position = 0;
        if (start.Length < Tfhd + 8 || BinaryPrimitives.ReadUInt32BigEndian(start[(Tfhd + 4)..]) != FourCc.Tfhd) return false;
        var size = BinaryPrimitives.ReadUInt32BigEndian(start[Tfhd..]);
        if (size > 28 || start.Length < Tfhd + (int)size + 20) return false;
        var tfdt = start[(Tfhd + (int)size)..];
        if (BinaryPrimitives.ReadUInt32BigEndian(tfdt[4..]) != FourCc.Tfdt || tfdt[8] != 1) return false;
        position = Tfhd + (int)size + 12;
        return true;
    }

    /// <summary>Bytes that <see cref="WriteHeader"/> writes for these samples.</summary>
    /// <exception cref="ArgumentException">No sample, or more than fit in a box.</exception>
    public static int HeaderSize(ReadOnlySpan<FragmentSample> samples)
    {
        var layout = Layout.Of(samples);
        return layout.MoofSize + layout.MdatHeaderSize;
    }

    /// <param name="destination">Takes <see cref="HeaderSize"/> bytes.</param>
    /// <param name="sequenceNumber">Increases from fragment to fragment (§8.8.5).</param>
    /// <param name="trackId">1 or more.</param>
    /// <param name="baseMediaDecodeTime">Decoding time of the first sample, in ticks of the track's timescale.</param>
    /// <param name="samples">In decoding order, at least one.</param>
    /// <returns>Bytes written.</returns>
    /// <exception cref="ArgumentException">No sample, more than fit in a box, or too short a destination.</exception>
    public static int WriteHeader(
        Span<byte> destination, uint sequenceNumber, int trackId, ulong baseMediaDecodeTime, ReadOnlySpan<FragmentSample> samples)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(trackId, 1);
        var layout = Layout.Of(samples);
        var headerSize = layout.MoofSize + layout.MdatHeaderSize;
        if (destination.Length < headerSize)
            throw new ArgumentException(
                $"The fragment's header needs {headerSize} bytes; the destination has {destination.Length}.", nameof(destination));

        var writer = new BoxWriter(destination);
        var moof = writer.Begin(FourCc.Moof);
        var mfhd = writer.Begin(FourCc.Mfhd, 0, 0);
        writer.U32(sequenceNumber);
        writer.End(mfhd);

        var traf = writer.Begin(FourCc.Traf);
        WriteTfhd(ref writer, trackId, layout, samples[0]);
        var tfdt = writer.Begin(FourCc.Tfdt, 1, 0);
        writer.U64(baseMediaDecodeTime);
        writer.End(tfdt);
        WriteTrun(ref writer, layout, headerSize, samples);
        writer.End(traf);
        writer.End(moof);
        WriteMdatHeader(ref writer, layout);
        return writer.Position;
    }

    private static void WriteTfhd(ref BoxWriter writer, int trackId, in Layout layout, FragmentSample first)
    {
        var tfhd = writer.Begin(FourCc.Tfhd, 0, layout.Tfhd);
        writer.U32((uint)trackId);
        if ((layout.Tfhd & TfhdFlags.DefaultDuration) != 0) writer.U32(first.Duration);
        if ((layout.Tfhd & TfhdFlags.DefaultSize) != 0) writer.U32(first.Size);
        if ((layout.Tfhd & TfhdFlags.DefaultFlags) != 0) writer.U32(layout.DefaultFlags);
        writer.End(tfhd);
    }

    private static void WriteTrun(ref BoxWriter writer, in Layout layout, int dataOffset, ReadOnlySpan<FragmentSample> samples)
    {
        var trun = writer.Begin(FourCc.Trun, layout.TrunVersion, layout.Trun);
        writer.U32((uint)samples.Length);
        writer.U32((uint)dataOffset);
        if ((layout.Trun & TrunFlags.FirstSampleFlags) != 0) writer.U32(SampleFlags.Of(samples[0].IsKey));
        var entrySize = layout.EntrySize;
        if (entrySize != 0)
        {
            var entries = writer.Rest;
            foreach (var sample in samples)
            {
                var at = 0;
                var entry = entries[..entrySize];
                if ((layout.Trun & TrunFlags.Duration) != 0) Put(entry, ref at, sample.Duration);
                if ((layout.Trun & TrunFlags.Size) != 0) Put(entry, ref at, sample.Size);
                if ((layout.Trun & TrunFlags.Flags) != 0) Put(entry, ref at, SampleFlags.Of(sample.IsKey));
                if ((layout.Trun & TrunFlags.CompositionOffset) != 0) Put(entry, ref at, (uint)sample.CompositionOffset);
                entries = entries[entrySize..];
            }

            writer.Skip(entrySize * samples.Length);
        }

        writer.End(trun);
    }

    private static void Put(Span<byte> entry, ref int at, uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(entry[at..], value);
        at += 4;
    }

    private static void WriteMdatHeader(ref BoxWriter writer, in Layout layout)
    {
        if (layout.MdatHeaderSize == 8)
        {
            writer.U32((uint)(layout.DataSize + 8));
            writer.U32(FourCc.Mdat);
        }
        else
        {
            writer.U32(1);
            writer.U32(FourCc.Mdat);
            writer.U64((ulong)layout.DataSize + 16);
        }
    }

    /// <summary>What varies from sample to sample stands in <c>trun</c>, what all share stands once in <c>tfhd</c>.</summary>
    private readonly record struct Layout(
        uint Tfhd, uint Trun, byte TrunVersion, uint DefaultFlags, int MoofSize, int MdatHeaderSize, long DataSize)
    {
        public int EntrySize => 4 * BitOperations.PopCount(Trun & 0xF00);

        public static Layout Of(ReadOnlySpan<FragmentSample> samples)
        {
            if (samples.IsEmpty) throw new ArgumentException("A fragment needs at least one sample.", nameof(samples));
            var first = samples[0];
            // Bits that differ from the first sample's: zero after the loop means that all are the same.
            uint durations = 0, sizes = 0, offsets = 0;
            var anyNegative = 0;
            var keys = 0;
            long dataSize = 0;
            foreach (ref readonly var sample in samples)
            {
                durations |= sample.Duration ^ first.Duration;
                sizes |= sample.Size ^ first.Size;
                offsets |= (uint)sample.CompositionOffset;
                anyNegative |= sample.CompositionOffset;
                keys += sample.IsKey ? 1 : 0;
                dataSize += sample.Size;
            }

            var tfhd = TfhdFlags.DefaultBaseIsMoof;
            var trun = TrunFlags.DataOffset;
            if (durations == 0) tfhd |= TfhdFlags.DefaultDuration;
            else trun |= TrunFlags.Duration;
            if (sizes == 0) tfhd |= TfhdFlags.DefaultSize;
            else trun |= TrunFlags.Size;
            if (offsets != 0) trun |= TrunFlags.CompositionOffset;

            // Mostly a fragment is all keys (audio), no key, or a key and then none.
            var keysAfterFirst = keys - (first.IsKey ? 1 : 0);
            var defaultFlags = SampleFlags.Of(samples.Length == 1 ? first.IsKey : keysAfterFirst != 0);
            if (keysAfterFirst != 0 && keysAfterFirst != samples.Length - 1)
            {
                trun |= TrunFlags.Flags;
            }
            else
            {
                tfhd |= TfhdFlags.DefaultFlags;
                if (SampleFlags.Of(first.IsKey) != defaultFlags) trun |= TrunFlags.FirstSampleFlags;
            }

            return Sized(tfhd, trun, anyNegative < 0 ? (byte)1 : (byte)0, defaultFlags, samples.Length, dataSize);
        }

        private static Layout Sized(uint tfhd, uint trun, byte version, uint defaultFlags, int count, long dataSize)
        {
            var perFragment = 4 * (BitOperations.PopCount(tfhd & 0x38) + BitOperations.PopCount(trun & TrunFlags.FirstSampleFlags));
            var moofSize = FixedSize + perFragment + 4L * BitOperations.PopCount(trun & 0xF00) * count;
            if (moofSize > int.MaxValue - 16)
                throw new ArgumentException($"{count} samples are more than a fragment can hold.", nameof(count));
            return new Layout(tfhd, trun, version, defaultFlags, (int)moofSize, dataSize + 8 > uint.MaxValue ? 16 : 8, dataSize);
        }
    }
}
