using TimeShift.Core.Media;
using TimeShift.Formats.Hls;
using TimeShift.Tests.Hls;

namespace TimeShift.Formats.Tests.Hls;

/// <summary>Each rule holds for a good list, and fails for the one change that breaks it.</summary>
public class PlaylistRulesTests
{
    private static readonly Instant Start = new(1_763_800_000_000_000);

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    private static MediaSegment Segment(int number) => new()
    {
        Uri = $"v1-{number}.m4s",
        Duration = Seconds(2),
        ProgramDateTime = Start + Seconds(2 * number),
        Map = new MapInfo("v1-init-1.mp4"),
    };

    private static MediaPlaylist Live(int first = 10, int count = 8) => new()
    {
        TargetDuration = Seconds(2),
        MediaSequence = first,
        Segments = [.. Enumerable.Range(first, count).Select(Segment)],
    };

    private static PartialSegment[] Parts(int segment) =>
        [.. Enumerable.Range(0, 4).Select(i => new PartialSegment($"v1-{segment}.{i}.m4s", Seconds(0.5), Independent: i == 0))];

    private static MediaPlaylist LowLatency()
    {
        var live = Live();
        return live with
        {
            PartTarget = Seconds(0.5),
            ServerControl = new ServerControl { CanBlockReload = true, HoldBack = Seconds(6), PartHoldBack = Seconds(1.5), CanSkipUntil = Seconds(12) },
            Segments = Replace(live, 7, s => s with { Parts = Parts(17) }),
            Open = new OpenSegment { Map = new MapInfo("v1-init-1.mp4"), ProgramDateTime = Start + Seconds(36), Parts = Parts(18)[..2] },
            PreloadHints = [new PreloadHint(PreloadHintType.Part, "v1-18.2.m4s")],
        };
    }

    private static MediaSegment[] Replace(MediaPlaylist playlist, int index, Func<MediaSegment, MediaSegment> change) =>
        [.. playlist.Segments.Select((s, i) => i == index ? change(s) : s)];

    private static void Breaks(string rule, MediaPlaylist playlist, MediaPlaylist? previous = null) =>
        Assert.Contains(rule, PlaylistRules.Check(playlist, previous).Select(b => b.Rule));

    [Fact]
    public void Good_lists_break_no_rule()
    {
        PlaylistRules.AssertHolds(Live());
        PlaylistRules.AssertHolds(LowLatency());
        PlaylistRules.AssertHolds(Live(12), Live(10));
        PlaylistRules.AssertHolds(Live(10, 9) with { Type = PlaylistType.Event, EndList = true }, Live() with { Type = PlaylistType.Event });
        var vod = Live() with { Type = PlaylistType.Vod, EndList = true };
        PlaylistRules.AssertHolds(vod, vod);
    }

    [Fact]
    public void A_segment_longer_than_the_target_is_seen() =>
        Breaks("target-duration", Live() with { Segments = Replace(Live(), 7, s => s with { Duration = Seconds(2.5) }) });

    [Fact]
    public void A_segment_that_rounds_down_to_the_target_is_let_through() =>
        PlaylistRules.AssertHolds(Live() with { Segments = Replace(Live(), 7, s => s with { Duration = Seconds(2.49) }) });

    [Fact]
    public void Missing_and_drifting_times_are_seen()
    {
        Breaks("program-date-time", Live() with { Segments = Replace(Live(), 0, s => s with { ProgramDateTime = null }) });
        Breaks("program-date-time", Live() with { Segments = Replace(Live(), 3, s => s with { ProgramDateTime = s.ProgramDateTime + Seconds(0.01) }) });
        Breaks("program-date-time", LowLatency() with { Open = LowLatency().Open! with { ProgramDateTime = Start } });
    }

    [Fact]
    public void Times_may_jump_at_a_discontinuity_and_around_a_gap()
    {
        MediaSegment Later(MediaSegment s) => s with { ProgramDateTime = s.ProgramDateTime + Seconds(100) };
        MediaSegment[] jumped = [.. Live().Segments.Take(4), .. Live().Segments.Skip(4).Select(Later)];
        Breaks("program-date-time", Live() with { Segments = jumped });
        PlaylistRules.AssertHolds(Live() with { Segments = Replace(Live() with { Segments = jumped }, 4, s => s with { Discontinuity = true }) });
        PlaylistRules.AssertHolds(Live() with { Segments = Replace(Live() with { Segments = jumped }, 3, s => s with { Gap = true }) });
    }

    [Fact]
    public void A_missing_map_and_a_silent_change_of_map_are_seen()
    {
        Breaks("map", Live() with { Segments = [.. Live().Segments.Select(s => s with { Map = null })] });
        MediaSegment[] changed = [.. Live().Segments.Select((s, i) => i < 4 ? s : s with { Map = new MapInfo("v1-init-2.mp4") })];
        Breaks("map-change", Live() with { Segments = changed });
        PlaylistRules.AssertHolds(Live() with { Segments = Replace(Live() with { Segments = changed }, 4, s => s with { Discontinuity = true }) });
        Breaks("map-change", LowLatency() with { Open = LowLatency().Open! with { Map = new MapInfo("v1-init-2.mp4") } });
    }

