using System.Net;
using System.Net.Sockets;
using TimeShift.Ingest.Sources;
using TimeShift.Ingest.Tests.Host;

namespace TimeShift.Ingest.Tests.Sources;

public sealed class SupervisionTests
{
    // A second is promised; the rest is for a busy machine.
    private static readonly TimeSpan Prompt = TimeSpan.FromSeconds(3);

    [Theory]
    [InlineData("rtsp")]
    [InlineData("rtmp")]
    [InlineData("http")]
    public async Task A_source_that_waits_for_a_silent_peer_stops_at_once(string scheme)
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var host = await IngestHost.StartAsync();
        await host.ApplyAsync(("cam", $"{scheme}://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}/live/cam"));
        using var peer = await silent.AcceptTcpClientAsync();
        await StopsAsync(host);
    }

    [Theory]
    [InlineData("udp")]
    [InlineData("srt")]
    public async Task A_source_to_which_nobody_sends_stops_at_once(string scheme)
    {
        await using var host = await IngestHost.StartAsync();
        await host.ApplyAsync(("cam", $"{scheme}://127.0.0.1:{IngestHost.FreePort()}"));
        await host.UntilAsync(() => host.State("cam").Sessions == 1, "a try");
        await StopsAsync(host);
    }

    [Fact]
    public async Task A_source_that_runs_stops_at_once()
    {
        await using var host = await IngestHost.StartAsync();
        await host.ApplyAsync(("cam", $"file:{await Footage.PlainAsync()}"), ("test", "test:?size=160x90"));
        await host.UntilPacketsAsync("cam", 10);
        await host.UntilPacketsAsync("test", 10);
        await StopsAsync(host);
    }

    [Fact]
    public async Task A_new_configuration_restarts_only_what_changed()
    {
        var clip = await Footage.PlainAsync();
        await using var host = await IngestHost.StartAsync();
        await host.ApplyAsync(("same", $"file:{clip}"), ("other", $"file:{clip}"), ("gone", $"file:{clip}"));
        foreach (var name in new[] { "same", "other", "gone" }) await host.UntilPacketsAsync(name, 10);
        var changed = await Footage.BFramesAsync();
        await host.Sources.ApplyAsync(
        [
            IngestHost.Source("same", $"file:{clip}"), IngestHost.Source("other", $"file:{changed}"), IngestHost.Source("gone", $"file:{clip}", enabled: false),
        ]);
        var gone = host.Packets("gone");
        Assert.Equal(["other", "same"], host.Sources.States.Select(s => s.Name.Value).Order());
        await host.UntilAsync(() => host.State("other").Phase == SourcePhase.Running, "the other to run");
        await host.UntilSegmentsAsync("other", 3);
        Assert.Equal(1, host.State("same").Sessions);
        Assert.Equal(gone, host.Packets("gone"));
        Assert.Single(await host.ReelsAsync("same"));
        Assert.Equal(2, (await host.ReelsAsync("other")).Length);
    }

    [Fact]
    public async Task A_name_that_is_published_already_is_refused_with_a_reason_and_had_later()
    {
        await using var host = await IngestHost.StartAsync();
        using (var publisher = Tool.Ffmpeg($"-re -i {await Footage.LongAsync()} -c copy -f flv rtmp://127.0.0.1:{host.RtmpPort}/live/cam"))
        {
            await host.UntilPacketsAsync("live/cam", 10);
            await host.ApplyAsync(("live/cam", $"file:{await Footage.PlainAsync()}"));
            await host.UntilAsync(() => host.State("live/cam") is { Phase: SourcePhase.Waiting, LastError: { } e } && e.Contains("already has a publisher (rtmp", StringComparison.Ordinal), "a refusal");
            await publisher.KillAsync();
        }

        await host.UntilAsync(() => host.State("live/cam").Phase == SourcePhase.Running, "its turn");
        Assert.True(host.State("live/cam").Sessions >= 2);
    }

    private static async Task StopsAsync(IngestHost host)
    {
        var start = TimeProvider.System.GetTimestamp();
        await host.Sources.ApplyAsync([]);
        Assert.InRange(TimeProvider.System.GetElapsedTime(start), TimeSpan.Zero, Prompt);
    }
}
