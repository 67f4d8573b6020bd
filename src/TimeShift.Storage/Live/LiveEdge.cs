using System.Collections.Immutable;
using TimeShift.Storage.Reels;

namespace TimeShift.Storage.Live;

/// <summary>Where a track's share of a part lies in the reel.</summary>
public readonly record struct FragmentRange(int TrackId, long Offset, int Size);

/// <summary>A part near the live edge. Immutable; its bytes are in memory until the reel has them.</summary>
public sealed class EdgePart(LivePart bytes, ImmutableArray<FragmentRange> fragments, uint durationMicroseconds, bool independent)
{
    private LivePart? _bytes = bytes;
    private volatile bool _written;
    private volatile bool _settled;

    /// <summary>Length on the timeline: that of the lead track. The other tracks' fragments may cover a frame more or less.</summary>
    public uint DurationMicroseconds { get; } = durationMicroseconds;

    public ImmutableArray<FragmentRange> Fragments { get; } = fragments;

    /// <summary>Begins with a key frame of the lead track.</summary>
    public bool Independent { get; } = independent;

    public FragmentRange? Fragment(int trackId)
    {
        foreach (var fragment in Fragments)
        {
            if (fragment.TrackId == trackId) return fragment;
        }

        return null;
    }

    /// <summary>The bytes are in the reel, and can be read from there.</summary>
    internal bool IsWritten => _written;

    /// <summary>It waits for the disk: as long as it does, memory is the only place to read it from.</summary>
    internal bool IsPending => !_settled;

    /// <summary>The part in memory with a reference for the caller to release; null where the reel has it, or nothing any more.</summary>
    internal LivePart? Open() => Volatile.Read(ref _bytes) is { } part && part.TryAddReference() ? part : null;

    /// <summary>The disk has it: memory can go.</summary>
    internal void Written()
    {
        _written = true;
        _settled = true;
        LetGo();
    }

    /// <summary>The disk has it or never will.</summary>
    internal void Settle() => _settled = true;

    /// <summary>Lets the memory go, once: the part was written, or left the edge.</summary>
    internal void LetGo() => Interlocked.Exchange(ref _bytes, null)?.Release();
}

/// <summary>A segment near the live edge, with its parts. Immutable: it is replaced when a part is added.</summary>
public sealed record EdgeSegment
{
    public required SegmentInfo Info { get; init; }

    public required ImmutableArray<EdgePart> Parts { get; init; }

    /// <summary>A part of it waits for the disk.</summary>
    internal bool IsPending
    {
        get
        {
            foreach (var part in Parts)
            {
                if (part.IsPending) return true;
            }

            return false;
        }
    }

    /// <summary>Nothing will be added. Until then <see cref="SegmentInfo.DurationMicroseconds"/> is that of the parts so far.</summary>
    public required bool IsComplete { get; init; }
}

/// <summary>The last segments of a stream, the open one included: what a live playlist ends with. Immutable, replaced once per part.</summary>
public sealed record LiveEdge
{
    public static readonly LiveEdge Empty = new() { Segments = [], Version = 0 };

    public required ImmutableArray<EdgeSegment> Segments { get; init; }

    /// <summary>Grows by one with each change.</summary>
    public required long Version { get; init; }

    public EdgeSegment? Find(long number)
    {
        if (Segments.IsEmpty) return null;
        var position = number - Segments[0].Info.Number;
        return position >= 0 && position < Segments.Length ? Segments[(int)position] : null;
    }
}
