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

        var reel = ReelOf(number);
        if (reel < 0) return false;
        var position = number - _reels[reel].FirstNumber;
        if (position >= _reels[reel].Index.Count) return false;
        segment = _reels[reel].Segment((int)position);
        return true;
    }

    /// <summary>The segment that covers the instant; in a gap, the next one; null where all segments end before it.</summary>
    public SegmentInfo? At(Instant instant)
    {
        for (var i = ReelAt(instant); i < _reels.Length; i++)
        {
            var records = _reels[i].Index.Records;
            var position = Math.Max(0, SegmentIndex.Find(records, instant));
            if (position < records.Length && records[position].End <= instant) position++;
            if (position < records.Length) return _reels[i].Segment(position);
        }

        foreach (var segment in Edge.Segments)
        {
            if (segment.IsComplete && segment.Info.End > instant) return segment.Info;
        }

        return null;
    }

    /// <summary>Appends the segments <paramref name="first"/> to <paramref name="end"/> (exclusive), as far as they exist.</summary>
    public void CopyTo(long first, long end, List<SegmentInfo> segments)
    {
        var number = Math.Max(first, First);
        var edgeStart = Edge.Segments is [var oldest, ..] ? oldest.Info.Number : long.MaxValue;
        for (var i = Math.Max(0, ReelOf(number)); i < _reels.Length && number < Math.Min(end, edgeStart); i++)
        {
            var reel = _reels[i];
            var count = reel.Index.Count;
            number = Math.Max(number, reel.FirstNumber);
            for (; number < Math.Min(end, edgeStart) && number - reel.FirstNumber < count; number++) segments.Add(reel.Segment((int)(number - reel.FirstNumber)));
        }

        foreach (var segment in Edge.Segments)
        {
            if (segment.IsComplete && segment.Info.Number >= number && segment.Info.Number < end) segments.Add(segment.Info);
        }
    }

    /// <summary>Unbroken stretches of footage, oldest first: what there is, and between them what there is not.</summary>
    /// <param name="from">Reels that end before this instant are not looked at.</param>
    public IEnumerable<(Instant Start, Instant End)> Ranges(Instant? from = null)
    {
        (Instant Start, Instant End)? run = null;
        for (var i = from is { } first ? ReelAt(first) : 0; i < _reels.Length; i++)
        {
            var records = _reels[i].Index.Records;
            if (records.IsEmpty) continue;
            var (start, end) = (records[0].Start, records[^1].End);
            if (run is { } open && start - open.End < TimeSpan.FromSeconds(1)) run = (open.Start, end);
            else
            {
                if (run is { } done) yield return done;
                run = (start, end);
            }
        }

        if (run is { } last) yield return last;
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