    [Fact]
    public void A_list_that_has_ended_offers_nothing_live()
    {
        Breaks("vod", Live() with { Type = PlaylistType.Vod });
        Breaks("end", LowLatency() with { EndList = true });
        Breaks("end", Live() with { EndList = true, PreloadHints = [new PreloadHint(PreloadHintType.Map, "x")] });
        Breaks("end", Live() with { EndList = true, ServerControl = new ServerControl { CanBlockReload = true } });
    }

    [Fact]
    public void Server_control_below_its_minimum_is_seen()
    {
        var good = LowLatency();
        var control = good.ServerControl!;
        Breaks("hold-back", good with { ServerControl = control with { HoldBack = Seconds(5.9) } });
        Breaks("part-hold-back", good with { ServerControl = control with { PartHoldBack = Seconds(1.4) } });
        Breaks("part-hold-back", good with { ServerControl = null });
        Breaks("can-skip-until", good with { ServerControl = control with { CanSkipUntil = Seconds(11) } });
        Breaks("can-skip-until", good with { ServerControl = control with { CanSkipUntil = null, CanSkipDateRanges = true } });
        Breaks("can-skip-until", Live() with { Skip = new SkippedSegments(3) });
    }

    [Fact]
    public void Parts_that_break_the_target_are_seen()
    {
        var good = LowLatency();
        MediaPlaylist WithPart(int index, Func<PartialSegment, PartialSegment> change) =>
            good with { Segments = Replace(good, 7, s => s with { Parts = [.. s.Parts.Select((p, i) => i == index ? change(p) : p)] }) };

        Breaks("part-target", WithPart(1, p => p with { Duration = Seconds(0.51) }));
        Breaks("part-target", WithPart(1, p => p with { Duration = Seconds(0.42) }));
        Assert.DoesNotContain("part-target", PlaylistRules.Check(WithPart(3, p => p with { Duration = Seconds(0.1) })).Select(b => b.Rule));
        Assert.DoesNotContain("part-target", PlaylistRules.Check(WithPart(1, p => p with { Duration = Seconds(0.1), Independent = true })).Select(b => b.Rule));
        Breaks("part-sum", WithPart(3, p => p with { Duration = Seconds(0.4) }));
        Breaks("part-inf", good with { PartTarget = null });
        Breaks("part-gap", good with { Segments = Replace(good, 7, s => s with { Gap = true }) });
        Breaks("part-age", good with { Segments = Replace(good, 0, s => s with { Parts = Parts(10) }) });
    }

    [Fact]
    public void Numbers_that_go_back_or_change_their_meaning_are_seen()
    {
        Breaks("media-sequence", Live(9), Live(10));
        Breaks("append", Live(10, 7), Live(10, 8));
        Breaks("target-duration", Live() with { TargetDuration = Seconds(3) }, Live());
        Breaks("same-number", Live() with { Segments = Replace(Live(), 2, s => s with { Uri = "other.m4s" }) }, Live());
        Breaks("same-number", Live() with { Segments = Replace(Live(), 2, s => s with { Duration = Seconds(2.001) }) }, Live());
        Breaks("same-number", Live() with { Segments = [.. Live().Segments.Select(s => s with { ProgramDateTime = s.ProgramDateTime + Seconds(1) })] }, Live());
        Breaks("same-number", Live() with { Segments = [.. Live().Segments.Select(s => s with { Map = new MapInfo("other") })] }, Live());
    }

    [Fact]
    public void Discontinuities_that_leave_have_to_be_counted()
    {
        var before = Live() with { Segments = Replace(Live(), 1, s => s with { Discontinuity = true }), DiscontinuitySequence = 5 };
        PlaylistRules.AssertHolds(Live(12) with { DiscontinuitySequence = 6 }, before);
        Breaks("discontinuity-sequence", Live(12) with { DiscontinuitySequence = 5 }, before);
        Breaks("discontinuity-sequence", Live(30) with { DiscontinuitySequence = 4 }, before);
    }

    [Fact]
    public void Lists_with_a_type_do_not_slide_and_keep_their_type()
    {
        Breaks("sliding", Live(11) with { Type = PlaylistType.Event }, Live(10) with { Type = PlaylistType.Event });
        Breaks("playlist-type", Live(10, 9) with { Type = PlaylistType.Event }, Live());
        Breaks("playlist-type", Live(10, 9), Live() with { Type = PlaylistType.Event });
        Breaks("length", Live(16, 2), Live(10, 8));
        Breaks("vod", Live(10, 9) with { Type = PlaylistType.Vod, EndList = true }, Live() with { Type = PlaylistType.Vod, EndList = true });
        Breaks("end", Live(10, 9) with { EndList = true }, Live() with { EndList = true });
    }

    [Fact]
    public void Odd_date_ranges_are_seen()
    {
        var range = new DateRange { Id = "a", Start = Start };
        PlaylistRules.AssertHolds(Live() with { DateRanges = [range] });
        Breaks("date-range", Live() with { DateRanges = [range with { End = Start - Seconds(1) }] });
        Breaks("date-range", Live() with { DateRanges = [range with { EndOnNext = true }] });
        Breaks("date-range", Live() with { DateRanges = [range, range with { Start = Start + Seconds(1) }] });
    }
}
