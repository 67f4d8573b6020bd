namespace TimeShift.Formats.Hls;

/// <summary>An HLS playlist: a <see cref="MultivariantPlaylist"/> or a <see cref="MediaPlaylist"/> (RFC 8216bis §4).</summary>
public abstract record Playlist
{
    private protected Playlist()
    {
    }

    /// <summary>EXT-X-VERSION as it was read, 1 where there is none. Not written: the writer declares the lowest that covers what is used.</summary>
    public int Version { get; init; } = 1;

    /// <summary>EXT-X-INDEPENDENT-SEGMENTS: every segment starts with an IDR.</summary>
    public bool IndependentSegments { get; init; }

    public StartPoint? Start { get; init; }
}

/// <summary>EXT-X-START (RFC 8216bis §4.4.2.2).</summary>
/// <param name="TimeOffset">From the first segment's start; negative: from the last segment's end.</param>
/// <param name="Precise">Start at that very sample, not at its segment's start.</param>
public sealed record StartPoint(TimeSpan TimeOffset, bool Precise = false);

/// <summary>Bytes of a resource: where they begin and how many.</summary>
public readonly record struct ByteRange(long Offset, long Length);

/// <summary>One <c>NAME=value</c> of an attribute list (RFC 8216bis §4.2), the value without its quotes.</summary>
public sealed record PlaylistAttribute(string Name, string Value, bool Quoted = false);
