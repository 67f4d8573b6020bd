using TimeShift.Ingest.Tests.Host;

namespace TimeShift.Ingest.Tests.Sources;

/// <summary>Broken footage costs what is broken, and another stream nothing.</summary>
public sealed class DamagedInputTests
{
    [Theory]
    [InlineData("car-loss1pct.ts")]
    [InlineData("car-truncated.flv")]
    [InlineData("car-truncated.ts")]
    [InlineData("car-reschange-discont.ts")]
    [InlineData("car-60s-pts33bit-wrap.ts")]
    public async Task Over_udp_or_http_faster_than_real_time(string name)
    {
        var path = Footage.Shared($"media/derived/{name}");
        using var server = new OneShotServer(Path.GetDirectoryName(path)!);
        await using var host = await IngestHost.StartAsync();
        await host.ApplyAsync(("bad", server.Url(name)), ("good", $"file:{await Footage.PlainAsync()}"));
        await host.UntilAsync(() => host.State("bad").LastError is not null, "the end");
        await host.UntilSegmentsAsync("good", 2);
        // The pictures of footage that lost packets are damaged in the source already: ffprobe says so of both.
        var reels = await host.ReelsAsync("bad", checkPictures: name != "car-loss1pct.ts");
        var good = Assert.Single(await host.ReelsAsync("good"));
        // Its own end is up to a frame of audio later than that of its pictures.
        Compare.Steady(await Probe.VideoAsync(good), 40_000, 22_000);
        var packets = 0;
        foreach (var reel in reels) packets += (await Probe.VideoAsync(reel)).Length;
        var source = (await Probe.VideoAsync(path)).Length;
        Assert.InRange(packets, source * 3 / 4, source * 2);
        if (name == "car-reschange-discont.ts") Assert.True(host.Kept("bad").Reels.Select(r => r.Tracks.Lead.Width).Distinct().Count() > 1, "one size only");
        if (name != "car-60s-pts33bit-wrap.ts") return;
        // The wrap of 33 bits, 17 s in, is no event at all.
        foreach (var reel in reels) Compare.Steady(await Probe.VideoAsync(reel), 40_000, 1_100);
    }

    [Fact]
    public async Task A_file_whose_size_changes_is_played_in_real_time_on_both_sides_of_the_change()
    {
        var path = Footage.Shared("media/derived/car-reschange-discont.ts");
        await using var host = await IngestHost.StartAsync();
        await host.ApplyAsync(("cam", $"file:{path}"));
        await host.UntilAsync(() => host.Packets("cam") > 0 && host.Kept("cam").Reels.Select(r => r.Tracks.Lead.Width).Distinct().Count() > 1, "another size");
        await host.UntilAsync(() => host.Kept("cam").Reels[^1].Index.Count >= 1, "a segment of the other size");
        await host.ReelsAsync("cam");
        var reels = host.Kept("cam").Reels;
        Assert.True(reels[^1].Header.Discontinuity);
        Assert.NotEqual(reels[0].Header.InitNumber, reels[^1].Header.InitNumber);
    }
}
