using CsCheck;
using TimeShift.Formats.Hls;
using TimeShift.Playback.Queries;
using TimeShift.Recording.Tests.Fixtures;
using TimeShift.Storage.Reels;

namespace TimeShift.Playback.Tests.Windows;

/// <summary>Segments 0 to 9 are of the seconds 0 to 20, 10 to 19 of 80 to 100, 20 to 29 of 100 to 120 with another codec; each has two seconds.</summary>
public class WindowResolverTests
{
    private static TimelineQuery Range(double from, double to) => new TimelineQuery.Range(Viewer.At(from), Viewer.At(to));

    [Fact]
    public async Task Ranges_are_rounded_to_segments()
    {
        await using var studio = new Studio();
        var viewer = Record(studio);
        studio.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal((2, 3, PlaylistType.Vod), viewer.Window(Range(4, 8)));
        Assert.Equal((2, 4, PlaylistType.Vod), viewer.Window(Range(4, 8.001)));
        Assert.Equal((1, 3, PlaylistType.Vod), viewer.Window(Range(3.999, 8)));
        Assert.Equal((2, 2, PlaylistType.Vod), viewer.Window(Range(5, 5.5)));
        Assert.Equal((0, 9, PlaylistType.Vod), viewer.Window(Range(-50, 20)));
        Assert.Equal((0, 9, PlaylistType.Vod), viewer.Window(Range(-50, 80)));
        Assert.Equal((9, 10, PlaylistType.Vod), viewer.Window(Range(19, 81)));
        Assert.Equal((10, 11, PlaylistType.Vod), viewer.Window(Range(40, 84)));
        Assert.Equal((0, 29, PlaylistType.Vod), viewer.Window(Range(0, 300)));
        Assert.Equal((29, 29, PlaylistType.Vod), viewer.Window(Range(119, 300)));
        Assert.Null(viewer.Window(Range(30, 60)));
        Assert.Null(viewer.Window(Range(20, 80)));
        Assert.Null(viewer.Window(Range(-50, 0)));
        Assert.Null(viewer.Window(Range(120, 300)));
        Assert.Null(viewer.Window(Range(5000, 6000)));
    }

    [Fact]
    public async Task A_range_is_an_event_until_it_is_over()
    {
        await using var studio = new Studio();
        var viewer = new Viewer(studio);
        var question = Range(4, 12);
        using var camera = new ScriptedCamera(studio, TestTracks.SmallWithAudio);
        camera.Play(3.9);
        Assert.Null(viewer.Window(question));
        camera.Play(1.1);
        // The open segment is in it already: the list is there, and empty.
        Assert.Equal((2, 1, PlaylistType.Event), viewer.Window(question));
        camera.Play(5.9);
        Assert.Equal((2, 4, PlaylistType.Event), viewer.Window(question));
        camera.Play(1.15);
        // Over by the clock; but nothing behind its end came yet, and what lies in it may be still on its way.
        Assert.Equal((2, 5, PlaylistType.Event), viewer.Window(question));
        camera.Play(2);
        Assert.Equal((2, 5, PlaylistType.Vod), viewer.Window(question));
        Assert.True(viewer.List(question)!.EndList);
    }

    [Fact]
    public async Task A_range_that_the_publisher_did_not_live_to_see_ends_all_the_same()
    {
        await using var studio = new Studio();
        var viewer = new Viewer(studio);
        var question = Range(4, 20);
        using (var camera = new ScriptedCamera(studio, TestTracks.SmallWithAudio)) camera.Play(9);
        Assert.Equal((2, 4, PlaylistType.Event), viewer.Window(question));
        studio.Clock.Advance(TimeSpan.FromSeconds(11.5));
        Assert.Equal(PlaylistType.Event, viewer.Window(question)!.Value.Type);
        studio.Clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal((2, 4, PlaylistType.Vod), viewer.Window(question));
    }

    [Fact]
    public async Task Live_has_its_window_behind_it_and_never_less_than_six_segments()
    {
        await using var studio = new Studio();
        var viewer = Record(studio);
        Assert.Equal((0, 29, PlaylistType.Live), viewer.Window(new TimelineQuery.Live()));
        Assert.Equal((20, 29, PlaylistType.Live), viewer.Window(new TimelineQuery.Live(TimeSpan.FromSeconds(20))));
        Assert.Equal((19, 29, PlaylistType.Live), viewer.Window(new TimelineQuery.Live(TimeSpan.FromSeconds(20.01))));
        Assert.Equal((24, 29, PlaylistType.Live), viewer.Window(new TimelineQuery.Live(TimeSpan.FromSeconds(1))));
        Assert.Equal((10, 29, PlaylistType.Live), viewer.Window(new TimelineQuery.Live(TimeSpan.FromSeconds(90))));
        Assert.Equal((9, 29, PlaylistType.Live), viewer.Window(new TimelineQuery.Live(TimeSpan.FromSeconds(101))));
        // Two seconds after a long gap: the window lies in the gap, and what left the list would leave too little.
        studio.Clock.Advance(TimeSpan.FromMinutes(5));
        using (var camera = new ScriptedCamera(studio, TestTracks.LargeAlone)) camera.Play(2.1);
        Assert.Equal(26, viewer.Window(new TimelineQuery.Live(TimeSpan.FromSeconds(20)))!.Value.First);
    }

