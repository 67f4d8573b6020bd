using System.Buffers;
using System.Globalization;
using TimeShift.Formats.Hls;

namespace TimeShift.Tests.Hls;

/// <summary>A rule that a playlist breaks: its short name, and what was seen.</summary>
public sealed record RuleBreach(string Rule, string Text)
{
    public override string ToString() => $"[{Rule}] {Text}";
}

/// <summary>
/// What RFC 8216bis and Apple's authoring specification ("A n.n") ask of a media playlist, and of two snapshots of one URL. Uses nothing but the parsed
/// model, so that any test project can link this file.
/// </summary>
public static class PlaylistRules
{
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMilliseconds(2);

    /// <summary>Times follow the server's clock, which is corrected by this much at most, and durations the media's.</summary>
    private const double ClockSlew = 500e-6;

    public static void AssertHolds(MediaPlaylist playlist, MediaPlaylist? previous = null)
    {
        var breaches = Check(playlist, previous);
        Assert.True(breaches.Count == 0, string.Join('\n', breaches));
    }

    /// <param name="previous">An older snapshot of the same URL; the first playlist has none.</param>
    public static IReadOnlyList<RuleBreach> Check(MediaPlaylist playlist, MediaPlaylist? previous = null)
    {
        var found = new List<RuleBreach>();
        found.AddRange(Durations(playlist));
        found.AddRange(Times(playlist));
        found.AddRange(Maps(playlist));
        found.AddRange(Ends(playlist));
        found.AddRange(Control(playlist));
        found.AddRange(DateRanges(playlist));
        found.AddRange(PartRules.Check(playlist));
        if (previous is not null) found.AddRange(SnapshotRules.Check(playlist, previous));
        return found;
    }

    internal static long FirstListed(MediaPlaylist playlist) => playlist.MediaSequence + (playlist.Skip?.Count ?? 0);

    internal static RuleBreach Breach(string rule, FormattableString text) => new(rule, text.ToString(CultureInfo.InvariantCulture));

    private static IEnumerable<RuleBreach> Durations(MediaPlaylist playlist)
    {
        foreach (var segment in playlist.Segments)
        {
            if (Math.Round(segment.Duration.TotalSeconds, MidpointRounding.AwayFromZero) > playlist.TargetDuration.TotalSeconds)
                yield return Breach("target-duration", $"{segment.Uri} has {segment.Duration.TotalSeconds} s, rounded more than {playlist.TargetDuration.TotalSeconds}");
        }
    }

    /// <summary>A 8.4, and §4.4.4.6: a segment's time and duration tell the next one's time, unless there is a break.</summary>
    private static IEnumerable<RuleBreach> Times(MediaPlaylist playlist)
    {
        if (playlist.Segments is [{ ProgramDateTime: null } first, ..] && playlist.Skip is null)
            yield return Breach("program-date-time", $"{first.Uri}, the first, has none");
        var expected = playlist.Segments.Count > 0 ? playlist.Segments[0].ProgramDateTime : null;
        var tolerance = TimeSpan.Zero;
        var afterGap = false;
        foreach (var segment in playlist.Segments)
        {
            var broken = segment.Discontinuity || segment.Gap || afterGap;
            if (segment.ProgramDateTime is { } time)
            {
                if (!broken && expected is { } predicted && (time - predicted).Duration() > tolerance)
                    yield return Breach("program-date-time", $"{segment.Uri} is at {time}, and the segments before it lead to {predicted}");
                (expected, tolerance) = (time, TimeSpan.Zero);
            }
            else if (broken)
            {
                expected = null;
            }

            expected += segment.Duration;
            tolerance += ClockTolerance + segment.Duration * ClockSlew;
            afterGap = segment.Gap;
        }

        if (playlist.Open is { Discontinuity: false, ProgramDateTime: { } open } && !afterGap && expected is { } end && (open - end).Duration() > tolerance)
            yield return Breach("program-date-time", $"the open segment is at {open}, and the segments before it lead to {end}");
    }

    private static IEnumerable<RuleBreach> Maps(MediaPlaylist playlist)
    {
        MediaSegment? before = null;
        foreach (var segment in playlist.Segments)
        {
            var path = segment.Uri.Split('?')[0];
            var fragmented = path.EndsWith(".m4s", StringComparison.Ordinal) || path.EndsWith(".mp4", StringComparison.Ordinal) || path.EndsWith(".m4a", StringComparison.Ordinal);
            // A delta update may have skipped the tag.
            if (fragmented && segment.Map is null && !segment.Gap && playlist.Skip is null) yield return Breach("map", $"{segment.Uri} has none");
            if (before is not null && before.Map != segment.Map && !segment.Discontinuity && !(before.Map is null && playlist.Skip is not null))
                yield return Breach("map-change", $"{segment.Uri} has another than {before.Uri}, with no discontinuity");
            before = segment;
        }

        if (before is not null && playlist.Open is { Discontinuity: false } open && open.Map != before.Map)
            yield return Breach("map-change", $"the open segment has another than {before.Uri}, with no discontinuity");
    }

