namespace TimeShift.Formats.Hls;

/// <summary>The list of what can be played (RFC 8216bis §4.4.6): variants, and the renditions that they refer to by group.</summary>
public sealed record MultivariantPlaylist : Playlist
{
    public IReadOnlyList<Variant> Variants { get; init; } = [];

    public IReadOnlyList<Rendition> Renditions { get; init; } = [];

    /// <summary>EXT-X-I-FRAME-STREAM-INF; the frame rate and the groups other than video do not apply.</summary>
    public IReadOnlyList<Variant> IFrameVariants { get; init; } = [];
}

/// <summary>EXT-X-STREAM-INF or EXT-X-I-FRAME-STREAM-INF (RFC 8216bis §4.4.6.2, §4.4.6.3).</summary>
public sealed record Variant
{
    public required string Uri { get; init; }

    /// <summary>Peak bits per second, of every rendition that plays along.</summary>
    public required long Bandwidth { get; init; }

    public long? AverageBandwidth { get; init; }

    /// <summary>RFC 6381 codec strings, joined by commas.</summary>
    public string? Codecs { get; init; }

    public Resolution? Resolution { get; init; }

    /// <summary>Frames per second, written with three decimals.</summary>
    public double? FrameRate { get; init; }

    /// <summary><c>SDR</c>, <c>HLG</c> or <c>PQ</c>; null says SDR.</summary>
    public string? VideoRange { get; init; }

    public string? AudioGroup { get; init; }

    public string? VideoGroup { get; init; }

    public string? SubtitlesGroup { get; init; }

    /// <summary>The group's name; empty for <c>CLOSED-CAPTIONS=NONE</c>; null where nothing is said.</summary>
    public string? ClosedCaptionsGroup { get; init; }
}

public readonly record struct Resolution(int Width, int Height);

public enum RenditionType : byte
{
    Audio,
    Video,
    Subtitles,
    ClosedCaptions,
}

/// <summary>EXT-X-MEDIA (RFC 8216bis §4.4.6.1).</summary>
public sealed record Rendition
{
    public required RenditionType Type { get; init; }

    public required string GroupId { get; init; }

    public required string Name { get; init; }

    /// <summary>Null where the media is in the variant itself.</summary>
    public string? Uri { get; init; }

    public string? Language { get; init; }

    public bool Default { get; init; }

    public bool Autoselect { get; init; }

    public bool Forced { get; init; }

    /// <summary><c>CC1</c> to <c>CC4</c> or <c>SERVICE1</c> to <c>SERVICE63</c>; only for closed captions.</summary>
    public string? InstreamId { get; init; }

    public string? Channels { get; init; }

    public string? Characteristics { get; init; }
}
