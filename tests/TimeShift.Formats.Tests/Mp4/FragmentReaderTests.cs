using TimeShift.Formats.Mp4;

namespace TimeShift.Formats.Tests.Mp4;

/// <summary>Shapes of fragments that our own writer does not make, put together box by box.</summary>
public class FragmentReaderTests
{
    private const uint NoFlags = 0;

    [Fact]
    public void What_a_fragment_leaves_out_stands_in_trex()
    {
        var moof = Moof(Traf(Tfhd(TfhdFlags.DefaultBaseIsMoof, 5), Trun(TrunFlags.DataOffset, 2, 100)));
        FragmentDefaults[] defaults = [new(4, 1, 1, 1), new(5, 20, 30, SampleFlags.NonKey), new(6, 2, 2, 2)];
        var reader = new FragmentReader(moof, 0, defaults);
        Assert.True(reader.TryReadTrack(out var fragment));
        Assert.False(fragment.HasDecodeTime);
        Assert.Equal((2, 40ul, 60L), (fragment.SampleCount, fragment.TotalDuration, fragment.DataSize));
        var sample = new FragmentSample(30, 20, 0, false);
        Assert.Equal([new(sample, 0, 100), new(sample, 20, 130)], Samples(fragment));
    }

    [Fact]
    public void Tfhd_overrides_trex_and_trun_overrides_tfhd()
    {
        var tfhd = Tfhd(TfhdFlags.SampleDescriptionIndex | TfhdFlags.DefaultDuration | TfhdFlags.DefaultSize | TfhdFlags.DefaultFlags, 5, 1, 7, 8, SampleFlags.NonKey);
        var trun = Trun(TrunFlags.DataOffset | TrunFlags.FirstSampleFlags | TrunFlags.Size, 3, 10, SampleFlags.Key, 1, 2, 3);
        FragmentDefaults[] defaults = [new(5, 20, 30, 0)];
        var reader = new FragmentReader(Moof(Traf(tfhd, trun)), 0, defaults);
        Assert.True(reader.TryReadTrack(out var fragment));
        Assert.Equal(
            [new(new(1, 7, 0, true), 0, 10), new(new(2, 7, 0, false), 7, 11), new(new(3, 7, 0, false), 14, 13)],
            Samples(fragment));
    }

    [Fact]
    public void Runs_follow_one_another_unless_they_say_where_they_are()
    {
        var size = TrunFlags.Size;
        var moof = Moof(Traf(
            Tfhd(TfhdFlags.DefaultBaseIsMoof, 1), Tfdt32(1000),
            Trun(size | TrunFlags.DataOffset, 1, 200, 5), Trun(size, 2, 6, 7), Trun(size, 0), Trun(size | TrunFlags.DataOffset, 1, 900, 9)));
        var reader = new FragmentReader(moof);
        Assert.True(reader.TryReadTrack(out var fragment));
        Assert.Equal([200L, 205L, 211L, 900L], Samples(fragment).Select(s => s.Offset));
        Assert.Equal((4, 27L, 200L, 1000ul), (fragment.SampleCount, fragment.DataSize, fragment.DataOffset, fragment.BaseMediaDecodeTime));
    }

    [Fact]
    public void Offsets_count_from_the_file_from_the_moof_or_from_the_track_before()
    {
        var run = Trun(TrunFlags.Size | TrunFlags.DataOffset, 1, 8, 50);
        var moof = Moof(
            Traf(Tfhd(TfhdFlags.BaseDataOffset, 1, 0, 10_000), run),
            Traf(Tfhd(TfhdFlags.DefaultBaseIsMoof, 2), run),
            Traf(Tfhd(NoFlags, 3), Trun(TrunFlags.Size, 1, 60)));
        var reader = new FragmentReader(moof, moofOffset: 9_000);
        var offsets = new List<long>();
        while (reader.TryReadTrack(out var fragment)) offsets.Add(fragment.DataOffset);
        Assert.Equal([1_008L, 8L, 58L], offsets);
    }

