using System.IO.Compression;
using TimeShift.Formats.Hls;
using TimeShift.Playback.Playlists;
using TimeShift.Playback.Queries;
using TimeShift.Recording.Tests.Fixtures;

namespace TimeShift.Playback.Tests;

public class StreamPlaybackTests
{
    private static readonly TimelineQuery Live = new TimelineQuery.Live();

    [Fact]
    public async Task Waiting_ends_when_the_part_or_the_segment_is_there()
    {
        await using var studio = new Studio();
        using var camera = new ScriptedCamera(studio, TestTracks.SmallWithAudio);
        var playback = new Viewer(studio).Playback;
        camera.Play(2.6);
        // Segment 1 is open and has its first part.
        Assert.True(await Wait(playback, 0, null));
        Assert.True(await Wait(playback, 0, 2));
        Assert.True(await Wait(playback, 1, 0));
        Assert.Equal(1, playback.LastNumber);
        var part = Wait(playback, 1, 1);
        var segment = Wait(playback, 1, null);
        // One part more than segment 0 has: it is the first of the next.
        var beyond = Wait(playback, 1, 9);
        Assert.False(part.IsCompleted || segment.IsCompleted || beyond.IsCompleted);
        camera.Play(0.5);
        Assert.True(await part);
        camera.Play(0.5);
        Assert.False(segment.IsCompleted || beyond.IsCompleted);
        camera.Play(0.5);
        Assert.True(await segment);
        Assert.False(beyond.IsCompleted);
        camera.Play(0.5);
        Assert.True(await beyond);
    }

