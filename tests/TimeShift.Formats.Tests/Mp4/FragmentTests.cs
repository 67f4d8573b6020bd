using CsCheck;
using TimeShift.Formats.Mp4;

namespace TimeShift.Formats.Tests.Mp4;

public class FragmentTests
{
    private static readonly FragmentSample[] GopWithBFrames =
        [new(5000, 3600, 7200, true), new(900, 3600, 18000, false), new(400, 3600, 7200, false), new(120, 3600, 0, false)];

    public static TheoryData<string> Cases => ["gop-with-b-frames", "audio", "one-sample", "negative-offset", "mixed-keys", "no-key", "large"];

    internal static FragmentSample[] SamplesOf(string name) => name switch
    {
        "gop-with-b-frames" => GopWithBFrames,
        "audio" => [new(371, 1024, 0, true), new(372, 1024, 0, true), new(365, 1024, 0, true)],
        "one-sample" => [new(77, 3000, 0, false)],
        "negative-offset" => [new(10, 1, 0, true), new(11, 1, -1, false)],
        "mixed-keys" => [new(10, 3, 0, false), new(10, 4, 0, true), new(10, 3, 0, false)],
        "no-key" => [new(10, 3, 0, false), new(12, 3, 0, false)],
        _ => [new(uint.MaxValue, 3, 0, true), new(12, 3, 0, false)],
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_bytes_are_as_the_standard_has_them(string name)
    {
        var bytes = Write(SamplesOf(name), 7, 2, 0x1_0000_0000);
        Golden.Check($"fragment-{name}.txt", BoxDump.Of(bytes));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Samples_are_read_as_they_were_written(string name) => AssertRoundTrip(SamplesOf(name), 7, 2, 0x1_0000_0000);

    [Fact]
    public void Any_samples_are_read_as_they_were_written()
    {
        // Few values, so that runs in which all are the same come often.
        var size = Gen.OneOf(Gen.UInt[0, 3], Gen.UInt);
        var duration = Gen.Int[0, 3].Select(i => ((uint[])[0, 1024, 3600, 3601])[i]);
        var offset = Gen.Int[0, 6].Select(i => ((int[])[0, 0, 0, 3600, -1, int.MaxValue, int.MinValue])[i]);
        var sample = Gen.Select(size, duration, offset, Gen.Bool, (s, d, o, k) => new FragmentSample(s, d, o, k));
        Gen.Select(sample.Array[1, 20], Gen.UInt, Gen.Int[1, int.MaxValue], Gen.ULong[0, long.MaxValue / 2])
            .Sample((samples, sequence, track, time) => AssertRoundTrip(samples, sequence, track, time), iter: 2000);
    }

    [Fact]
    public void Values_that_all_samples_share_are_written_once()
    {
        FragmentSample[] same = [.. Enumerable.Repeat(new FragmentSample(300, 1024, 0, true), 1000)];
        Assert.Equal(Fragment.HeaderSize(same.AsSpan(0, 1)), Fragment.HeaderSize(same));
        same[500] = same[500] with { Size = 301 };
        Assert.Equal(Fragment.HeaderSize(same.AsSpan(0, 1)) - 4 + 4000, Fragment.HeaderSize(same));
    }

    [Theory]
    [InlineData(uint.MaxValue - 8, 8)]
    [InlineData(uint.MaxValue - 7, 16)]
    public void Data_beyond_4_gigabytes_gets_a_64_bit_size(uint size, int mdatHeader)
    {
        var bytes = Write([new FragmentSample(size, 1, 0, true)], 1, 1, 0);
        var reader = new FragmentReader(bytes);
        Assert.Equal(bytes.Length, reader.MoofSize + mdatHeader);
        Assert.True(Box.TryReadHeader(bytes.AsSpan(reader.MoofSize), out var mdat));
        Assert.Equal(new BoxHeader(FourCc.Mdat, (long)size + mdatHeader, mdatHeader), mdat);
    }

    [Fact]
    public void A_short_destination_no_sample_and_track_0_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Fragment.HeaderSize([]));
        Assert.Throws<ArgumentException>(() => Fragment.WriteHeader(new byte[500], 1, 1, 0, []));
        Assert.Throws<ArgumentException>(() => Fragment.WriteHeader(new byte[Fragment.HeaderSize(GopWithBFrames) - 1], 1, 1, 0, GopWithBFrames));
        Assert.Throws<ArgumentOutOfRangeException>(() => Fragment.WriteHeader(new byte[500], 1, 0, 0, GopWithBFrames));
    }

    [Fact]
    public void Writing_and_reading_allocate_nothing()
    {
        var samples = SamplesOf("gop-with-b-frames");
        var bytes = new byte[500];
        long allocated = 0;
        ulong total = 0;
        for (var round = 0; round < 50; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 20; i++)
            {
                var length = Fragment.WriteHeader(bytes, 1, 1, 90_000, samples);
                var reader = new FragmentReader(bytes.AsSpan(0, length));
                while (reader.TryReadTrack(out var fragment))
                {
                    foreach (var placed in fragment) total += placed.Sample.Size;
                }
            }

            // The last rounds count: the first may meet the compiler.
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);
        Assert.Equal(1000ul * 6420, total);
    }

    internal static byte[] Write(ReadOnlySpan<FragmentSample> samples, uint sequence, int trackId, ulong time)
    {
        var bytes = new byte[Fragment.HeaderSize(samples)];
        Assert.Equal(bytes.Length, Fragment.WriteHeader(bytes, sequence, trackId, time, samples));
        return bytes;
    }

    private static void AssertRoundTrip(FragmentSample[] samples, uint sequence, int trackId, ulong time)
    {
        var bytes = Write(samples, sequence, trackId, time);
        var reader = new FragmentReader(bytes);
        Assert.Equal(sequence, reader.SequenceNumber);
        Assert.True(reader.TryReadTrack(out var fragment));
        Assert.Equal(trackId, fragment.TrackId);
        Assert.True(fragment.HasDecodeTime);
        Assert.Equal(time, fragment.BaseMediaDecodeTime);
        Assert.Equal(samples.Length, fragment.SampleCount);
        Assert.Equal((ulong)samples.Sum(s => (long)s.Duration), fragment.TotalDuration);
        Assert.Equal(samples.Sum(s => (long)s.Size), fragment.DataSize);
        Assert.Equal(bytes.Length, fragment.DataOffset);
        var index = 0;
        long offset = bytes.Length;
        foreach (var placed in fragment)
        {
            Assert.Equal(new PlacedSample(samples[index], time, offset), placed);
            time += samples[index].Duration;
            offset += samples[index++].Size;
        }

        Assert.Equal(samples.Length, index);
        Assert.False(reader.TryReadTrack(out _));
    }
}
