using CsCheck;
using TimeShift.Core.Media;
using TimeShift.Formats.H264;
using TimeShift.Formats.H265;
using TimeShift.Formats.Nal;
using TimeShift.Formats.Tests.Media;
using static TimeShift.Formats.Tests.Media.ParameterSetSamples;

namespace TimeShift.Formats.Tests.Nal;

public sealed class DecodeTimesTests
{
    private const long Frame = 3_600;

    [Fact]
    public void Pictures_in_order_are_decoded_when_they_are_shown() => Assert.Equal([0, 1, 2, 3], Frames(Times(Order("0 1 2 3"), depth: 0)));

    [Fact]
    public void A_pyramid_gets_even_steps_from_its_first_picture_on() =>
        Assert.Equal([-2, -1, 0, 1, 2, 3, 4, 5, 6], Frames(Times(Order("0 4 2 1 3 8 6 5 7"), depth: 2)));

    [Fact]
    public void Depth_that_nobody_declared_is_learned_from_the_first_pictures()
    {
        var pts = Order("0 3 1 2 6 4 5 9 7 8 12 10 11");
        var dts = Times(pts, depth: null);
        Assert.Equal([2, 4, 5, 6, 7, 8, 9], Frames(dts)[4..11].Except([3]));
        Assert.All(dts.Zip(pts), t => Assert.True(t.First <= t.Second));
    }

    [Fact]
    public void Pictures_from_before_the_first_key_frame_are_refused_in_either_order()
    {
        var times = Create(2);
        Assert.False(times.TryNext(5 * Frame, false, out _));
        Assert.True(times.TryNext(10 * Frame, true, out var key));
        Assert.False(times.TryNext(8 * Frame, false, out _));
        Assert.False(times.TryNext(9 * Frame, false, out _));
        Assert.True(times.TryNext(12 * Frame, false, out var next));
        Assert.True(times.TryNext(11 * Frame, false, out var last));
        Assert.Equal([8 * Frame, 9 * Frame, 10 * Frame], [key, next, last]);
    }

    [Fact]
    public void Any_pyramid_gets_even_steps_in_order_and_never_decodes_after_it_shows() => Pyramids.Sample(pyramid =>
    {
        var (pts, depth) = pyramid;
        var dts = Times(pts, depth);
        for (var i = 0; i < dts.Length; i++)
        {
            Assert.True(dts[i] <= pts[i]);
            Assert.Equal((i - depth) * Frame, dts[i]);
        }
    });

    [Fact]
    public void Lost_pictures_and_jitter_keep_the_order() => Gen.Select(Pyramids, Gen.Int[0, 1 << 30]).Sample((pyramid, seed) =>
    {
        var random = new Random(seed);
        var jitter = Enumerable.Range(0, 4 * pyramid.Pts.Length).Select(_ => (long)random.Next((int)Frame / 2)).ToArray();
        long[] pts = [pyramid.Pts[0], .. pyramid.Pts.Skip(1).Where(_ => random.Next(5) > 0).Select(p => p + jitter[p / Frame])];
        var dts = Times(pts, pyramid.Depth);
        for (var i = 0; i < dts.Length; i++)
        {
            Assert.True(dts[i] <= pts[i]);
            if (i > 0) Assert.True(dts[i] > dts[i - 1], $"{dts[i]} after {dts[i - 1]}");
        }
    });

    [Fact]
    public void A_clock_that_is_set_leaves_composition_as_it_was() => Gen.Select(Pyramids, Gen.Int[0, 40], Gen.Long[-900_000_000, 900_000_000]).Sample((pyramid, at, jump) =>
    {
        if (Math.Abs(jump) < 20 * 90_000) return;
        var even = Times(pyramid.Pts, pyramid.Depth);
        var pts = pyramid.Pts.Select((p, i) => i < at ? p : p + jump).ToArray();
        var dts = Times(pts, pyramid.Depth);
        Assert.All(dts.Zip(pts), t => Assert.True(t.First <= t.Second));
        // A picture of each place has to come before all is as it was.
        for (var i = at + 2 * MaxPyramid; i < dts.Length; i++) Assert.Equal(pyramid.Pts[i] - even[i], pts[i] - dts[i]);
    });

    [Fact]
    public void A_long_gap_is_no_composition()
    {
        var pts = Order("0 3 1 2 6 4 5 206 204 205 209 207 208");
        var dts = Times(pts, depth: 1);
        Assert.All(pts.Zip(dts), t => Assert.InRange(t.First - t.Second, 0, 4 * Frame));
    }

    [Fact]
    public void A_clock_set_back_a_little_is_not_taken_for_reordering()
    {
        var times = Create(null);
        long pts = 0;
        for (var i = 0; i < 50; i++) times.TryNext(pts += Frame, i == 0, out _);
        pts -= 20 * Frame;
        for (var i = 0; i < 50; i++)
        {
            times.TryNext(pts += Frame, false, out var dts);
            Assert.Equal(pts, dts);
        }
    }

