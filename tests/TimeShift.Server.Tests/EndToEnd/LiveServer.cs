namespace TimeShift.Server.Tests.EndToEnd;

/// <summary>
/// One server for all tests that only look: the synthetic stream <c>cam</c>, and <c>live/push</c>, whose publisher goes away after some seconds and comes back.
/// Runs from before the first test to after the last.
/// </summary>
public sealed class LiveServer : IAsyncLifetime
{
    public const string Camera = "cam";
    public const string Pushed = "live/push";

    /// <summary>Small streams whose names a path can write in more than one way.</summary>
    private static readonly string[] _named = ["live/caf\u00e9", "a/b/c"];

    private readonly TemporaryFolder _folder = new();
    private readonly CancellationTokenSource _ended = new();
    private Task? _publishing;

    internal ServerProcess Server { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Server = await ServerProcess.StartAsync(
            _folder.File("archive"),
            [$"--TimeShift:Streams:{Camera}:Source=test:?size=320x180&rate=25", "--TimeShift:Recording:SegmentSeconds=1", "--TimeShift:Recording:PartMilliseconds=250", .. _named.Select(n => $"--TimeShift:Streams:{n}:Source=test:?size=64x64&rate=5&audio=0&gop=1")]);
        _publishing = PublishAsync();
    }

    /// <summary>The pushed stream's list, once the second publisher has some segments in it.</summary>
    internal Task<Formats.Hls.MediaPlaylist> ReconnectedAsync() => Until.NotNull(
        async () => await Server.TryMediaAsync($"/{Pushed}/v1.m3u8") is { } list && Break(list) is > 2 and var at && list.Segments.Count >= at + 6 ? list : null, "a reconnect", 90);

    /// <summary>Position of the first segment after the discontinuity; -1 where there is none.</summary>
    internal static int Break(Formats.Hls.MediaPlaylist list) => list.Segments.ToList().FindIndex(s => s.Discontinuity);

    public async ValueTask DisposeAsync()
    {
        if (_ended.IsCancellationRequested) return;
        await _ended.CancelAsync();
        if (_publishing is { } task) await task;
        if (Server is { } server) await server.DisposeAsync();
        _folder.Dispose();
        _ended.Dispose();
    }

    private async Task PublishAsync()
    {
        await PublishAsync(seconds: 8);
        await PublishAsync(seconds: null);
    }

    // Until the publisher ends by itself, or the tests do.
    private async Task PublishAsync(int? seconds)
    {
        if (_ended.IsCancellationRequested) return;
        await using var publisher = Publisher.Start(Server.Rtmp(Pushed), seconds);
        await publisher.WaitAsync(_ended.Token);
    }
}
