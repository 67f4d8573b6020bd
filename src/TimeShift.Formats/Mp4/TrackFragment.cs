using System.Buffers.Binary;

namespace TimeShift.Formats.Mp4;

/// <summary>A sample and where it is.</summary>
/// <param name="DecodeTime">Ticks of the track's timescale; counted from 0 where the fragment has no <c>tfdt</c>.</param>
/// <param name="Offset">Of its first byte, from the first byte of the <c>moof</c>; not checked against anything.</param>
public readonly record struct PlacedSample(FragmentSample Sample, ulong DecodeTime, long Offset);

/// <summary>One track's part of a <c>moof</c> (<c>traf</c>, ISO/IEC 14496-12 §8.8.6): its sums, and with <c>foreach</c> its samples in
/// decoding order.</summary>
public readonly ref struct TrackFragment
{
    private readonly ReadOnlySpan<byte> _traf;
    private readonly TrackFragmentHeader _header;
    private readonly long _baseOffset;

    internal TrackFragment(ReadOnlySpan<byte> traf, TrackFragmentHeader header, long baseOffset, scoped ref int implicitSamples)
    {
        _traf = traf;
        _header = header;
        _baseOffset = DataOffset = DataEnd = baseOffset;
        if (BoxEnumerator.TryFind(traf, FourCc.Tfdt, out var tfdt))
        {
            HasDecodeTime = true;
            BaseMediaDecodeTime = ReadTfdt(tfdt);
        }

        var boxes = new BoxEnumerator(traf);
        while (boxes.MoveNext())
        {
            if (boxes.Type != FourCc.Trun) continue;
            var run = TrackRun.Read(boxes.Content);
            var room = FragmentReader.MaxImplicitSamples - implicitSamples;
            if (run.EntrySize == 0 && run.Count > room)
                throw new Mp4FormatException(
                    $"'trun' has {run.Count} samples without a byte for each; at most {FragmentReader.MaxImplicitSamples} are expected");
            if (run.EntrySize == 0) implicitSamples += (int)run.Count;
            var start = run.DataOffset is { } offset ? baseOffset + offset : DataEnd;
            if (SampleCount == 0) DataOffset = start;
            SampleCount += (int)run.Count;
            var (duration, size) = run.Sums(header.Values);
            TotalDuration += duration;
            DataSize += size;
            DataEnd = start + size;
        }

        if (BaseMediaDecodeTime + TotalDuration > long.MaxValue)
            throw new Mp4FormatException(
                $"a fragment starts at {BaseMediaDecodeTime} and lasts {TotalDuration} ticks; its end must be below 2^63");
    }

    public int TrackId => _header.Values.TrackId;

    /// <summary>False where there is no <c>tfdt</c>: then the fragment goes on where the track's fragment before it ended.</summary>
    public bool HasDecodeTime { get; }

    /// <summary>Decoding time of the first sample, in ticks.</summary>
    public ulong BaseMediaDecodeTime { get; }

    /// <summary>Of all samples, in ticks.</summary>
    public ulong TotalDuration { get; }

    public int SampleCount { get; }

    /// <summary>Of the first sample's first byte, from the first byte of the <c>moof</c>.</summary>
    public long DataOffset { get; }

    /// <summary>Of all samples, in bytes.</summary>
    public long DataSize { get; }

    /// <summary>Behind the last sample, counted like <see cref="DataOffset"/>.</summary>
    internal long DataEnd { get; }

    public Enumerator GetEnumerator() => new(_traf, _header, _baseOffset, BaseMediaDecodeTime);

    private static ulong ReadTfdt(ReadOnlySpan<byte> content)
    {
        BoxEnumerator.Require(content, 8, FourCc.Tfdt);
        if (content[0] == 0) return BinaryPrimitives.ReadUInt32BigEndian(content[4..]);
        BoxEnumerator.Require(content, 12, FourCc.Tfdt);
        var time = BinaryPrimitives.ReadUInt64BigEndian(content[4..]);
        return time <= long.MaxValue ? time : throw new Mp4FormatException($"'tfdt' has the decoding time {time}; expected less than 2^63");
    }

    /// <summary>Walks the samples of all <c>trun</c> boxes.</summary>
    public ref struct Enumerator
    {
        private readonly TrackFragmentHeader _header;
        private readonly long _baseOffset;
        private BoxEnumerator _boxes;
        private TrackRun _run;
        private uint _index;
        private ulong _decodeTime;
        private long _offset;

        internal Enumerator(ReadOnlySpan<byte> traf, TrackFragmentHeader header, long baseOffset, ulong decodeTime)
        {
            _boxes = new BoxEnumerator(traf);
            _header = header;
            _baseOffset = _offset = baseOffset;
            _decodeTime = decodeTime;
        }

        public PlacedSample Current { get; private set; }

        public bool MoveNext()
        {
            while (_index == _run.Count)
            {
                do
                {
                    if (!_boxes.MoveNext()) return false;
                }
                while (_boxes.Type != FourCc.Trun);

                _run = TrackRun.Read(_boxes.Content);
                _index = 0;
                if (_run.DataOffset is { } offset) _offset = _baseOffset + offset;
            }

            var sample = _run.Sample(_index++, _header.Values);
            Current = new PlacedSample(sample, _decodeTime, _offset);
            _decodeTime += sample.Duration;
            _offset += sample.Size;
            return true;
        }
    }
}
