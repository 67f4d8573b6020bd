using TimeShift.Playback.Playlists;
using TimeShift.Playback.Queries;
using TimeShift.Recording.Tests.Fixtures;

namespace TimeShift.Playback.Tests.Playlists;

/// <summary>G.711 is in the reel, and in no playlist.</summary>
public class LeftOutTrackTests
{
    private static readonly TimelineQuery _live = new TimelineQuery.Live(TimeSpan.FromMinutes(1));

    [Fact]
    public async Task Pictures_with_G711_play_as_pictures_alone()
    {
        await using var studio = new Studio();
        using var camera = new ScriptedCamera(studio, TestTracks.SmallWithG711);
        camera.Play(10);
        var viewer = new Viewer(studio);
        var variant = Assert.Single(viewer.Multivariant(_live)!.Variants);
        Assert.Equal(("v1.m3u8", "avc1.42C00C", null), (variant.Uri, variant.Codecs, variant.AudioGroup));
        Assert.Empty(viewer.Multivariant(_live)!.Renditions);
        var list = viewer.Follow(_live, TrackSelector.Video)!;
        Assert.Empty(list.RenditionReports);
        viewer.OpenAll(list);

        var playback = viewer.Playback;
        Assert.Equal([TrackSelector.Video], playback.Tracks(_live));
        Assert.Equal(["alaw"], playback.LeftOut(_live).Select(t => t.CodecString));
        Assert.Null(playback.Media(_live, TrackSelector.Audio, ""));
        Assert.Null(playback.Init(TrackSelector.Audio, 0));
        Assert.Null(playback.Open(TrackSelector.Audio, 0, null));
        Assert.All(CutSegments(viewer), s => Assert.True(s.Has(TestTracks.SmallWithG711.Audio!)));
    }

    [Fact]
    public async Task The_bandwidth_is_that_of_what_is_played()
    {
        await using var studio = new Studio();
        var footage = Footage.H264WithG711("pcm_alaw");
        footage.PlayInto(studio);
        var variant = Assert.Single(new Viewer(studio).Multivariant(_live)!.Variants);
        var bits = footage.Packets.Where(p => p.Track == 0).Sum(p => p.Data.Length) * 8 / 8.0;
        // The headers of parts, of G.711's too, and the steps of 10 kbit/s.
        Assert.InRange(variant.AverageBandwidth!.Value, bits, bits + 30_000);
    }

    [Fact]
    public async Task G711_alone_has_no_playlist_and_what_came_before_it_has()
    {
        await using var studio = new Studio();
        using (var camera = new ScriptedCamera(studio, TestTracks.G711Alone)) camera.Play(10);
        var viewer = new Viewer(studio);
        Assert.Null(viewer.Multivariant(_live));
        Assert.Empty(viewer.Playback.Tracks(_live));
        Assert.Equal("ulaw 8000 Hz 1 ch", Assert.Single(viewer.Playback.LeftOut(_live)).ToString());

        studio.Clock.Advance(TimeSpan.FromSeconds(5));
        using (var camera = new ScriptedCamera(studio, TestTracks.SmallWithAudio)) camera.Play(10);
        studio.Clock.Advance(TimeSpan.FromSeconds(5));
        using (var camera = new ScriptedCamera(studio, TestTracks.SmallWithG711)) camera.Play(5);
        studio.Clock.Advance(TimeSpan.FromSeconds(5));
        using (var camera = new ScriptedCamera(studio, TestTracks.G711Alone)) camera.Play(5);
        // The newest tracks that can be played are those before the last.
        Assert.Equal("avc1.42C00C", Assert.Single(viewer.Multivariant(_live)!.Variants).Codecs);
        var sound = viewer.Follow(_live, TrackSelector.Audio)!;
        Assert.Contains(sound.Segments, s => !s.Gap);
        Assert.True(sound.Segments[0].Gap && sound.Segments[^1].Gap);
        viewer.OpenAll(sound);
        viewer.OpenAll(viewer.Follow(_live, TrackSelector.Video)!);
    }

    private static List<Storage.Reels.SegmentInfo> CutSegments(Viewer viewer)
    {
        var segments = new List<Storage.Reels.SegmentInfo>();
        viewer.Lookup().CopyTo(0, long.MaxValue, segments);
        Assert.NotEmpty(segments);
        return segments;
    }
}
