using TimeShift.Core.Media;

namespace TimeShift.Formats.Hls;

public enum PlaylistType : byte
{
    /// <summary>No EXT-X-PLAYLIST-TYPE: segments may leave at the front.</summary>
    Live,

    /// <summary>Segments are only appended.</summary>
    Event,

    /// <summary>Nothing changes any more.</summary>
    Vod,
}

/// <summary>A list of segments (RFC 8216bis §4.4.3), a full one or, with <see cref="Skip"/>, a delta update.</summary>
public sealed record MediaPlaylist : Playlist
{
    /// <summary>Whole seconds, at least one.</summary>
    public required TimeSpan TargetDuration { get; init; }

    /// <summary>Number of the first segment, skipped ones counted.</summary>
    public long MediaSequence { get; init; }

    public long DiscontinuitySequence { get; init; }

    public PlaylistType Type { get; init; }

    public bool EndList { get; init; }

    public bool IFramesOnly { get; init; }

    public ServerControl? ServerControl { get; init; }

    /// <summary>EXT-X-PART-INF; null where the list has no parts.</summary>
    public TimeSpan? PartTarget { get; init; }

    public SkippedSegments? Skip { get; init; }

    public IReadOnlyList<DateRange> DateRanges { get; init; } = [];

    public IReadOnlyList<MediaSegment> Segments { get; init; } = [];

    /// <summary>The segment after the last one, of which only parts are there yet.</summary>
    public OpenSegment? Open { get; init; }

    public IReadOnlyList<PreloadHint> PreloadHints { get; init; } = [];

    public IReadOnlyList<RenditionReport> RenditionReports { get; init; } = [];
}

/// <summary>EXT-X-SERVER-CONTROL (RFC 8216bis §4.4.3.8).</summary>
public sealed record ServerControl
{
    public bool CanBlockReload { get; init; }

    /// <summary>At least three target durations.</summary>
    public TimeSpan? HoldBack { get; init; }

    /// <summary>At least three part targets; needed where there are parts.</summary>
    public TimeSpan? PartHoldBack { get; init; }

    /// <summary>The skip boundary: at least six target durations.</summary>
    public TimeSpan? CanSkipUntil { get; init; }

    public bool CanSkipDateRanges { get; init; }
}

/// <summary>EXT-X-SKIP (RFC 8216bis §4.4.5.2).</summary>
/// <param name="RecentlyRemovedDateRanges">Null where the attribute is absent, which also says that date ranges are not skipped.</param>
public sealed record SkippedSegments(long Count, IReadOnlyList<string>? RecentlyRemovedDateRanges = null);

/// <summary>A segment and the tags that stand before its URI. Immutable.</summary>
public sealed record MediaSegment
{
    public required string Uri { get; init; }

    /// <summary>EXTINF, written with six decimals.</summary>
    public required TimeSpan Duration { get; init; }

    public string? Title { get; init; }

    /// <summary>The tag's own value, written in whole milliseconds; null where the segment has no tag.</summary>
    public Instant? ProgramDateTime { get; init; }

    public bool Discontinuity { get; init; }

    public bool Gap { get; init; }

    /// <summary>The map that holds for this segment, wherever its tag stands.</summary>
    public MapInfo? Map { get; init; }

    /// <summary>The keys that hold for this segment, wherever their tags stand.</summary>
    public IReadOnlyList<MediaKey> Keys { get; init; } = [];

    public ByteRange? ByteRange { get; init; }

    public IReadOnlyList<PartialSegment> Parts { get; init; } = [];
}

/// <summary>The tags and parts after the last segment's URI.</summary>
public sealed record OpenSegment
{
    public Instant? ProgramDateTime { get; init; }

    public bool Discontinuity { get; init; }

    public MapInfo? Map { get; init; }

    public IReadOnlyList<MediaKey> Keys { get; init; } = [];

    public IReadOnlyList<PartialSegment> Parts { get; init; } = [];
}

/// <summary>EXT-X-PART (RFC 8216bis §4.4.4.9).</summary>
public sealed record PartialSegment(string Uri, TimeSpan Duration, bool Independent = false, bool Gap = false)
{
    public ByteRange? ByteRange { get; init; }
}

/// <summary>EXT-X-MAP (RFC 8216bis §4.4.4.5): the init segment.</summary>
public sealed record MapInfo(string Uri, ByteRange? ByteRange = null);

/// <summary>EXT-X-KEY (RFC 8216bis §4.4.4.4), with its attributes as they came.</summary>
public sealed record MediaKey(IReadOnlyList<PlaylistAttribute> Attributes)
{
    public string? this[string name] => Attributes.FirstOrDefault(a => a.Name == name)?.Value;

    public string Method => this["METHOD"] ?? "NONE";
}

public enum PreloadHintType : byte
{
    Part,
    Map,
}

/// <summary>EXT-X-PRELOAD-HINT (RFC 8216bis §4.4.5.3).</summary>
public sealed record PreloadHint(PreloadHintType Type, string Uri, long ByteRangeStart = 0, long? ByteRangeLength = null);

/// <summary>EXT-X-RENDITION-REPORT (RFC 8216bis §4.4.5.4).</summary>
public sealed record RenditionReport(string Uri, long LastMediaSequence, int? LastPart = null);

/// <summary>EXT-X-DATERANGE (RFC 8216bis §4.4.5.1).</summary>
public sealed record DateRange
{
    public required string Id { get; init; }

    public string? Class { get; init; }

    public required Instant Start { get; init; }

    public Instant? End { get; init; }

    public TimeSpan? Duration { get; init; }

    public TimeSpan? PlannedDuration { get; init; }

    public bool EndOnNext { get; init; }

    /// <summary>Everything else: <c>X-…</c>, <c>SCTE35-…</c>.</summary>
    public IReadOnlyList<PlaylistAttribute> Attributes { get; init; } = [];
}
