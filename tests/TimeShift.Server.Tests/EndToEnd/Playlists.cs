using System.Text;
using TimeShift.Formats.Hls;
using TimeShift.Tests.Hls;

namespace TimeShift.Server.Tests.EndToEnd;

internal static class Playlists
{
    /// <summary>All rules, however busy the machine is.</summary>
    public static void AssertHolds(MediaPlaylist list, MediaPlaylist? before = null) => PlaylistRules.AssertHolds(list, before);

    public static async Task<MediaPlaylist> MediaAsync(this ServerProcess server, string path) => PlaylistParser.ParseMedia(Encoding.UTF8.GetBytes(await server.TextAsync(path)));

    /// <summary>The playlist of a stream that may not have begun; null until it has one.</summary>
    public static async Task<MediaPlaylist?> TryMediaAsync(this ServerProcess server, string path)
    {
        using var response = await server.Http.GetAsync(path);
        return response.IsSuccessStatusCode ? PlaylistParser.ParseMedia(await response.Content.ReadAsByteArrayAsync()) : null;
    }

    /// <summary>Waits until the stream's list has so many whole segments.</summary>
    public static Task<MediaPlaylist> WithSegmentsAsync(this ServerProcess server, string stream, int count, int seconds = 60) => Until.NotNull(
        async () => await server.TryMediaAsync($"/{stream}/v1.m3u8") is { } list && list.Segments.Count >= count ? list : null, $"{count} segments of {stream}\n{server.Output}", seconds);
}
