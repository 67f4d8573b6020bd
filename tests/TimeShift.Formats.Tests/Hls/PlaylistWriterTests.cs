using System.Buffers;
using System.Globalization;
using System.Text;
using TimeShift.Core.Media;
using TimeShift.Formats.Hls;

namespace TimeShift.Formats.Tests.Hls;

public class PlaylistWriterTests
{
    private static readonly MapInfo Map = new("v1-init-1.mp4");

    private static MediaSegment Segment(int number, MapInfo? map = null) => new()
    {
        Uri = $"v1-{number}.m4s",
        Duration = TimeSpan.FromSeconds(2),
        ProgramDateTime = new Instant(1_763_800_000_000_000 + number * 2_000_000L),
        Map = map ?? Map,
        Parts = [new PartialSegment($"v1-{number}.0.m4s", TimeSpan.FromSeconds(2), Independent: true)],
    };

    private static MediaPlaylist Playlist(params MediaSegment[] segments) =>
        new() { TargetDuration = TimeSpan.FromSeconds(2), PartTarget = TimeSpan.FromSeconds(2), MediaSequence = 7, Segments = segments };

    private static string Written(Playlist playlist) => Encoding.UTF8.GetString(PlaylistFuzz.Written(playlist));

    [Fact]
    public void Header_blocks_and_tail_make_the_whole()
    {
        var other = new MapInfo("v1-init-2.mp4");
        var segments = new[] { Segment(7), Segment(8), Segment(9, other) with { Discontinuity = true } };
        var whole = Playlist(segments) with { Open = new OpenSegment { Map = other, Parts = Segment(10).Parts }, RenditionReports = [new RenditionReport("a1.m3u8", 9)] };
        var output = new ArrayBufferWriter<byte>();
        PlaylistWriter.WriteHeader(output, whole with { Segments = [] }, PlaylistVersion.Map);
        // Each block as if the segment before it were there, so that it can be kept while the list slides; the first map on its own.
        PlaylistWriter.WriteMap(output, Map);
        PlaylistWriter.WriteSegment(output, segments[0], Map);
        PlaylistWriter.WriteSegment(output, segments[1], Map);
        PlaylistWriter.WriteSegment(output, segments[2], Map);
        PlaylistWriter.WriteTail(output, whole, other);
        Assert.Equal(Written(whole), Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Fact]
    public void Parts_can_be_left_out_of_a_block()
    {
        var output = new ArrayBufferWriter<byte>();
        PlaylistWriter.WriteSegment(output, Segment(7), Map, parts: false);
        Assert.Equal("#EXT-X-PROGRAM-DATE-TIME:2025-11-22T08:26:54.000Z\n#EXTINF:2.000000,\nv1-7.m4s\n", Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Fact]
    public void The_version_is_the_lowest_that_covers_what_is_used()
    {
        var plain = new MediaSegment { Uri = "a.ts", Duration = TimeSpan.FromSeconds(1) };
        Assert.Equal(3, PlaylistVersion.Lowest(Playlist(plain)));
        Assert.Equal(4, PlaylistVersion.Lowest(Playlist(plain with { ByteRange = new ByteRange(0, 1) })));
        Assert.Equal(4, PlaylistVersion.Lowest(Playlist(plain) with { IFramesOnly = true }));
        Assert.Equal(5, PlaylistVersion.Lowest(Playlist(plain with { Map = Map }) with { IFramesOnly = true }));
        Assert.Equal(6, PlaylistVersion.Lowest(Playlist(plain with { Map = Map })));
        Assert.Equal(6, PlaylistVersion.Lowest(Playlist() with { Open = new OpenSegment { Map = Map } }));
        Assert.Equal(9, PlaylistVersion.Lowest(Playlist() with { Skip = new SkippedSegments(1) }));
        Assert.Equal(10, PlaylistVersion.Lowest(Playlist() with { Skip = new SkippedSegments(1, []) }));
        Assert.Equal(1, PlaylistVersion.Lowest(new MultivariantPlaylist()));
    }

    [Fact]
    public void Durations_of_a_day_add_up_within_a_frame()
    {
        // 59.94 frames a second, two seconds a segment: 120 frames of 1001/60000 s.
        var exact = 120 * 1001 / 60000m;
        var read = PlaylistParser.ParseMedia(PlaylistFuzz.Written(Playlist(Segment(1) with { Duration = TimeSpan.FromTicks((long)(exact * TimeSpan.TicksPerSecond)) })));
        const int SegmentsOfADay = 43_156;
        var drift = SegmentsOfADay * ((decimal)read.Segments[0].Duration.Ticks / TimeSpan.TicksPerSecond - exact);
        Assert.InRange(drift, -1001 / 60000m, 1001 / 60000m);
    }

    [Fact]
    public void No_culture_comes_in()
    {
        var before = CultureInfo.CurrentCulture;
        var invariant = Written(Playlist(Segment(1)));
        var strange = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        strange.NumberFormat.NumberDecimalSeparator = ",";
        strange.NumberFormat.NegativeSign = "minus";
        strange.DateTimeFormat.TimeSeparator = ".";
        CultureInfo.CurrentCulture = strange;
        try
        {
            Assert.Equal(invariant, Written(Playlist(Segment(1))));
            var rate = Written(new MultivariantPlaylist { Variants = [new Variant { Uri = "a", Bandwidth = 1, FrameRate = 29.97 }] });
            Assert.Contains("FRAME-RATE=29.970", rate, StringComparison.Ordinal);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [InlineData("a\nb")]
    [InlineData("a\rb")]
    [InlineData("a\0b")]
    [InlineData("#a")]
    [InlineData("")]
    [InlineData(" a")]
    public void A_uri_that_would_be_another_line_is_refused(string uri) =>
        Assert.Throws<ArgumentException>(() => Written(Playlist(Segment(1) with { Uri = uri })));

    [Fact]
    public void Text_that_would_end_its_quotes_or_its_line_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Written(Playlist(Segment(1, new MapInfo("a\"b")))));
        Assert.Throws<ArgumentException>(() => Written(Playlist(Segment(1, new MapInfo("a\nb")))));
        Assert.Throws<ArgumentException>(() => Written(Playlist(Segment(1) with { Title = "a\nb" })));
        Assert.Throws<ArgumentException>(() => Written(new MultivariantPlaylist { Variants = [new Variant { Uri = "a", Bandwidth = 1, Codecs = "\"" }] }));
        Assert.Throws<ArgumentException>(() => Written(new MultivariantPlaylist { Variants = [new Variant { Uri = "a", Bandwidth = 1, VideoRange = "P Q" }] }));
    }

    [Fact]
    public void A_target_duration_that_is_not_whole_seconds_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Written(Playlist() with { TargetDuration = TimeSpan.FromSeconds(1.5) }));
        Assert.Throws<ArgumentException>(() => Written(Playlist() with { TargetDuration = default }));
    }

    [Fact]
    public void A_map_cannot_be_taken_back() =>
        Assert.Throws<ArgumentException>(() => Written(Playlist(Segment(1), Segment(2) with { Map = null })));

    [Fact]
    public void Long_text_crosses_the_writers_blocks()
    {
        var uri = new string('é', 5000);
        var read = PlaylistParser.ParseMedia(PlaylistFuzz.Written(Playlist(Segment(1) with { Uri = uri }, Segment(2))));
        Assert.Equal([uri, "v1-2.m4s"], read.Segments.Select(s => s.Uri));
    }

    [Fact]
    public void A_block_is_written_without_allocation()
    {
        var segment = Segment(123_456);
        var output = new ArrayBufferWriter<byte>(1 << 16);
        PlaylistWriter.WriteSegment(output, segment);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 50; i++) PlaylistWriter.WriteSegment(output, segment);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
