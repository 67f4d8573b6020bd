namespace TimeShift.Formats.Hls;

/// <summary>Which EXT-X-VERSION a feature needs (RFC 8216bis §8); a playlist declares the highest of those it uses, and no more.</summary>
public static class PlaylistVersion
{
    public const int KeyIv = 2;
    public const int FractionalDurations = 3;
    public const int ByteRanges = 4;
    public const int IFramesOnly = 4;
    public const int KeyFormat = 5;
    public const int MapOfIFrames = 5;
    public const int Map = 6;
    public const int ServiceInstreamId = 7;
    public const int Skip = 9;
    public const int SkipDateRanges = 10;

    /// <summary>Durations are always written with decimals, so never below 3.</summary>
    public static int Lowest(MediaPlaylist playlist)
    {
        var version = FractionalDurations;
        if (playlist.IFramesOnly) version = IFramesOnly;
        if (playlist.Skip is { } skip) version = skip.RecentlyRemovedDateRanges is null ? Skip : SkipDateRanges;
        var map = playlist.IFramesOnly ? MapOfIFrames : Map;
        foreach (var segment in playlist.Segments)
        {
            if (segment.Map is not null) version = Math.Max(version, map);
            if (segment.ByteRange is not null) version = Math.Max(version, ByteRanges);
            if (segment.Keys.Count > 0) version = Math.Max(version, Lowest(segment.Keys));
        }

        return playlist.Open?.Map is null ? version : Math.Max(version, map);
    }

    public static int Lowest(MultivariantPlaylist playlist) =>
        playlist.Renditions.Any(r => r.InstreamId?.StartsWith("SERVICE", StringComparison.Ordinal) == true) ? ServiceInstreamId : 1;

    private static int Lowest(IReadOnlyList<MediaKey> keys) =>
        keys.Any(k => k["KEYFORMAT"] is not null || k["KEYFORMATVERSIONS"] is not null
            || k.Method.StartsWith("SAMPLE-AES", StringComparison.Ordinal)) ? KeyFormat
        : keys.Any(k => k["IV"] is not null) ? KeyIv : 1;
}
