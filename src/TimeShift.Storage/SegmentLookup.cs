using System.Collections.Immutable;
using TimeShift.Core.Media;
using TimeShift.Storage.Index;
using TimeShift.Storage.Live;
using TimeShift.Storage.Reels;

namespace TimeShift.Storage;

/// <summary>
/// One consistent look at a stream's whole segments, by number and by instant, over reels and live edge. Finding costs a binary search over the reels (64 bytes read
/// of each one touched that is not loaded) and one within a reel.
/// </summary>
public readonly struct SegmentLookup
{
    private readonly ImmutableArray<Reel> _reels;

    public SegmentLookup(StreamArchive archive)
    {
        // The edge first: a segment that leaves it later is in a reel that is seen then.
        Edge = archive.Edge;
        _reels = archive.Reels;
        // A reel that has begun and has no whole segment yet has nothing to list.
        while (_reels is [.., { Index.Count: 0 }]) _reels = _reels.RemoveAt(_reels.Length - 1);
    }

    public LiveEdge Edge { get; }

    public bool IsEmpty => _reels.IsEmpty && !Edge.Segments.Any(s => s.IsComplete);

    /// <summary>Number of the oldest segment there is.</summary>
    public long First => !_reels.IsEmpty ? _reels[0].FirstNumber : Edge.Segments is [var oldest, ..] ? oldest.Info.Number : 0;

    /// <summary>One more than the number of the newest whole segment.</summary>
    public long End
    {
        get
        {
            for (var i = Edge.Segments.Length - 1; i >= 0; i--)
            {
                if (Edge.Segments[i].IsComplete) return Edge.Segments[i].Info.Number + 1;
            }

            return _reels is [.., var last] ? last.FirstNumber + last.Index.Count : 0;
        }
    }

    public bool TryGet(long number, out SegmentInfo segment)
    {
        segment = default;
        if (Edge.Find(number) is { } live)
        {
            segment = live.Info;
            return live.IsComplete;
        }

        if (number < First || number >= End) return false;
        var found = new List<SegmentInfo>(1);
        CopyTo(number, number + 1, found);
        if (found.Count == 0) return false;
        segment = found[0];
        return true;
    }

    /// <summary>The segment that covers the instant; in a gap, the next one; null where all segments end before it.</summary>
    public SegmentInfo? At(Instant instant)
    {
        for (var i = ReelAt(instant); i < _reels.Length; i++)
        {
            var records = _reels[i].Index.Records;
            var position = Math.Max(0, SegmentIndex.Find(records, instant));
            while (position < records.Length && (records[position].End <= instant || (records[position].Flags & SegmentFlags.Lost) != 0)) position++;
            if (position < records.Length) return _reels[i].Segment(position, records[position]);
        }

        foreach (var segment in Edge.Segments)
        {
            if (segment.IsComplete && segment.Info.End > instant) return segment.Info;
        }

        return null;
    }

    /// <summary>
    /// Appends the segments <paramref name="first"/> to <paramref name="end"/> (exclusive), as far as they exist. No number is left out: what neither a reel nor
    /// the live edge has is <see cref="SegmentInfo.IsLost"/>.
    /// </summary>
    public void CopyTo(long first, long end, List<SegmentInfo> segments)
    {
        var number = Math.Max(first, First);
        var edge = Edge.Segments is [var oldest, ..] ? oldest.Info : default(SegmentInfo?);
        var stop = Math.Min(end, edge?.Number ?? long.MaxValue);
        (Instant End, long Next)? before = null;
        for (var i = Math.Max(0, ReelOf(number)); i < _reels.Length && number < stop; i++)
        {
            var reel = _reels[i];
            var records = reel.Index.Records;
            if (records.IsEmpty) continue;
            number = AddMissing(number, Math.Min(stop, reel.FirstNumber), before, reel.Segment(0, records[0]), segments);
            var last = i + 1 < _reels.Length ? Math.Min(stop, _reels[i + 1].FirstNumber) : stop;
            for (; number < last && number - reel.FirstNumber < records.Length; number++)
            {
                var position = (int)(number - reel.FirstNumber);
                segments.Add(reel.Segment(position, records[position]));
            }

            before = (records[^1].End, reel.FirstNumber + records.Length);
        }

        if (edge is { } next && before is not null) number = AddMissing(number, stop, before, next, segments);
        foreach (var segment in Edge.Segments)
        {
            if (segment.IsComplete && segment.Info.Number >= number && segment.Info.Number < end) segments.Add(segment.Info);
        }
    }

    // A reel whose last segments failed to be written, or that is gone: players count entries, so each number has one. They share the time that is missing.
    private static long AddMissing(long number, long end, (Instant End, long Next)? before, in SegmentInfo after, List<SegmentInfo> segments)
    {
        if (number >= end) return number;
        var (from, first) = before ?? (after.Start, number);
        var each = Math.Clamp((after.Start - from).TotalMicroseconds, 0, uint.MaxValue) / (after.Number - first);
        for (; number < end; number++)
        {
            var start = from + TimeSpan.FromMicroseconds((number - first) * each);
            segments.Add(new SegmentInfo(after.Reel, number, start, (uint)each, 0, SegmentFlags.Lost, false));
        }

        return number;
    }

    /// <summary>Unbroken stretches of footage, oldest first: what there is, and between them what there is not.</summary>
    /// <param name="from">Reels that end before this instant are not looked at.</param>
    public IEnumerable<(Instant Start, Instant End)> Ranges(Instant? from = null)
    {
        (Instant Start, Instant End)? run = null;
        for (var i = from is { } first ? ReelAt(first) : 0; i < _reels.Length; i++)
        {
            var lost = _reels[i].Index.LeadingLost;
            var records = _reels[i].Index.Records;
            if (records.Length <= lost) continue;
            var (start, end) = (records[lost].Start, records[^1].End);
            if (run is { } open && start - open.End < TimeSpan.FromSeconds(1)) run = (open.Start, end);
            else
            {
                if (run is { } done) yield return done;
                run = (start, end);
            }
        }

        if (run is { } last) yield return last;
    }

    /// <summary>The reels that hold the segments <paramref name="first"/> to <paramref name="end"/> (exclusive), newest first; the open segment counts.</summary>
    public IEnumerable<Reel> ReelsOf(long first, long end)
    {
        var open = Edge.Segments is [.., var newest] && newest.Info.Number >= first && newest.Info.Number < end ? newest.Info.Reel : null;
        if (open is not null) yield return open;
        for (var i = ReelOf(end - 1); i >= 0 && _reels[i].FirstNumber + _reels[i].Index.Count > first; i--)
        {
            if (_reels[i] != open) yield return _reels[i];
        }
    }

    /// <summary>The reel whose codecs have this init number; null where it is gone, or never was.</summary>
    public Reel? ReelOfInit(long initNumber)
    {
        var position = Math.Max(0, ReelOf(initNumber));
        for (var i = position; i < _reels.Length && i <= position + 1; i++)
        {
            if (_reels[i].Header.InitNumber == initNumber) return _reels[i];
        }

        // Before the first segment is whole, the reel is known at the edge alone.
        return Edge.Segments.LastOrDefault(s => s.Info.Reel.Header.InitNumber == initNumber)?.Info.Reel;
    }

    // Position of the last reel that begins at or before the instant, by its nominal start; that of the first where all begin later.
    private int ReelAt(Instant instant)
    {
        int low = 0, high = _reels.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            if (_reels[middle].NominalStart <= instant) low = middle + 1;
            else high = middle - 1;
        }

        return Math.Max(0, high);
    }

    // Position of the last reel that begins at or before the number; -1 where all begin later.
    private int ReelOf(long number)
    {
        int low = 0, high = _reels.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            if (_reels[middle].FirstNumber <= number) low = middle + 1;
            else high = middle - 1;
        }

        return high;
    }
}
