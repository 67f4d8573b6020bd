using System.Buffers;
using TimeShift.Core.Media;
using TimeShift.Formats.Mp4;

namespace TimeShift.Formats.Tests.Mp4;

/// <summary>A fragmented file read with our reader and written anew with our writer, as a reel has it: a mark, then a fragment per track,
/// back to back; and <c>mfra</c> at the end.</summary>
internal sealed class Remux
{
    private readonly List<RandomAccessPoint> _points = [];
    private uint _sequence;
    private long _segments;

    public int Fragments { get; private set; }

    public IReadOnlyList<Mp4TrackInfo> Tracks { get; private set; } = [];

    /// <param name="samplesPerFragment">Cuts the source's fragments further, so that some start without a key frame.</param>
    public byte[] Run(ReadOnlySpan<byte> source, int samplesPerFragment = int.MaxValue)
    {
        Tracks = MovieReader.Read(source);
        var output = new ArrayBufferWriter<byte>();
        InitSegment.Write(output, [.. Tracks.Select(TestTracks.Of)]);
        var defaults = Tracks.Select(t => t.Defaults).ToArray();
        var boxes = TopLevelBoxes.Enumerate(source);
        while (boxes.MoveNext())
        {
            if (boxes.Header.Type != FourCc.Moof) continue;
            var mark = new SegmentMark(Guid.Empty, _segments++, new Instant(_segments), null, 0, 0, SegmentMarkFlags.Independent);
            output.Advance(mark.Write(output.GetSpan(SegmentMark.BoxSize)));
            var reader = new FragmentReader(boxes.Current, boxes.Offset, defaults);
            while (reader.TryReadTrack(out var fragment)) Write(output, source[boxes.Offset..], fragment, samplesPerFragment);
        }

        Mfra.Write(output, [.. _points]);
        return output.WrittenSpan.ToArray();
    }

    private void Write(ArrayBufferWriter<byte> output, ReadOnlySpan<byte> fromMoof, TrackFragment fragment, int samplesPerFragment)
    {
        foreach (var part in FragmentReaderTests.Samples(fragment).Chunk(samplesPerFragment))
        {
            FragmentSample[] samples = [.. part.Select(p => p.Sample)];
            var time = part[0].DecodeTime;
            if (samples[0].IsKey) _points.Add(new RandomAccessPoint(fragment.TrackId, time + (ulong)samples[0].CompositionOffset, output.WrittenCount));
            output.Advance(Fragment.WriteHeader(output.GetSpan(Fragment.HeaderSize(samples)), ++_sequence, fragment.TrackId, time, samples));
            foreach (var placed in part) output.Write(fromMoof.Slice((int)placed.Offset, (int)placed.Sample.Size));
            Fragments++;
        }
    }
}
