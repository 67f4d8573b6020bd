using TimeShift.Core.Media;
using TimeShift.Formats.Hls;
using TimeShift.Playback.Queries;
using TimeShift.Storage;
using TimeShift.Storage.Reels;

namespace TimeShift.Playback.Windows;

/// <summary>Answers "which segments cover this window?" for each way of asking (the table of query words): a function of the archive, the question and the time.</summary>
public static class WindowResolver
{
    /// <summary>Apple's authoring specification, 8.11.</summary>
    private const int LeastSegments = 6;

    /// <summary>A publisher that comes back at once, or with another codec, goes on where the timeline stopped: at most this far behind the clock.</summary>
    private static readonly TimeSpan _late = TimeSpan.FromSeconds(3);

    /// <param name="now">The server's clock.</param>
    /// <param name="isLive">Somebody publishes: what is not there yet may still come.</param>
    /// <returns>Null where the archive has nothing there (yet).</returns>
    public static TimelineWindow? Resolve(in SegmentLookup lookup, TimelineQuery query, StreamArchive archive, PlaybackOptions options, Instant now, bool isLive) =>
        query switch
        {
            TimelineQuery.Live live => Live(lookup, live.Window ?? options.RewindWindow, archive.TargetDuration),
            TimelineQuery.Delay delay => Delayed(lookup, now - delay.By, options.RewindWindow, archive.TargetDuration),
            TimelineQuery.Range range => Range(lookup, range.From, range.To, now, isLive),
            TimelineQuery.Growing growing => Growing(lookup, growing.From),
            TimelineQuery.At at => At(lookup, at.Start, at.Since ?? now, archive.TargetDuration, options.RewindWindow, now),
            _ => throw new ArgumentOutOfRangeException(nameof(query), query, "An unknown kind of query."),
        };

    private static TimelineWindow? Live(in SegmentLookup lookup, TimeSpan window, int targetDuration)
    {
        var end = lookup.End;
        if (!lookup.TryGet(end - 1, out var last))
        {
            // A stream's very first segment is still open: its parts are all there is.
            return lookup.Edge.Segments is [{ Parts.IsEmpty: false } open, ..]
                ? new TimelineWindow(PlaylistType.Live, open.Info.Number, open.Info.Number, true, null)
                : null;
        }

        return new TimelineWindow(PlaylistType.Live, Oldest(lookup, last, window, targetDuration), end, true, null);
    }

    private static TimelineWindow? Delayed(in SegmentLookup lookup, Instant limit, TimeSpan window, int targetDuration)
    {
        if (EndBefore(lookup, limit) is not { } end || !lookup.TryGet(end - 1, out var last)) return null;
        return new TimelineWindow(PlaylistType.Live, Oldest(lookup, last, window, targetDuration), end, false, null);
    }

    private static TimelineWindow? Range(in SegmentLookup lookup, Instant from, Instant to, Instant now, bool isLive)
    {
        if (Footage(lookup, from) is not { } first) return OpenSegment(lookup, from, to);
        if (first.Start >= to) return null;
        // The last segment that begins before the range ends.
        var next = lookup.At(to);
        var covered = next is { } found ? found.Start < to ? found.Number + 1 : found.Number : lookup.End;
        var over = now >= to && (next is not null || !isLive && now >= to + _late);
        return new TimelineWindow(over ? PlaylistType.Vod : PlaylistType.Event, first.Number, covered, false, Instant.Max(from, first.Start));
    }

    private static TimelineWindow? OpenSegment(in SegmentLookup lookup, Instant from, Instant to) =>
        lookup.Edge.Segments is [.., { IsComplete: false, Parts.IsEmpty: false } open] && open.Info.End > from && open.Info.Start < to
            ? new TimelineWindow(PlaylistType.Event, open.Info.Number, open.Info.Number, false, null)
            : null;

    private static TimelineWindow? Growing(in SegmentLookup lookup, Instant from)
    {
        if (Footage(lookup, from) is { } first)
            return new TimelineWindow(PlaylistType.Event, first.Number, lookup.End, true, Instant.Max(from, first.Start));
        return OpenSegment(lookup, from, new Instant(long.MaxValue)) is { } open ? open with { AtLiveEdge = true } : null;
    }

    // An endless stream that began at an instant some time ago: as much footage has passed as time since, gaps left out, and a player's buffer ahead of that.
    private static TimelineWindow? At(in SegmentLookup lookup, Instant at, Instant since, int targetDuration, TimeSpan window, Instant now)
    {
        if (Footage(lookup, at) is not { } first) return null;
        // Whole segments of three target durations, which a player stays away from the end, lie behind the start from the beginning on.
        var left = (now > since ? now - since : TimeSpan.Zero) + TimeSpan.FromSeconds(4 * targetDuration + 1);
        var position = Instant.Max(at, first.Start);
        foreach (var (start, stop) in lookup.Ranges(position))
        {
            if (stop <= position) continue;
            var from = Instant.Max(position, start);
            var length = stop - from;
            if (left <= length)
            {
                position = from + left;
                left = TimeSpan.Zero;
                break;
            }

            left -= length;
            position = stop;
        }

        var end = left > TimeSpan.Zero ? lookup.End : EndBefore(lookup, position) ?? first.Number;
        end = Math.Max(end, Math.Min(first.Number + 1, lookup.End));
        if (!lookup.TryGet(end - 1, out var last)) return null;
        var oldest = Oldest(lookup, last, window, targetDuration);
        return oldest > first.Number
            ? new TimelineWindow(PlaylistType.Live, oldest, end, false, null)
            : new TimelineWindow(PlaylistType.Live, first.Number, end, false, Instant.Max(at, first.Start));
    }

    // The segment that covers the instant, or the next one that there is something to play of.
    private static SegmentInfo? Footage(in SegmentLookup lookup, Instant instant)
    {
        var found = lookup.At(instant);
        while (found is { IsLost: true } lost) found = lookup.TryGet(lost.Number + 1, out var next) ? next : null;
        return found;
    }

    // First number of a sliding window. RFC 8216 §6.2.2: never shorter than three target durations; the window may lie in a gap for the most part.
    private static long Oldest(in SegmentLookup lookup, in SegmentInfo last, TimeSpan window, int targetDuration)
    {
        var least = TimeSpan.FromSeconds(3 * targetDuration);
        var number = last.Number + 1;
        for (var count = 0; number > lookup.First && (count < LeastSegments || least > TimeSpan.Zero); count++)
        {
            number--;
            if (lookup.TryGet(number, out var segment) && !segment.IsLost) least -= segment.Duration;
        }

        return Math.Min(number, lookup.At(last.End - window)?.Number ?? last.Number);
    }

    // One more than the number of the last segment that ends at or before the limit.
    private static long? EndBefore(in SegmentLookup lookup, Instant limit)
    {
        var end = lookup.At(limit)?.Number ?? lookup.End;
        return end > lookup.First ? end : null;
    }
}
