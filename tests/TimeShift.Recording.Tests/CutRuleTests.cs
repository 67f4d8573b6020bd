using TimeShift.Recording.Tests.Fixtures;
using TimeShift.Storage;
using TimeShift.Storage.Index;
using TimeShift.Storage.Reels;

namespace TimeShift.Recording.Tests;

/// <summary>Streams with groups of pictures of all lengths, recorded; every segment and part held against what playlists promise of them.</summary>
public class CutRuleTests
{
    private const double PartTarget = 0.5;

    /// <summary>Frames per second, frames in a group of pictures, target duration at the end.</summary>
    public static TheoryData<double, int, int> Gops => new()
    {
        { 25, 50, 2 }, { 30_000 / 1001.0, 60, 2 }, { 30, 60, 2 }, { 24, 48, 2 }, { 20, 30, 2 }, { 25, 12, 2 }, { 10, 20, 2 }, { 50, 100, 2 }, { 25, 49, 2 }, { 25, 60, 2 },
        { 1, 2, 2 }, { 1, 1, 2 }, { 25, 120, 5 }, { 25, 250, 10 }, { 25, 62, 3 }, { 1, 30, 30 },
    };

    [Theory]
    [MemberData(nameof(Gops))]
    public async Task Segments_and_parts_keep_to_their_targets(double rate, int gop, int target)
    {
        await using var studio = new Studio();
        using (var camera = new ScriptedCamera(studio, TestTracks.SmallWithAudio) { FrameRate = rate })
        {
            camera.Gop(gop);
            camera.Play(Math.Max(24, 3.2 * gop / rate));
        }

        AssertTargets(studio, Math.Max(PartTarget, 1 / rate), rate);
        Assert.Equal(target, studio.Stream.TargetDuration);
        var segments = Segments(studio);
        var outgrown = target > 2;
        Assert.Equal(outgrown ? 2 : 1, studio.Stream.Reels.Length);
        // The first group of pictures teaches how long they are; from the next on every segment begins with one.
        var known = segments.SkipWhile(s => outgrown && s.Reel == studio.Stream.Reels[0]).ToList();
        Assert.True(known.TrueForAll(s => s.IsIndependent), "a segment does not begin with a key frame");
        Assert.Equal(outgrown, segments.Exists(s => !s.IsIndependent));
        foreach (var segment in known.SkipLast(1))
            Assert.InRange(segment.Duration.TotalSeconds, Math.Min(gop / rate, 1.95) - 0.001, Math.Max(2.0, target) + 0.45);
        if (outgrown) Assert.True(known[0].Discontinuity);
    }

    [Fact]
    public async Task Key_frames_at_changes_of_scene_make_shorter_segments_and_no_forced_ones()
    {
        await using var studio = new Studio();
        using (var camera = new ScriptedCamera(studio, TestTracks.SmallWithAudio))
        {
            // A key frame every two seconds at the latest, and wherever the scene changes; the group of pictures begins anew there.
            var random = new Random(5);
            var left = 0;
            camera.IsKey = _ => left-- == 0 && (left = random.Next(3) == 0 ? random.Next(6, 49) : 49) >= 0;
            camera.Play(120);
        }

        AssertTargets(studio, PartTarget, 25);
        Assert.Equal(2, studio.Stream.TargetDuration);
        var segments = Segments(studio);
        Assert.InRange(segments.Count(s => !s.IsIndependent), 0, 1);
        Assert.Single(studio.Stream.Reels);
    }

    [Fact]
    public async Task Audio_alone_is_cut_at_any_packet()
    {
        await using var studio = new Studio();
        using (var camera = new ScriptedCamera(studio, TestTracks.AudioAlone)) camera.Play(20);
        AssertTargets(studio, PartTarget, 48_000 / 1024.0);
        Assert.True(Segments(studio).TrueForAll(s => s.IsIndependent));
        Assert.Equal(2, studio.Stream.TargetDuration);
        Assert.InRange(Segments(studio).Count, 10, 11);
    }

    [Fact]
    public async Task G711_alone_is_cut_as_any_other_sound()
    {
        await using var studio = new Studio();
        using (var camera = new ScriptedCamera(studio, TestTracks.G711Alone)) camera.Play(20);
        AssertTargets(studio, PartTarget, 50);
        Assert.True(Segments(studio).TrueForAll(s => s.IsIndependent));
        Assert.Equal(2, studio.Stream.TargetDuration);
        Assert.InRange(Segments(studio).Count, 10, 11);
        Assert.Single(studio.Stream.Reels);
    }

    [Fact]
    public async Task The_target_duration_never_falls_and_outlives_a_restart()
    {
        await using var studio = new Studio();
        var seen = new List<int>();
        using (var camera = new ScriptedCamera(studio, TestTracks.SmallWithAudio) { OnEdge = () => seen.Add(studio.Stream.TargetDuration) })
        {
            foreach (var gop in new[] { 50, 12, 120, 50, 25, 250, 50, 75 })
            {
                camera.Gop(gop);
                camera.Play(30);
            }
        }

        Assert.Equal(seen.Order(), seen);
        Assert.Equal([2, 5, 10], seen.Distinct());
        AssertTargets(studio, PartTarget, 25);
        await studio.RestartAsync();
        Assert.Equal(10, studio.Stream.TargetDuration);
        using (var camera = new ScriptedCamera(studio, TestTracks.SmallWithAudio)) camera.Play(10);
        Assert.Equal(10, studio.Stream.TargetDuration);
    }