    [Fact]
    public async Task The_first_segment_is_there_while_it_is_open()
    {
        await using var studio = new Studio();
        var viewer = new Viewer(studio);
        using var camera = new ScriptedCamera(studio, TestTracks.SmallWithAudio);
        camera.Play(0.3);
        Assert.Null(viewer.Window(new TimelineQuery.Live()));
        Assert.Null(viewer.Window(new TimelineQuery.Growing(Viewer.At(0))));
        camera.Play(0.5);
        Assert.Equal((0, -1, PlaylistType.Live), viewer.Window(new TimelineQuery.Live()));
        Assert.Equal((0, -1, PlaylistType.Event), viewer.Window(new TimelineQuery.Growing(Viewer.At(0))));
        var list = viewer.List(new TimelineQuery.Live())!;
        Assert.Empty(list.Segments);
        Assert.Single(list.Open!.Parts);
        Assert.Null(viewer.Window(new TimelineQuery.Delay(TimeSpan.FromSeconds(1))));
        Assert.NotNull(viewer.Multivariant(new TimelineQuery.Live()));
    }

    [Fact]
    public async Task Growing_begins_at_the_next_footage_and_does_not_end()
    {
        await using var studio = new Studio();
        var viewer = Record(studio);
        studio.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((2, 29, PlaylistType.Event), viewer.Window(new TimelineQuery.Growing(Viewer.At(5))));
        Assert.Equal((10, 29, PlaylistType.Event), viewer.Window(new TimelineQuery.Growing(Viewer.At(50))));
        Assert.Null(viewer.Window(new TimelineQuery.Growing(Viewer.At(121))));
        var list = viewer.List(new TimelineQuery.Growing(Viewer.At(5)))!;
        Assert.False(list.EndList);
        Assert.Equal(new StartPoint(TimeSpan.FromSeconds(1), true), list.Start);
        Assert.Equal(new StartPoint(TimeSpan.Zero, true), viewer.List(new TimelineQuery.Growing(Viewer.At(50)))!.Start);
        Assert.Equal(new StartPoint(TimeSpan.FromSeconds(1.5), true), viewer.List(Range(5.5, 30))!.Start);
    }

    [Fact]
    public async Task Delay_moves_with_the_clock_and_waits_in_gaps()
    {
        await using var studio = new Studio();
        var viewer = new Viewer(studio);
        Record(studio);
        var question = new TimelineQuery.Delay(TimeSpan.FromSeconds(115));
        // It is second 120.
        Assert.Equal((0, 1, PlaylistType.Live), viewer.Window(question));
        long last = 1;
        for (var second = 120; second < 240; second++)
        {
            var window = viewer.Window(question)!.Value;
            Assert.True(window.Last >= last);
            last = window.Last;
            var playing = second - 115;
            Assert.Equal(playing < 20 ? playing / 2 - 1 : playing < 80 ? 9 : Math.Min(29, 9 + (playing - 80) / 2), window.Last);
            studio.Clock.Advance(TimeSpan.FromSeconds(1));
        }
    }

