using TimeShift.Core.Hub;
using TimeShift.Core.Media;
using TimeShift.Ingest;
using TimeShift.Storage;

namespace TimeShift.Server.Api;

internal sealed record StreamList(IReadOnlyList<StreamItem> Streams);

/// <summary>A stream as the list of streams shows it.</summary>
internal sealed record StreamItem(
    string Name, bool Live, string Hls, IReadOnlyList<TrackItem> Tracks, string? FirstInstant, string? LastInstant, string? Source, string? Error, string? NextTry);

internal sealed record TrackItem(string Kind, string Codec, int? Width, int? Height, double? FrameRate, int? SampleRate, int? Channels);

/// <summary><c>GET /api/v1/streams</c>: every stream that publishes, is configured, or has footage.</summary>
internal static class StreamsEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet(
        "/api/v1/streams",
        (StreamHub hub, Archive archive, SourceSupervisor sources) => TypedResults.Json(List(hub, archive, sources), ServerJson.Default.StreamList));

    private static StreamList List(StreamHub hub, Archive archive, SourceSupervisor sources)
    {
        var names = hub.Streams.Select(s => s.Name).Concat(archive.Streams.Select(s => s.Name)).Concat(sources.States.Select(s => s.Name));
        return new StreamList([.. names.Distinct().OrderBy(n => n.Value, StringComparer.Ordinal).Select(n => Item(n, hub, archive, sources))]);
    }

    private static StreamItem Item(StreamName name, StreamHub hub, Archive archive, SourceSupervisor sources)
    {
        hub.TryGet(name, out var live);
        archive.TryGet(name, out var kept);
        var state = sources.States.FirstOrDefault(s => s.Name == name);
        var lookup = kept is null ? default : new SegmentLookup(kept);
        var tracks = live?.Epoch?.Tracks ?? (kept?.Reels is [.., var last] ? last.Tracks : null);
        var first = kept is not null && lookup.TryGet(lookup.First, out var oldest) ? oldest.Start.ToString() : null;
        return new StreamItem(
            name.Value,
            live?.Epoch is not null,
            $"/{string.Join('/', name.Value.Split('/').Select(Uri.EscapeDataString))}/index.m3u8",
            tracks is null ? [] : [.. tracks.Tracks.Select(Item)],
            first,
            kept?.LastEnd?.ToString(),
            live?.Publisher?.ToString() ?? state?.Source,
            state?.LastError,
            state?.NextTry?.ToString());
    }

    private static TrackItem Item(Track track) => track.Kind == MediaKind.Video
        ? new TrackItem("video", track.CodecString, track.Width, track.Height, track.FrameRate > 0 ? Math.Round(track.FrameRate, 3) : null, null, null)
        : new TrackItem("audio", track.CodecString, null, null, null, track.SampleRate, track.Channels);
}
