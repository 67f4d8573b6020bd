using TimeShift.Formats.Hls;

namespace TimeShift.LoadTest.Hls;

/// <summary>How far a viewer has come in a live playlist, and what a new version of it adds.</summary>
internal sealed class ListPosition
{
    private long _sequence = -1;

    /// <summary>Number of the first segment that is not had as a whole.</summary>
    public long NextSegment { get; private set; } = -1;

    /// <summary>Number of its first part that is not had.</summary>
    public int NextPart { get; private set; }

    /// <summary>The server holds a reload back until there is something new.</summary>
    public bool CanBlock { get; private set; }

    /// <summary>Something was played: from now on it may come late.</summary>
    public bool IsRunning { get; set; }

    /// <param name="parts">Parts, where the list has them, instead of segments.</param>
    /// <param name="behind">Segments before the end at which a player begins.</param>
    public Step Advance(MediaPlaylist list, bool parts, int behind)
    {
        var first = list.MediaSequence + (list.Skip?.Count ?? 0);
        var after = first + list.Segments.Count;
        string? fault = list.MediaSequence < _sequence ? $"media sequence {list.MediaSequence} after {_sequence}" : null;
        (_sequence, CanBlock) = (list.MediaSequence, list.ServerControl is { CanBlockReload: true } && list.PartTarget is not null);
        if (NextSegment < 0) NextSegment = Math.Max(first, after - behind);
        if (after < NextSegment) fault ??= $"the list ends before segment {after}, which was listed up to {NextSegment} before";

        long missed = 0;
        if (first > NextSegment) (missed, NextSegment, NextPart) = (first - NextSegment, first, 0);
        var resources = new List<Resource>();
        for (; NextSegment < after; NextSegment++, NextPart = 0)
        {
            var segment = list.Segments[(int)(NextSegment - first)];
            if (parts && segment.Parts.Count > 0) AddParts(segment.Parts, segment.Map);
            // A segment of which parts are had has lost them from the list: too old.
            else if (!segment.Gap && NextPart == 0) resources.Add(new Resource(segment.Uri, segment.ByteRange, segment.Map, false));
        }

        if (parts && NextSegment == after && list.Open is { } open) AddParts(open.Parts, open.Map);
        return new Step(resources, missed, fault);

        void AddParts(IReadOnlyList<PartialSegment> all, MapInfo? map)
        {
            for (; NextPart < all.Count; NextPart++)
            {
                if (!all[NextPart].Gap) resources.Add(new Resource(all[NextPart].Uri, all[NextPart].ByteRange, map, true));
            }
        }
    }

    internal sealed record Step(IReadOnlyList<Resource> Resources, long Missed, string? Fault);

    internal sealed record Resource(string Uri, ByteRange? Range, MapInfo? Map, bool IsPart);
}