    [Fact]
    public async Task At_runs_in_real_time_skips_gaps_and_never_goes_back()
    {
        await using var studio = new Studio();
        var viewer = new Viewer(studio);
        Record(studio);
        var question = new TimelineQuery.At(Viewer.At(6), Viewer.At(120));
        // Nine seconds are ahead of the player: three target durations, whole segments of them, and the one that it plays.
        Assert.Equal((3, 6, PlaylistType.Live), viewer.Window(question));
        Assert.Equal(new StartPoint(TimeSpan.Zero, true), viewer.List(question)!.Start);
        long last = 6;
        for (var second = 0; second < 70; second++)
        {
            var window = viewer.Window(question)!.Value;
            // 14 seconds of the first stretch are left, then the gap is skipped.
            Assert.Equal(Math.Min(29, 3 + (second + 9) / 2 - 1), window.Last);
            Assert.True(window.Last >= last);
            Assert.Equal(3, window.First);
            last = window.Last;
            studio.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Null(viewer.Window(new TimelineQuery.At(Viewer.At(500), Viewer.At(501))));
        Assert.Equal(10, viewer.Window(new TimelineQuery.At(Viewer.At(30)))!.Value.First);
    }

    [Fact]
    public async Task An_endless_stream_that_slides_keeps_its_rewind_window()
    {
        await using var studio = new Studio();
        var viewer = new Viewer(studio, new PlaybackOptions { RewindWindow = TimeSpan.FromSeconds(20) });
        using (var camera = new ScriptedCamera(studio, TestTracks.SmallAlone)) camera.Play(120);
        var question = new TimelineQuery.At(Viewer.At(0), Viewer.At(120));
        studio.Clock.Advance(TimeSpan.FromSeconds(40));
        var window = viewer.Window(question)!.Value;
        Assert.Equal((14, 23), (window.First, window.Last));
        Assert.Null(viewer.List(question)!.Start);
    }

    /// <summary>Whatever was recorded and whatever is asked: no exception, and a list that lies within the archive.</summary>
    [Fact]
    public void Any_question_about_any_timeline_is_answered()
    {
        var stretch = Gen.Select(Gen.Double[0.1, 30], Gen.Double[0, 40], Gen.Int[0, 4], (play, gap, change) => (play, gap, change));
        var question = Gen.Select(Gen.Int[0, 5], Gen.Double[-30, 200], Gen.Double[0.01, 120], (kind, at, length) => (kind, at, length));
        Gen.Select(stretch.Array[1, 5], question.Array[1, 40]).Sample(
            (stretches, questions) =>
            {
                var studio = new Studio();
                try
                {
                    var viewer = new Viewer(studio, new PlaybackOptions { RewindWindow = TimeSpan.FromSeconds(40) });
                    ScriptedCamera? camera = null;
                    foreach (var (play, gap, change) in stretches)
                    {
                        var tracks = (change & 1) == 0 ? TestTracks.SmallWithAudio : TestTracks.LargeAlone;
                        if (camera is not null && gap < 20) camera.Change(tracks);
                        else
                        {
                            camera?.Dispose();
                            studio.Clock.Advance(TimeSpan.FromSeconds(gap));
                            camera = new ScriptedCamera(studio, tracks);
                        }

                        camera.Gop(change == 4 ? 90 : 50);
                        camera.Play(play);
                    }

                    foreach (var (kind, at, length) in questions) Ask(viewer, kind, at, length);
                    camera!.Dispose();
                    foreach (var (kind, at, length) in questions) Ask(viewer, kind, at, length);
                }
                finally
                {
                    studio.DisposeAsync().AsTask().GetAwaiter().GetResult();
                }
            },
            iter: 60);
    }

    private static void Ask(Viewer viewer, int kind, double at, double length)
    {
        TimelineQuery question = kind switch
        {
            0 => new TimelineQuery.Live(TimeSpan.FromSeconds(length)),
            1 => new TimelineQuery.Delay(TimeSpan.FromSeconds(length)),
            2 => new TimelineQuery.Growing(Viewer.At(at)),
            3 => new TimelineQuery.At(Viewer.At(at), Viewer.At(at + length)),
            4 => new TimelineQuery.At(Viewer.At(at)),
            _ => Range(at, at + length),
        };
        if (viewer.Playback.Window(question) is not { } window) return;
        var lookup = viewer.Lookup();
        Assert.InRange(window.First, lookup.First, lookup.End);
        Assert.InRange(window.End, window.First, lookup.End);
        var segments = new List<SegmentInfo>();
        lookup.CopyTo(window.First, window.End, segments);
        Assert.Equal(window.End - window.First, segments.Count);
        Assert.All(segments.Zip(segments.Skip(1)), pair => Assert.True(pair.First.Start < pair.Second.Start));
        var tracks = viewer.Playback.Tracks(question);
        Assert.NotEmpty(tracks);
        foreach (var track in Viewer.Tracks)
        {
            var list = viewer.Follow(question, track);
            Assert.True(list is not null || !tracks.Contains(track));
            if (list is null) continue;
            Assert.Equal(segments.Select(s => s.Number), Viewer.Numbers(list));
        }

        Assert.NotEmpty(viewer.Multivariant(question)!.Variants);
    }

    private static Viewer Record(Studio studio)
    {
        var camera = new ScriptedCamera(studio, TestTracks.SmallWithAudio);
        camera.Play(20);
        camera.Dispose();
        studio.Clock.Advance(TimeSpan.FromSeconds(60) - (studio.Clock.GetUtcNow() - Studio.Epoch - TimeSpan.FromSeconds(20)));
        camera = new ScriptedCamera(studio, TestTracks.SmallAlone);
        camera.Play(20);
        camera.Change(TestTracks.LargeAlone);
        camera.Play(20);
        camera.Dispose();
        return new Viewer(studio);
    }
}