    [Fact]
    public void Nonsense_from_the_source_gives_no_exception_and_no_time_after_it() => Gen.Long.Array[1, 60].Sample(pts =>
    {
        var times = Create(null);
        for (var i = 0; i < pts.Length; i++)
        {
            if (times.TryNext(pts[i], i == 0, out var dts)) Assert.True(dts <= pts[i]);
        }
    });

    [Theory]
    [InlineData("-c:v libx264 -preset ultrafast -profile:v baseline", 0)]
    [InlineData("-c:v libx264 -preset veryfast -bf 3", 2)]
    [InlineData("-c:v libx264 -preset veryfast -bf 3 -x264-params b-pyramid=none", 1)]
    [InlineData("-c:v libx264 -preset ultrafast -bf 0 -profile:v high", 0)]
    [InlineData("-c:v libx264 -preset veryfast -bf 2 -x264-params nal-hrd=vbr -b:v 500k -maxrate 500k -bufsize 500k", 2)]
    [InlineData("-c:v libx265 -preset ultrafast -x265-params log-level=none:bframes=0", 0)]
    [InlineData("-c:v libx265 -preset medium -x265-params log-level=none:bframes=4:b-pyramid=1", 2)]
    public void Encoders_declare_their_depth_and_the_rule_gives_their_own_decoding_times(string encoder, int depth)
    {
        var path = EncodedMedia.Video("320x180", "25", encoder, "mp4");
        var isH264 = encoder.Contains("x264", StringComparison.Ordinal);
        var codec = isH264 ? Codec.H264 : Codec.H265;
        var config = BoxContent.Find(path, isH264 ? "avcC" : "hvcC");
        Assert.Equal(depth, DecodeTimes.DepthOf(codec, config));
        var times = new DecodeTimes(Timescale.Mpeg);
        times.Configure(TrackFactory.Create(codec, 1, Timescale.Mpeg, config), 0);
        var packets = Tool.Run("ffprobe", "-v", "error", "-show_entries", "packet=pts,dts,flags", "-of", "csv=p=0", path).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(packets.Length >= 25);
        foreach (var fields in packets.Select(line => line.Split(',')))
        {
            Assert.True(times.TryNext(Ticks(fields[0]), fields[2].StartsWith('K'), out var dts));
            Assert.Equal(Ticks(fields[1]) - FirstShift(packets) - depth * Frame, dts);
        }
    }

    [Fact]
    public void Depth_is_read_from_parameter_sets()
    {
        Assert.Equal(0, H264Sps.Parse(Bytes(H264Baseline180)).ReorderDepth);
        Assert.Null(H264Sps.Parse(Bytes(H264High720)[..14]).ReorderDepth);
        Assert.NotNull(H265Sps.Parse(Bytes(H265Sps720)).ReorderDepth);
    }

    [Fact]
    public void Times_cost_no_allocation()
    {
        var pts = Order("0 4 2 1 3 8 6 5 7");
        var times = Create(2);
        Allocations.AssertNone(() =>
        {
            for (var i = 0; i < pts.Length; i++) times.TryNext(pts[i], i == 0, out _);
        });
    }

    private const int MaxPyramid = 8;

    /// <summary>Groups of 1 to 8 pictures, each a random binary pyramid: the last first, then recursively a picture of the middle and both sides of it.</summary>
    private static Gen<(long[] Pts, int Depth)> Pyramids => Gen.Int[0, 1 << 30].Select(seed =>
    {
        var random = new Random(seed);
        var order = new List<int> { 0 };
        while (order.Count < 80)
        {
            var start = order.Max();
            var length = 1 + random.Next(MaxPyramid);
            order.Add(start + length);
            Middle(order, random, start + 1, start + length);
        }

        // max_num_reorder_frames by its definition.
        var depth = order.Select((p, i) => order.Take(i).Count(q => q > p)).Max();
        return (order.Select(p => p * Frame).ToArray(), depth);
    });

    private static void Middle(List<int> order, Random random, int from, int to)
    {
        if (from >= to) return;
        var middle = random.Next(from, to);
        order.Add(middle);
        Middle(order, random, from, middle);
        Middle(order, random, middle + 1, to);
    }

    // libavformat's tracks have 12800 ticks a second here.
    private static long Ticks(string text) => long.Parse(text, System.Globalization.CultureInfo.InvariantCulture) * 90_000 / 12_800;

    private static long FirstShift(string[] packets) => Ticks(packets[0].Split(',')[1]) - Ticks(packets[0].Split(',')[0]);

    private static DecodeTimes Create(int? depth)
    {
        var times = new DecodeTimes(Timescale.Mpeg);
        times.Configure(depth, Frame);
        return times;
    }

    private static long[] Order(string frames) => [.. frames.Split(' ').Select(f => long.Parse(f, System.Globalization.CultureInfo.InvariantCulture) * Frame)];

    private static long[] Times(long[] pts, int? depth)
    {
        var times = Create(depth);
        return [.. pts.Select((p, i) => times.TryNext(p, i == 0, out var dts) ? dts : throw new InvalidOperationException($"picture {i} was refused"))];
    }

    private static long[] Frames(long[] times) => [.. times.Select(t => t / Frame)];
}
