using TimeShift.Ingest.Sources;
using TimeShift.Ingest.Tests.Host;

namespace TimeShift.Ingest.Tests.Sources;

public sealed class TestSourceTests
{
    [Fact]
    public async Task The_synthetic_camera_is_recorded_without_a_gap()
    {
        await using var host = await IngestHost.StartAsync();
        await host.ApplyAsync(("cam", "test:?size=320x180&rate=25&gop=1"));
        await host.UntilSegmentsAsync("cam", 2);
        var reel = Assert.Single(await host.ReelsAsync("cam"));
        await Probe.DecodableAsync(reel);
        Compare.Steady(await Probe.VideoAsync(reel), 40_000, 50);
        Compare.Steady(await Probe.AudioAsync(reel), 1024e6 / 48000, 30);
    }

    [Theory]
    [InlineData("test:?size=banana", "size")]
    [InlineData("test:?rate=0", "rate")]
    [InlineData("test:?colour=red", "colour")]
    [InlineData("gopher://host/x", "gopher")]
    [InlineData("rtsp://127.0.0.1:1/x?transport=pigeon", "transport")]
    public async Task A_bad_address_is_named_in_the_state_and_tried_again(string source, string word)
    {
        await using var host = await IngestHost.StartAsync();
        await host.ApplyAsync(("cam", source));
        await host.UntilAsync(() => host.State("cam") is { Phase: SourcePhase.Waiting, Sessions: >= 2, NextTry: not null }, "a second try");
        Assert.Contains(word, host.State("cam").LastError, StringComparison.Ordinal);
    }
}
