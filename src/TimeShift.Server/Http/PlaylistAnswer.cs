using System.Globalization;
using TimeShift.Playback.Playlists;

namespace TimeShift.Server.Http;

/// <summary>A rendered playlist with its headers, made once for all who get it.</summary>
internal sealed class PlaylistAnswer(RenderedPlaylist playlist)
{
    public RenderedPlaylist Playlist { get; } = playlist;

    public string CacheControl { get; } = string.Create(CultureInfo.InvariantCulture, $"public, max-age={Math.Max(1, (int)playlist.MaxAge.TotalSeconds)}");

    /// <summary>A strong tag names bytes: the compressed ones have another (RFC 9110 §8.8.3.3).</summary>
    public string GzipETag { get; } = $"{playlist.ETag[..^1]}-gzip\"";
}
