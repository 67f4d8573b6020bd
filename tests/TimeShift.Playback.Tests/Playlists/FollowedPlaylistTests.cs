using TimeShift.Formats.Hls;
using TimeShift.Playback.Playlists;
using TimeShift.Playback.Queries;
using TimeShift.Recording;
using TimeShift.Recording.Tests.Fixtures;

namespace TimeShift.Playback.Tests.Playlists;

/// <summary>Lists of every kind, reloaded after each part while a stream goes through all that can happen to it, and held against the rules and their last state.</summary>
public class FollowedPlaylistTests
{
    private static readonly TimelineQuery[] Questions =
    [
        new TimelineQuery.Live(),
        new TimelineQuery.Live(TimeSpan.FromSeconds(30)),
        new TimelineQuery.Delay(TimeSpan.FromSeconds(12.3)),
        new TimelineQuery.Growing(Viewer.At(7.7)),
        new TimelineQuery.Range(Viewer.At(3), Viewer.At(61.5)),
        new TimelineQuery.Range(Viewer.At(16), Viewer.At(17)),
        new TimelineQuery.At(Viewer.At(5), Viewer.At(20)),
    ];

    [Fact]
    public Task A_steady_stream() => FollowAsync(camera => camera.Play(70));

    [Fact]
    public Task A_stream_with_reordered_frames_at_a_fraction_of_a_rate() => FollowAsync(camera =>
    {
        camera.FrameRate = 30_000 / 1001.0;
        camera.CompositionOffset = 6006;
        camera.Gop(60);
        camera.Play(70);
    });

    [Fact]
    public Task A_stream_of_audio_alone() => FollowAsync(camera => camera.Play(40), TestTracks.AudioAlone);

    [Fact]
    public Task A_camera_of_one_frame_a_second() => FollowAsync(camera =>
    {
        camera.FrameRate = 1;
        camera.Gop(2);
        camera.Play(40);
    });

    [Fact]
    public Task Groups_of_pictures_that_outgrow_the_target() => FollowAsync(camera =>
    {
        camera.Play(20);
        camera.Gop(120);
        camera.Play(40);
        camera.Gop(12);
        camera.Play(20);
    });

    [Fact]
    public Task Changes_of_codec_with_and_without_audio() => FollowAsync(camera =>
    {
        camera.Play(13);
        camera.Change(TestTracks.LargeAlone);
        camera.Play(13);
        camera.Change(TestTracks.SmallWithAudio);
        camera.Play(13);
        camera.Change(TestTracks.LargeWithAudio);
        camera.Play(30);
    });

    [Fact]
    public Task Audio_that_stops_and_video_that_dies() => FollowAsync(camera =>
    {
        camera.Play(11);
        camera.SendsAudio = false;
        camera.Play(9);
        camera.SendsAudio = true;
        camera.Play(5);
        camera.SendsVideo = false;
        camera.Play(12);
        camera.SendsVideo = true;
        camera.Play(20);
    });

    [Fact]
    public async Task Publishers_that_come_back_and_a_restart()
    {
        await using var studio = new Studio(reelLength: TimeSpan.FromSeconds(10));
        var viewer = new Viewer(studio);
        for (var i = 0; i < 5; i++)
        {
            using (var camera = Camera(studio, viewer, i == 3 ? TestTracks.LargeWithAudio : TestTracks.SmallWithAudio)) camera.Play(8 + i * 4.2);
            Follow(viewer);
            studio.Clock.Advance(TimeSpan.FromSeconds(0.5 + i));
            Follow(viewer);
            if (i != 2) continue;
            await studio.RestartAsync();
            Follow(viewer);
        }

        studio.Clock.Advance(TimeSpan.FromSeconds(100));
        Follow(viewer);
        // Twelve reels, two sets of codecs, the second of which is gone again: three init segments.
        var all = viewer.List(new TimelineQuery.Growing(Viewer.At(0)))!;
        Assert.Equal(3, all.Segments.Select(s => s.Map).Distinct().Count());
        Assert.Equal(4, all.Segments.Count(s => s.Discontinuity));
        foreach (var reel in studio.Stream.Reels.GroupBy(r => r.Header.InitNumber))
            Assert.Single(reel.Select(r => Convert.ToHexString(viewer.Read($"v1-init-{r.Header.InitNumber}.mp4"))).Distinct());
    }

    private static async Task FollowAsync(Action<ScriptedCamera> script, TimeShift.Core.Media.TrackSet? tracks = null)
    {
        await using var studio = new Studio(new RecordingOptions());
        var viewer = new Viewer(studio);
        using (var camera = Camera(studio, viewer, tracks ?? TestTracks.SmallWithAudio)) script(camera);
        studio.Clock.Advance(TimeSpan.FromSeconds(1));
        Follow(viewer);
        studio.Clock.Advance(TimeSpan.FromSeconds(60));
        Follow(viewer);
        foreach (var range in Questions.OfType<TimelineQuery.Range>())
        {
            if (viewer.List(range) is { } list) Assert.True(list is { Type: PlaylistType.Vod, EndList: true });
        }
    }

    private static ScriptedCamera Camera(Studio studio, Viewer viewer, TimeShift.Core.Media.TrackSet tracks) => new(studio, tracks) { OnEdge = () => Follow(viewer) };

    private static void Follow(Viewer viewer)
    {
        foreach (var track in Viewer.Tracks)
        {
            foreach (var question in Questions)
            {
                if (viewer.Follow(question, track) is not { } list) continue;
                viewer.OpenAll(list);
                if (question is TimelineQuery.Live { Window: null }) AssertTail(viewer, list, track);
            }
        }
    }

    // The next part has the address that the hint says.
    private static void AssertTail(Viewer viewer, MediaPlaylist list, TrackSelector track)
    {
        var archive = viewer.Playback.Archive;
        Assert.True(list.ServerControl!.CanBlockReload);
        if (!archive.IsRecording) Assert.Empty(list.PreloadHints);
        foreach (var hint in list.PreloadHints)
        {
            Assert.True(ResourceName.TryParse(hint.Uri, out var next));
            Assert.Equal((track.Kind, track.Position), (next.Track, next.Index));
            Assert.True(viewer.Playback.IsNext(next.Number, next.Part), hint.Uri);
        }

        foreach (var report in list.RenditionReports)
        {
            Assert.True(ResourceName.TryParse(report.Uri, out var other) && other.Track != track.Kind);
            Assert.Equal(viewer.Playback.LastNumber, report.LastMediaSequence);
        }
    }
}