    private static IEnumerable<RuleBreach> Ends(MediaPlaylist playlist)
    {
        if (playlist.Type == PlaylistType.Vod && !playlist.EndList) yield return Breach("vod", $"a VOD list has no ENDLIST");
        if (playlist.EndList && playlist.Open is not null) yield return Breach("end", $"parts of an open segment before ENDLIST");
        if (playlist.EndList && playlist.PreloadHints.Count > 0) yield return Breach("end", $"a preload hint before ENDLIST");
        if (playlist.EndList && playlist.ServerControl is { } control && (control.CanBlockReload || control.CanSkipUntil is not null))
            yield return Breach("end", $"SERVER-CONTROL offers reloads of a list that has ended");
    }

    private static IEnumerable<RuleBreach> Control(MediaPlaylist playlist)
    {
        var control = playlist.ServerControl;
        if (control?.HoldBack < 3 * playlist.TargetDuration) yield return Breach("hold-back", $"{control.HoldBack} is less than three target durations");
        if (control?.CanSkipUntil < 6 * playlist.TargetDuration) yield return Breach("can-skip-until", $"{control.CanSkipUntil} is less than six target durations");
        if (control is { CanSkipDateRanges: true, CanSkipUntil: null }) yield return Breach("can-skip-until", $"CAN-SKIP-DATERANGES stands without it");
        if (playlist.Skip is not null && control?.CanSkipUntil is null) yield return Breach("can-skip-until", $"a delta update, and it was not offered");
        if (playlist.PartTarget is not { } partTarget) yield break;
        if (control?.PartHoldBack is not { } holdBack) yield return Breach("part-hold-back", $"a list with parts has none");
        else if (holdBack < 3 * partTarget) yield return Breach("part-hold-back", $"{holdBack} is less than three part targets of {partTarget}");
    }

    private static IEnumerable<RuleBreach> DateRanges(MediaPlaylist playlist)
    {
        foreach (var range in playlist.DateRanges)
        {
            if (range.End < range.Start) yield return Breach("date-range", $"{range.Id} ends at {range.End}, before its start at {range.Start}");
            if (range is { EndOnNext: true, Class: null }) yield return Breach("date-range", $"{range.Id} has END-ON-NEXT and no CLASS");
        }

        foreach (var same in playlist.DateRanges.GroupBy(r => r.Id).Where(g => g.Select(r => r.Start).Distinct().Count() > 1))
            yield return Breach("date-range", $"{same.Key} stands twice with different starts");
    }

    /// <summary>§4.4.3.7, §4.4.4.9, Appendix B of the low-latency profile.</summary>
    private static class PartRules
    {
        public static IEnumerable<RuleBreach> Check(MediaPlaylist playlist)
        {
            var toEnd = playlist.Open?.Parts.Aggregate(TimeSpan.Zero, (sum, part) => sum + part.Duration) ?? TimeSpan.Zero;
            foreach (var segment in playlist.Segments.Reverse())
            {
                // One segment of slack: a server may drop the parts of a segment with the segment's own step.
                if (segment.Parts.Count > 0 && toEnd > 3 * playlist.TargetDuration + segment.Duration)
                    yield return Breach("part-age", $"{segment.Uri} still has parts, {toEnd.TotalSeconds} s from the end");
                toEnd += segment.Duration;
                if (segment.Parts.Count == 0) continue;
                foreach (var breach in OfSegment(playlist, segment.Parts, segment.Uri)) yield return breach;
                var sum = segment.Parts.Aggregate(TimeSpan.Zero, (total, part) => total + part.Duration);
                if ((sum - segment.Duration).Duration() > ClockTolerance * segment.Parts.Count)
                    yield return Breach("part-sum", $"the parts of {segment.Uri} have {sum.TotalSeconds} s, the segment {segment.Duration.TotalSeconds}");
                if (segment.Gap && segment.Parts.Any(p => !p.Gap)) yield return Breach("part-gap", $"a part of {segment.Uri}, which is a gap, is none");
            }

            if (playlist.Open is null) yield break;
            foreach (var breach in OfSegment(playlist, playlist.Open.Parts, "the open segment")) yield return breach;
        }

        private static IEnumerable<RuleBreach> OfSegment(MediaPlaylist playlist, IReadOnlyList<PartialSegment> parts, string name)
        {
            if (parts.Count > 0 && playlist.PartTarget is null) yield return Breach("part-inf", $"{name} has parts, and the list has no PART-INF");
            if (playlist.PartTarget is not { } target) yield break;
            for (var i = 0; i < parts.Count; i++)
            {
                var part = parts[i];
                if (part.Duration > target) yield return Breach("part-target", $"{part.Uri} has {part.Duration.TotalSeconds} s, more than {target.TotalSeconds}");
                // The last part listed of an open segment may turn out to be its last.
                var mayBeShort = part.Independent || part.Gap || i == parts.Count - 1 || parts[i + 1].Gap;
                if (!mayBeShort && part.Duration < 0.85 * target)
                    yield return Breach("part-target", $"{part.Uri} has {part.Duration.TotalSeconds} s, less than 85 % of {target.TotalSeconds}");
            }
        }
    }