    [Fact]
    public async Task Longer_segments_asked_for_later_raise_the_target_duration()
    {
        await using var studio = new Studio();
        using (var camera = new ScriptedCamera(studio, TestTracks.SmallWithAudio)) camera.Play(10);
        studio.Recording = new RecordingOptions { SegmentSeconds = 6 };
        await studio.RestartAsync();
        using (var camera = new ScriptedCamera(studio, TestTracks.SmallWithAudio)) camera.Play(20);
        Assert.Equal(6, studio.Stream.TargetDuration);
        Assert.Equal(6, Segments(studio).Max(s => s.Duration.TotalSeconds), 3);
    }

    [Fact]
    public async Task A_camera_that_pauses_between_frames_gets_no_segment_beyond_the_target()
    {
        await using var studio = new Studio();
        using (var camera = new ScriptedCamera(studio, TestTracks.SmallWithAudio))
        {
            for (var i = 0; i < 6; i++)
            {
                camera.Play(2.28);
                camera.SendsVideo = false;
                camera.Play(0.4 + i * 0.4);
                camera.SendsVideo = true;
            }
        }

        foreach (var segment in studio.Seen.Values) AssertSegment(segment.Info, studio.Targets[segment.Info.Number]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_source_that_stalls_and_drops_pictures_stretches_neither_parts_nor_segments(bool soundGoesOn)
    {
        await using var studio = new Studio();
        using (var camera = new ScriptedCamera(studio, TestTracks.SmallWithAudio))
        {
            for (var i = 0; i < 12; i++)
            {
                camera.Play(3.28 + i * 0.12);
                (camera.SendsVideo, camera.SendsAudio) = (false, soundGoesOn);
                camera.Play(0.1 + i * 0.23);
                (camera.SendsVideo, camera.SendsAudio) = (true, true);
            }

            camera.Play(3);
        }

        Assert.Equal(2, studio.Stream.TargetDuration);
        foreach (var segment in studio.Seen.Values)
        {
            AssertSegment(segment.Info, studio.Targets[segment.Info.Number]);
            Assert.Equal(segment.Info.DurationMicroseconds, segment.Parts.Sum(p => p.DurationMicroseconds));
            for (var i = 0; i < segment.Parts.Length; i++)
                Assert.InRange(segment.Parts[i].DurationMicroseconds, i == segment.Parts.Length - 1 ? 1 : 0.85 * PartTarget * 1e6, PartTarget * 1e6 + 1);
        }

        await studio.Stream.WhenWritten();
        foreach (var reel in studio.Stream.Reels) AssertSame(reel.Index.Records, ReelScanner.Scan(reel.MediaPath).Records);
        // Time goes on unbroken, but where nothing came for longer than a part: that is left out, and the list says so.
        var segments = Segments(studio);
        var gaps = segments.Zip(segments.Skip(1)).Where(p => p.Second.Start - p.First.End > TimeSpan.FromMilliseconds(10)).ToList();
        Assert.Equal(segments.Where(s => s.Discontinuity).Select(s => s.Number), gaps.Select(g => g.Second.Number));
        Assert.Equal(soundGoesOn, gaps.Count == 0);
        Assert.All(gaps, g => Assert.InRange((g.Second.Start - g.First.End).TotalSeconds, 0.01, 2.7));
    }

    // To the microsecond; but for the last of a reel, whose last picture lasts as long as it would have, had something come.
    private static void AssertSame(ReadOnlySpan<SegmentRecord> recorded, SegmentRecord[] scanned)
    {
        Assert.Equal(recorded.Length, scanned.Length);
        for (var i = 0; i < scanned.Length - 1; i++) Assert.Equal(recorded[i], scanned[i]);
        Assert.Equal(recorded[^1].Start, scanned[^1].Start);
    }

    internal static void AssertTargets(Studio studio, double partTarget, double rate)
    {
        foreach (var segment in studio.Seen.Values)
        {
            Assert.True(segment.IsComplete);
            AssertSegment(segment.Info, studio.Targets[segment.Info.Number]);
            Assert.Equal(segment.Info.DurationMicroseconds, segment.Parts.Sum(p => p.DurationMicroseconds));
            for (var i = 0; i < segment.Parts.Length; i++)
            {
                var duration = segment.Parts[i].DurationMicroseconds / 1e6;
                Assert.True(duration <= partTarget + 1e-6, $"part {i} of {segment.Info.Number} has {duration} s");
                var isLast = i == segment.Parts.Length - 1;
                // At 10 fps four frames are 80 % of half a second and five are all of it, less what rounding takes.
                if (!isLast) Assert.True(duration >= 0.85 * partTarget - 1e-6, $"part {i} of {segment.Info.Number} has {duration} s at {rate} fps");
            }

            Assert.Equal(segment.Info.IsIndependent, segment.Parts[0].Independent);
        }
    }

    internal static List<SegmentInfo> Segments(Studio studio)
    {
        var segments = new List<SegmentInfo>();
        new SegmentLookup(studio.Stream).CopyTo(0, long.MaxValue, segments);
        Assert.Equal(segments.Select((_, i) => segments[0].Number + i), segments.Select(s => s.Number));
        return segments;
    }

    private static void AssertSegment(in SegmentInfo segment, int target) => Assert.True(
        Math.Round(segment.Duration.TotalSeconds, MidpointRounding.AwayFromZero) <= target, $"segment {segment.Number} has {segment.Duration.TotalSeconds} s; the target is {target}");
}
