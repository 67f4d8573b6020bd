using TimeShift.Ingest.Tests.Host;

namespace TimeShift.Ingest.Tests.Sources;

/// <summary>Files of every kind, looped in real time: what is recorded is what went in, packet for packet, over the loop point too.</summary>
public sealed class FileSourceTests
{
    private const double Tick90k = 12;
    private const double Millisecond = 1_050;

    [Fact]
    public async Task Mp4_with_H264_and_AAC() => await LoopAsync(await Footage.PlainAsync(), Tick90k);

    [Fact]
    public async Task Mp4_with_B_frames() => await LoopAsync(await Footage.BFramesAsync(), 60);

    [Fact]
    public async Task Mp4_with_HEVC() => await LoopAsync(await Footage.HevcAsync(), 60, hevc: true);

    [Fact]
    public async Task Mp4_with_AV1() => await LoopAsync(await Footage.Av1Async(), 60);

    [Fact]
    public async Task Flv_with_B_frames() => await LoopAsync(await Footage.BFramesAsync("flv"), Millisecond);

    [Fact]
    public async Task Mpeg_ts_with_B_frames()
    {
        var ts = await Footage.BFramesAsync("ts");
        await LoopAsync(ts, Millisecond, compareWith: await Footage.AsMp4Async(ts));
    }

    [Fact]
    public async Task Mpeg_ts_with_HEVC()
    {
        var ts = await Footage.HevcAsync("ts");
        await LoopAsync(ts, Millisecond, compareWith: await Footage.AsMp4Async(ts, hevc: true));
    }

    [Fact]
    public async Task Mkv_with_G711()
    {
        var clip = await Footage.G711Async();
        await using var host = await IngestHost.StartAsync();
        await host.ApplyAsync(("cam", $"file:{clip}"));
        await host.UntilSegmentsAsync("cam", 5);
        var reel = Assert.Single(await host.ReelsAsync("cam"));
        await Probe.DecodableAsync(reel);
        Compare.Run(await Probe.VideoAsync(clip), await Probe.VideoAsync(reel), Millisecond, loop: 40_000);
        // Matroska's milliseconds do not say the length of a packet, its bytes do.
        var audio = await Probe.AudioAsync(reel);
        Assert.All(audio.SkipLast(1).Zip(audio.Skip(1)), p => Assert.InRange(p.Second.Dts - p.First.Dts - p.First.Size * 125, -1, 1));
        await SoundOf.AssertLoopAsync(clip, reel);
        Assert.DoesNotContain(host.Log, l => l.StartsWith("4004 ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Mkv_with_linear_PCM_goes_on_with_video_alone_and_one_warning()
    {
        var clip = await Footage.PcmAsync();
        await using var host = await IngestHost.StartAsync();
        await host.ApplyAsync(("cam", $"file:{clip}"));
        await host.UntilSegmentsAsync("cam", 2);
        var reel = Assert.Single(await host.ReelsAsync("cam"));
        Assert.Empty(await Probe.AudioAsync(reel));
        Compare.Run(await Probe.VideoAsync(clip), await Probe.VideoAsync(reel), Millisecond, loop: 40_000);
        Assert.Single(host.Log, l => l.StartsWith("4004 Warning", StringComparison.Ordinal) && l.Contains("pcm_s16le", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_named_in_the_state_and_tried_again()
    {
        await using var host = await IngestHost.StartAsync();
        await host.ApplyAsync(("cam", "file:/nowhere/clip.mp4"));
        await host.UntilAsync(() => host.State("cam") is { LastError: { } e, Sessions: >= 2 } && e.Contains("/nowhere/clip.mp4", StringComparison.Ordinal), "a second try");
    }

    [Fact]
    public async Task A_file_of_garbage_is_refused_with_a_reason()
    {
        await using var host = await IngestHost.StartAsync();
        var path = Path.Combine(host.Folder, "garbage.mp4");
        var bytes = new byte[100_000];
        new Random(3).NextBytes(bytes);
        await File.WriteAllBytesAsync(path, bytes);
        await host.ApplyAsync(("cam", $"file:{path}"));
        await host.UntilAsync(() => host.State("cam").LastError is not null, "an error");
        Assert.Equal(0, host.Packets("cam"));
    }

    // The clip has 2 s; five segments of one second reach over two loop points.
    private static async Task LoopAsync(string clip, double tolerance, string? compareWith = null, bool hevc = false)
    {
        await using var host = await IngestHost.StartAsync();
        await host.ApplyAsync(("cam", $"file:{clip}"));
        await host.UntilSegmentsAsync("cam", 5);
        var reel = Assert.Single(await host.ReelsAsync("cam"));
        await Probe.DecodableAsync(reel);
        compareWith ??= clip;
        var (video, audio) = (await Probe.VideoAsync(compareWith), await Probe.AudioAsync(compareWith));
        // A round is as long as what is shown in it.
        ProbedPacket[] all = [.. video, .. audio];
        var round = all.Max(p => p.Pts + p.Duration) - all.Min(p => p.Pts);
        Compare.Run(video, await Probe.VideoAsync(reel), tolerance, loop: round - (video[^1].Dts - video[0].Dts));
        Compare.Run(audio, await Probe.AudioAsync(reel), Math.Max(tolerance, 2_100), loop: round - (audio[^1].Dts - audio[0].Dts));
        if (hevc) Assert.Contains("hvc1", (await Tool.RunAsync("ffprobe", "-v", "error", "-show_streams", reel)).Output, StringComparison.Ordinal);
    }
}