    [Fact]
    public async Task Waiting_has_a_limit_and_can_be_cancelled()
    {
        await using var studio = new Studio();
        using var camera = new ScriptedCamera(studio, TestTracks.SmallWithAudio);
        var playback = new Viewer(studio).Playback;
        camera.Play(1);
        var late = playback.WaitForAsync(0, null, TimeSpan.FromSeconds(6), CancellationToken.None);
        using var cancel = new CancellationTokenSource();
        var cancelled = playback.WaitForAsync(0, null, TimeSpan.FromSeconds(6), cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        studio.Clock.Advance(TimeSpan.FromSeconds(5.9));
        Assert.False(late.IsCompleted);
        studio.Clock.Advance(TimeSpan.FromSeconds(0.2));
        Assert.False(await late);
    }

    [Fact]
    public async Task Only_what_comes_next_is_worth_waiting_for()
    {
        await using var studio = new Studio();
        var camera = new ScriptedCamera(studio, TestTracks.SmallWithAudio);
        camera.Play(2.6);
        var playback = new Viewer(studio).Playback;
        Assert.True(playback.IsNext(1, 1));
        Assert.True(playback.IsNext(1, null));
        Assert.True(playback.IsNext(2, 0));
        Assert.False(playback.IsNext(1, 0) || playback.IsNext(1, 2) || playback.IsNext(0, 9) || playback.IsNext(2, 1) || playback.IsNext(3, 0));
        camera.Dispose();
        Assert.False(playback.IsNext(1, 1) || playback.IsNext(2, 0));
    }

    [Fact]
    public async Task Nothing_is_rendered_when_nothing_has_changed()
    {
        await using var studio = new Studio();
        using var camera = new ScriptedCamera(studio, TestTracks.SmallWithAudio);
        camera.Play(10.1);
        var playback = new Viewer(studio).Playback;
        var video = playback.Media(Live, TrackSelector.Video, "");
        var all = playback.Multivariant(Live, "?token=1");
        var late = playback.Media(new TimelineQuery.Delay(TimeSpan.FromSeconds(3)), TrackSelector.Video, "");
        camera.Play(0.1);
        Assert.Same(video, playback.Media(Live, TrackSelector.Video, ""));
        Assert.Same(all, playback.Multivariant(Live, "?token=1"));
        Assert.Same(late, playback.Media(new TimelineQuery.Delay(TimeSpan.FromSeconds(3)), TrackSelector.Video, ""));
        Assert.NotSame(video, playback.Media(Live, TrackSelector.Audio, ""));
        Assert.NotSame(all, playback.Multivariant(Live, "?token=2"));
        camera.Play(0.5);
        Assert.NotSame(video, playback.Media(Live, TrackSelector.Video, ""));
        // The list of lists follows the segments, not the parts.
        Assert.Same(all, playback.Multivariant(Live, "?token=1"));
    }

    [Fact]
    public async Task Asking_for_a_known_list_costs_little_memory()
    {
        await using var studio = new Studio();
        using var camera = new ScriptedCamera(studio, TestTracks.SmallWithAudio);
        camera.Play(20);
        var playback = new Viewer(studio).Playback;
        for (var i = 0; i < 10; i++) playback.Media(Live, TrackSelector.Video, "");
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) playback.Media(Live, TrackSelector.Video, "");
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 100, 0, 256);
    }

    [Fact]
    public async Task A_track_that_no_reel_of_the_window_has_has_no_list()
    {
        await using var studio = new Studio();
        using (var camera = new ScriptedCamera(studio, TestTracks.SmallWithAudio)) camera.Play(10);
        studio.Clock.Advance(TimeSpan.FromSeconds(10));
        using var second = new ScriptedCamera(studio, TestTracks.LargeAlone);
        second.Play(0.7);
        var playback = new Viewer(studio).Playback;
        Assert.Null(playback.Media(Live, new TrackSelector(Core.Media.MediaKind.Video, 2), ""));
        Assert.Equal([TrackSelector.Video, TrackSelector.Audio], playback.Tracks(Live));
        Assert.NotNull(playback.Media(Live, TrackSelector.Audio, ""));
        // From here on there is no sound, though the stream had some once.
        second.Play(10);
        var later = new TimelineQuery.Range(Viewer.At(21), Viewer.At(25));
        Assert.Equal([TrackSelector.Video], playback.Tracks(later));
        Assert.Null(playback.Media(later, TrackSelector.Audio, ""));
        Assert.NotNull(playback.Media(new TimelineQuery.Range(Viewer.At(1), Viewer.At(25)), TrackSelector.Audio, ""));
        // But who follows a list that slides finds it still, all gaps.
        second.Play(30);
        var sliding = new Viewer(studio).List(new TimelineQuery.Live(TimeSpan.FromSeconds(10)), TrackSelector.Audio)!;
        Assert.True(sliding.Segments.All(s => s.Gap));
        Assert.Empty(sliding.PreloadHints);
    }

    [Fact]
    public async Task What_is_not_there_cannot_be_opened()
    {
        await using var studio = new Studio();
        using var camera = new ScriptedCamera(studio, TestTracks.SmallAlone);
        camera.Play(9);
        var playback = new Viewer(studio).Playback;
        Assert.Null(playback.Init(TrackSelector.Audio, 0));
        Assert.Null(playback.Open(TrackSelector.Audio, 0, null));
        Assert.Null(playback.Open(TrackSelector.Video, 1000, null));
        Assert.Null(playback.Open(TrackSelector.Video, 0, 1000));
        Assert.Null(playback.Init(TrackSelector.Video, 1000));
    }

    [Fact]
    public async Task An_entity_tag_names_the_content()
    {
        await using var studio = new Studio();
        using var camera = new ScriptedCamera(studio, TestTracks.SmallWithAudio);
        camera.Play(10.1);
        var first = new Viewer(studio).Playback.Media(Live, TrackSelector.Video, "")!;
        var same = new Viewer(studio).Playback.Media(Live, TrackSelector.Video, "")!;
        Assert.NotSame(first, same);
        Assert.Equal(first.ETag, same.ETag);
        Assert.Matches("^\"[0-9a-f-]+\"$", first.ETag);
        camera.Play(0.5);
        Assert.NotEqual(first.ETag, new Viewer(studio).Playback.Media(Live, TrackSelector.Video, "")!.ETag);

        using var gzip = new GZipStream(new MemoryStream(first.Gzip.ToArray()), CompressionMode.Decompress);
        using var plain = new MemoryStream();
        await gzip.CopyToAsync(plain, TestContext.Current.CancellationToken);
        Assert.Equal(first.Bytes.ToArray(), plain.ToArray());
        Assert.True(first.Gzip.Length < first.Bytes.Length);
    }

    [Fact]
    public async Task What_is_over_may_be_kept_and_what_grows_may_not()
    {
        await using var studio = new Studio();
        using (var camera = new ScriptedCamera(studio, TestTracks.SmallWithAudio)) camera.Play(20);
        studio.Clock.Advance(TimeSpan.FromMinutes(1));
        var playback = new Viewer(studio).Playback;
        TimeSpan Age(TimelineQuery question) => playback.Media(question, TrackSelector.Video, "")!.MaxAge;
        Assert.Equal(TimeSpan.FromHours(1), Age(new TimelineQuery.Range(Viewer.At(0), Viewer.At(10))));
        Assert.Equal(TimeSpan.FromMilliseconds(500), Age(Live));
        Assert.Equal(TimeSpan.FromSeconds(1), Age(new TimelineQuery.Range(Viewer.At(0), Viewer.At(1000))));
    }

    [Fact]
    public async Task Parts_are_listed_near_the_end_only_and_the_hint_names_the_next()
    {
        await using var studio = new Studio();
        using var camera = new ScriptedCamera(studio, TestTracks.SmallWithAudio);
        camera.Play(21);
        var list = new Viewer(studio).List(Live)!;
        Assert.Equal(TimeSpan.FromSeconds(0.5), list.PartTarget);
        Assert.Equal(TimeSpan.FromSeconds(6), list.ServerControl!.HoldBack);
        Assert.Equal(TimeSpan.FromSeconds(1.5), list.ServerControl.PartHoldBack);
        // Parts of 0.44 s: two of the open segment, which ends at 20.88 s.
        Assert.Equal(2, list.Open!.Parts.Count);
        Assert.Equal(["v1-7.m4s", "v1-8.m4s", "v1-9.m4s"], list.Segments.Where(s => s.Parts.Count > 0).Select(s => s.Uri));
        var hint = Assert.Single(list.PreloadHints);
        Assert.Equal((PreloadHintType.Part, "v1-10.2.m4s"), (hint.Type, hint.Uri));
        var report = Assert.Single(list.RenditionReports);
        Assert.Equal(("a1.m3u8", 10L, 1), (report.Uri, report.LastMediaSequence, report.LastPart));
        Assert.All(list.Segments.SelectMany(s => s.Parts.Take(1)), p => Assert.True(p.Independent));
        Assert.All(list.Segments.SelectMany(s => s.Parts.Skip(1)), p => Assert.False(p.Independent));
    }

    [Fact]
    public async Task Numbers_whose_reel_was_deleted_stand_in_lists_as_gaps()
    {
        await using var studio = new Studio(reelLength: TimeSpan.FromSeconds(10));
        using (var camera = new ScriptedCamera(studio, TestTracks.SmallWithAudio)) camera.Play(40);
        await studio.Stream.WhenWritten();
        var doomed = studio.Stream.Reels[1];
        File.Delete(doomed.MediaPath);
        File.Delete(doomed.IndexPath);
        await studio.RestartAsync();
        var viewer = new Viewer(studio);
        foreach (var track in Viewer.Tracks)
        {
            var list = viewer.Follow(new TimelineQuery.Growing(Viewer.At(0)), track)!;
            Assert.Equal(20, list.Segments.Count);
            Assert.Equal(5, list.Segments.Count(s => s.Gap));
            viewer.OpenAll(list);
        }
    }

    private static Task<bool> Wait(StreamPlayback playback, long number, int? part) =>
        playback.WaitForAsync(number, part, TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
}
