using System.Text;
using TimeShift.Core.Media;
using TimeShift.Formats.Hls;

namespace TimeShift.Formats.Tests.Hls;

public class PlaylistParserTests
{
    private static MediaPlaylist Media(string text) => PlaylistParser.ParseMedia(Encoding.UTF8.GetBytes(text));

    private static string Fault(string text) =>
        Assert.Throws<PlaylistFormatException>(() => PlaylistParser.Parse(Encoding.UTF8.GetBytes(text))).Message;

    [Fact]
    public void A_segment_has_the_tags_before_its_uri_and_the_map_in_force()
    {
        var playlist = Media("""
            #EXTM3U
            #EXT-X-TARGETDURATION:6
            #EXT-X-MEDIA-SEQUENCE:42
            #EXT-X-MAP:URI="init.mp4",BYTERANGE="720@16"
            #EXT-X-PROGRAM-DATE-TIME:2026-11-22T16:00:00.250+01:00
            #EXTINF:5.9999999,A title
            a.m4s
            #EXT-X-DISCONTINUITY
            #EXTINF:4,
            b.m4s
            """);
        Assert.Equal(42, playlist.MediaSequence);
        var map = new MapInfo("init.mp4", new ByteRange(16, 720));
        var (a, b) = (playlist.Segments[0], playlist.Segments[1]);
        Assert.Equal(("a.m4s", "A title", map, false), (a.Uri, a.Title, a.Map, a.Discontinuity));
        Assert.Equal(Instant.From(new DateTimeOffset(2026, 11, 22, 15, 0, 0, 250, TimeSpan.Zero)), a.ProgramDateTime);
        Assert.Equal(TimeSpan.FromTicks(59_999_999), a.Duration);
        Assert.Equal(("b.m4s", null, map, true), (b.Uri, b.Title, b.Map, b.Discontinuity));
        Assert.Null(b.ProgramDateTime);
    }

    [Fact]
    public void Line_ends_of_windows_and_space_around_lines_are_let_through()
    {
        var playlist = Media("#EXTM3U \r\n#EXT-X-TARGETDURATION: 6\r\n\r\n  #EXTINF:5 ,\r\n a.ts \r\n");
        Assert.Equal("a.ts", Assert.Single(playlist.Segments).Uri);
    }

    [Theory]
    [InlineData("", "line 1")]
    [InlineData("\uFEFF#EXTM3U\n#EXT-X-TARGETDURATION:6\n", "line 1")]
    [InlineData("#EXTM3U\n", "the end")]
    [InlineData("#EXTM3U\n#EXTINF:1,\na.ts\n", "#EXT-X-TARGETDURATION")]
    [InlineData("#EXTM3U\n#EXT-X-TARGETDURATION:0\n", "at least 1")]
    [InlineData("#EXTM3U\n#EXT-X-TARGETDURATION:2147483648\n", "line 2")]
    [InlineData("#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-TARGETDURATION:6\n", "line 3: '#EXT-X-TARGETDURATION:6' came; expected #EXT-X-TARGETDURATION only once")]
    [InlineData("#EXTM3U\n#EXT-X-TARGETDURATION:6\na.ts\n", "line 3: 'a.ts' came; expected #EXTINF")]
    [InlineData("#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:-1,\n", "line 3")]
    [InlineData("#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:.,\n", "line 3")]
    [InlineData("#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:1e3,\n", "line 3")]
    [InlineData("#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:1,\n", "the URI of the last segment")]
    [InlineData("#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:1,\n#EXT-X-BYTERANGE:10\na.ts\n", "offset")]
    [InlineData("#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:1,\n#EXT-X-BYTERANGE:9223372036854775807@1\na.ts\n", "2^63")]
    [InlineData("#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:1,\na.ts\n#EXT-X-MEDIA-SEQUENCE:3\n", "before the first segment")]
    [InlineData("#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-PLAYLIST-TYPE:LIVE\n", "EVENT or VOD")]
    [InlineData("#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-PROGRAM-DATE-TIME:yesterday\n", "ISO 8601")]
    [InlineData("#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-PART:DURATION=1,URI=\"a\n", "closing quote")]
    [InlineData("#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-PART:DURATION=1\n", "URI")]
    [InlineData("#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-PART:DURATION=1,URI=\"a\",GAP=MAYBE\n", "GAP to be YES or NO")]
    [InlineData("#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-PART:DURATION=1,DURATION=1,URI=\"a\"\n", "twice")]
    [InlineData("#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-PART:duration=1\n", "NAME=value")]
    [InlineData("#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"a\"\n#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"b\"\n", "one preload hint")]
    [InlineData("#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-STREAM-INF:BANDWIDTH=1\na.m3u8\n", "media playlist")]
    [InlineData("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n#EXT-X-TARGETDURATION:6\n", "multivariant playlist")]
    [InlineData("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n", "the URI of the last variant")]
    [InlineData("#EXTM3U\n#EXT-X-STREAM-INF:RESOLUTION=1x1\na.m3u8\n", "BANDWIDTH")]
    [InlineData("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1,RESOLUTION=1\n", "<width>x<height>")]
    [InlineData("#EXTM3U\n#EXT-X-MEDIA:TYPE=SMELL,GROUP-ID=\"a\",NAME=\"b\"\n", "TYPE to be")]
    public void A_malformed_playlist_is_refused_with_the_line_and_what_is_expected(string text, string message) =>
        Assert.Contains(message, Fault(text), StringComparison.Ordinal);

    [Fact]
    public void Bytes_that_are_no_utf8_are_refused_with_their_line()
    {
        byte[] bytes = [.. "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:1,"u8, 0xFF, (byte)'\n'];
        var fault = Assert.Throws<PlaylistFormatException>(() => PlaylistParser.Parse(bytes));
        Assert.Equal(3, fault.Line);
    }

    [Fact]
    public void A_playlist_of_a_year_is_read_in_linear_time()
    {
        // 100 000 segments and 100 000 tags that are unknown; a quadratic reader would need minutes for this and be seen at once.
        var text = new StringBuilder("#EXTM3U\n#EXT-X-TARGETDURATION:6\n");
        for (var i = 0; i < 100_000; i++) text.Append("#EXT-X-NEW:A=1\n#EXT-X-KEY:METHOD=AES-128,URI=\"k\"\n#EXTINF:6,\ns").Append(i).Append(".ts\n");
        var playlist = Media(text.ToString());
        Assert.Equal(100_000, playlist.Segments.Count);
        Assert.Equal("s99999.ts", playlist.Segments[^1].Uri);
    }
}
