using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace TimeShift.Storage.Reels;

/// <summary>
/// Where the fragments of the segments read last are: many viewers ask for the same segment, and to read its boxes costs as much as to send a tenth of it. Bounded; a
/// whole segment never changes, so that nothing in here grows old.
/// </summary>
internal sealed class FragmentCache(int capacity = 4_096)
{
    private readonly ConcurrentDictionary<(Reel Reel, long Offset), ImmutableArray<SegmentFragment>> _segments = new();

    /// <param name="offset">Of a whole segment, in the reel.</param>
    /// <param name="size">Of the segment.</param>
    public ImmutableArray<SegmentFragment> Of(Reel reel, long offset, long size)
    {
        if (_segments.TryGetValue((reel, offset), out var known)) return known;
        ImmutableArray<SegmentFragment> fragments = [.. ReelScanner.ScanSegment(reel, offset, size)];
        if (_segments.Count >= capacity) _segments.Clear();
        _segments[(reel, offset)] = fragments;
        return fragments;
    }
}
