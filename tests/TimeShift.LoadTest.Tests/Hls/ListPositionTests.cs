using TimeShift.Formats.Hls;
using TimeShift.LoadTest.Hls;

namespace TimeShift.LoadTest.Tests.Hls;

public sealed class ListPositionTests
{
    private readonly ListPosition _position = new();

    [Fact]
    public void A_viewer_begins_before_the_end_and_then_takes_what_is_new_once()
    {
        Assert.Equal(["7.mp4", "8.mp4", "9.mp4"], Uris(_position.Advance(List(0, 10), false, 3)));
        Assert.Empty(Uris(_position.Advance(List(0, 10), false, 3)));
        Assert.Equal(["10.mp4", "11.mp4"], Uris(_position.Advance(List(2, 10), false, 3)));
    }

    [Fact]
    public void Segments_that_left_the_list_are_missed()
    {
        _position.Advance(List(0, 3), false, 3);
        var step = _position.Advance(List(5, 3), false, 3);
        Assert.Equal(2, step.Missed);
        Assert.Equal(["5.mp4", "6.mp4", "7.mp4"], Uris(step));
    }

    [Fact]
    public void A_media_sequence_that_runs_backwards_is_a_fault()
    {
        Assert.Null(_position.Advance(List(5, 3), false, 3).Fault);
        Assert.Contains("media sequence 4 after 5", _position.Advance(List(4, 4), false, 3).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_that_loses_its_end_is_a_fault()
    {
        _position.Advance(List(5, 3), false, 3);
        Assert.Contains("ends before segment 7", _position.Advance(List(5, 2), false, 3).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Parts_are_taken_once_when_the_segment_grows_and_when_it_is_whole()
    {
        Assert.Equal(["2.mp4", "3.0.mp4"], Uris(_position.Advance(List(0, 3, open: 1), true, 1)));
        Assert.Equal((3, 1), (_position.NextSegment, _position.NextPart));
        Assert.Equal(["3.1.mp4"], Uris(_position.Advance(List(0, 3, open: 2), true, 1)));
        var whole = List(0, 4, open: 1);
        whole = whole with { Segments = [.. whole.Segments.Take(3), whole.Segments[3] with { Parts = [.. Parts(3, 4)] }] };
        Assert.Equal(["3.2.mp4", "3.3.mp4", "4.0.mp4"], Uris(_position.Advance(whole, true, 1)));
    }

    [Fact]
    public void Without_low_latency_parts_are_left_alone() => Assert.Equal(["2.mp4"], Uris(_position.Advance(List(0, 3, open: 3), false, 1)));

    [Fact]
    public void A_player_of_a_multivariant_playlist_reads_the_first_variant_and_its_audio()
    {
        var all = PlaylistParser.Parse(
            """
            #EXTM3U
            #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="x",URI="a1.m3u8"
            #EXT-X-STREAM-INF:BANDWIDTH=1,AUDIO="a"
            v1.m3u8
            #EXT-X-STREAM-INF:BANDWIDTH=2,AUDIO="a"
            v2.m3u8
            """u8);
        Assert.Equal(["http://h/s/v1.m3u8", "http://h/s/a1.m3u8"], HlsViewer.MediaLists(new Uri("http://h/s/index.m3u8"), all).Select(uri => uri.ToString()));
    }

    private static IEnumerable<string> Uris(ListPosition.Step step) => step.Resources.Select(resource => resource.Uri);

    private static IEnumerable<PartialSegment> Parts(int segment, int count) =>
        Enumerable.Range(0, count).Select(i => new PartialSegment($"{segment}.{i}.mp4", TimeSpan.FromSeconds(0.5)));

    private static MediaPlaylist List(int first, int count, int open = 0) => new()
    {
        TargetDuration = TimeSpan.FromSeconds(2),
        PartTarget = TimeSpan.FromSeconds(0.5),
        MediaSequence = first,
        Segments = [.. Enumerable.Range(first, count).Select(i => new MediaSegment { Uri = $"{i}.mp4", Duration = TimeSpan.FromSeconds(2) })],
        Open = open > 0 ? new OpenSegment { Parts = [.. Parts(first + count, open)] } : null,
    };
}