    /// <summary>What may happen between two snapshots of one URL (§6.2.1, §6.2.2).</summary>
    private static class SnapshotRules
    {
        public static IEnumerable<RuleBreach> Check(MediaPlaylist now, MediaPlaylist before)
        {
            if (now.TargetDuration != before.TargetDuration)
                yield return Breach("target-duration", $"it was {before.TargetDuration.TotalSeconds} s and is {now.TargetDuration.TotalSeconds} s");
            if (now.MediaSequence < before.MediaSequence) yield return Breach("media-sequence", $"it went back from {before.MediaSequence} to {now.MediaSequence}");
            if (now.DiscontinuitySequence < before.DiscontinuitySequence)
                yield return Breach("discontinuity-sequence", $"it went back from {before.DiscontinuitySequence} to {now.DiscontinuitySequence}");
            foreach (var breach in Numbers(now, before)) yield return breach;
            foreach (var breach in Front(now, before)) yield return breach;
            if (before.EndList && Rendered(now) != Rendered(before)) yield return Breach("end", $"a list that had ended has changed");
            if (before.Type == PlaylistType.Vod && Rendered(now) != Rendered(before)) yield return Breach("vod", $"a VOD list has changed");
        }

        /// <summary>Same number, same segment, for ever; with its place among the discontinuities.</summary>
        private static IEnumerable<RuleBreach> Numbers(MediaPlaylist now, MediaPlaylist before)
        {
            var known = Numbered(before).ToDictionary(s => s.Number);
            foreach (var (number, discontinuity, segment) in Numbered(now))
            {
                if (!known.TryGetValue(number, out var old)) continue;
                if (old.Segment.Uri != segment.Uri || old.Segment.Duration != segment.Duration || old.Segment.ByteRange != segment.ByteRange)
                    yield return Breach("same-number", $"{number} was {old.Segment.Uri} ({old.Segment.Duration}) and is {segment.Uri} ({segment.Duration})");
                if (old.Segment.ProgramDateTime is { } was && segment.ProgramDateTime is { } time && was != time)
                    yield return Breach("same-number", $"{number} was at {was} and is at {time}");
                if (old.Segment.Map is not null && segment.Map is not null && old.Segment.Map != segment.Map)
                    yield return Breach("same-number", $"{number} had the map {old.Segment.Map.Uri} and has {segment.Map.Uri}");
                if (old.Discontinuity is { } d && discontinuity is { } e && d != e)
                    yield return Breach("discontinuity-sequence", $"segment {number} was after {d} discontinuities and is after {e}");
            }
        }

        private static IEnumerable<RuleBreach> Front(MediaPlaylist now, MediaPlaylist before)
        {
            var (nowEnd, beforeEnd) = (FirstListed(now) + now.Segments.Count, FirstListed(before) + before.Segments.Count);
            if (nowEnd < beforeEnd) yield return Breach("append", $"the last number went back from {beforeEnd - 1} to {nowEnd - 1}");
            if (now.MediaSequence > before.MediaSequence)
            {
                if (now.Type != PlaylistType.Live || before.Type != PlaylistType.Live)
                    yield return Breach("sliding", $"segments left at the front of a list with PLAYLIST-TYPE");
                var length = now.Segments.Aggregate(TimeSpan.Zero, (sum, segment) => sum + segment.Duration);
                if (now.Skip is null && length < 3 * now.TargetDuration)
                    yield return Breach("length", $"segments left, and {length.TotalSeconds} s are less than three target durations");
            }

            if (before.Type == PlaylistType.Live && now.Type != PlaylistType.Live) yield return Breach("playlist-type", $"a sliding list became {now.Type}");
            if (before.Type == PlaylistType.Event && now.Type == PlaylistType.Live) yield return Breach("playlist-type", $"an EVENT list became a sliding one");
        }

        /// <summary>The discontinuity number is null in a delta update, where tags may have been skipped.</summary>
        private static IEnumerable<(long Number, long? Discontinuity, MediaSegment Segment)> Numbered(MediaPlaylist playlist)
        {
            var number = FirstListed(playlist);
            var discontinuity = playlist.DiscontinuitySequence;
            foreach (var segment in playlist.Segments)
            {
                if (segment.Discontinuity) discontinuity++;
                yield return (number++, playlist.Skip is null ? discontinuity : null, segment);
            }
        }

        private static string Rendered(MediaPlaylist playlist)
        {
            var output = new ArrayBufferWriter<byte>();
            PlaylistWriter.Write(output, playlist);
            return System.Text.Encoding.UTF8.GetString(output.WrittenSpan);
        }
    }
}