    [Fact]
    public void A_track_may_have_no_samples()
    {
        var reader = new FragmentReader(Moof(Traf(Tfhd(TfhdFlags.DurationIsEmpty, 1))));
        Assert.True(reader.TryReadTrack(out var fragment));
        Assert.Empty(Samples(fragment));
        Assert.Equal(0, fragment.SampleCount);
    }

    public static TheoryData<string, byte[]> Broken => new()
    {
        { "another box", BoxOf("free"u8) },
        { "nothing", [] },
        { "cut", Moof(Traf(Tfhd(0, 1)))[..^1] },
        { "a short mfhd", Wrap("moof"u8, [BoxOf("mfhd"u8, 0)]) },
        { "no tfhd", Moof(Traf()) },
        { "track 0", Moof(Traf(Tfhd(0, 0))) },
        { "a track above 2^31", Moof(Traf(Tfhd(0, 0x80000000))) },
        { "a short tfhd", Moof(Traf(BoxOf("tfhd"u8, 0x38, 1, 1, 1))) },
        { "a base data offset above 2^63", Moof(Traf(Tfhd(TfhdFlags.BaseDataOffset, 1, 0xFFFFFFFF, 0))) },
        { "a short tfdt", Moof(Traf(Tfhd(0, 1), BoxOf("tfdt"u8, 0x01000000, 0))) },
        { "a time above 2^63", Moof(Traf(Tfhd(0, 1), BoxOf("tfdt"u8, 0x01000000, 0xFFFFFFFF, 0))) },
        { "an end above 2^63", Moof(Traf(Tfhd(TfhdFlags.DefaultDuration, 1, 5), BoxOf("tfdt"u8, 0x01000000, 0x7FFFFFFF, 0xFFFFFFFF), Trun(0, 1))) },
        { "a short trun", Moof(Traf(Tfhd(0, 1), BoxOf("trun"u8, 0))) },
        { "more samples than bytes", Moof(Traf(Tfhd(0, 1), Trun(TrunFlags.Size, 3, 1, 1))) },
        { "samples without end", Moof(Traf(Tfhd(0, 1), Trun(0, uint.MaxValue))) },
        { "samples without end, in small steps", Moof(Traf(Tfhd(0, 1), Trun(0, 1 << 22)), Traf(Tfhd(0, 2), Trun(0, 1))) },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_broken_fragment_is_refused(string what, byte[] moof)
    {
        Assert.NotEmpty(what);
        Assert.Throws<Mp4FormatException>(() =>
        {
            var reader = new FragmentReader(moof);
            while (reader.TryReadTrack(out var fragment)) Samples(fragment);
        });
    }

    internal static List<PlacedSample> Samples(TrackFragment fragment)
    {
        var samples = new List<PlacedSample>();
        foreach (var placed in fragment) samples.Add(placed);
        return samples;
    }

    private static byte[] Moof(params byte[][] trafs) => Wrap("moof"u8, [BoxOf("mfhd"u8, 0, 1), .. trafs]);

    private static byte[] Traf(params byte[][] boxes) => Wrap("traf"u8, boxes);

    private static byte[] Tfhd(uint flags, uint track, params uint[] fields) => BoxOf("tfhd"u8, [flags, track, .. fields]);

    private static byte[] Tfdt32(uint time) => BoxOf("tfdt"u8, 0, time);

    private static byte[] Trun(uint flags, uint count, params uint[] fields) => BoxOf("trun"u8, [flags, count, .. fields]);

    private static byte[] Wrap(ReadOnlySpan<byte> type, byte[][] boxes)
    {
        byte[] content = [.. boxes.SelectMany(b => b)];
        return [.. BitConverter.GetBytes(8 + content.Length).Reverse(), .. type, .. content];
    }

    private static byte[] BoxOf(ReadOnlySpan<byte> type, params uint[] fields) => Wrap(type, [[.. fields.SelectMany(f => BitConverter.GetBytes(f).Reverse())]]);
}
