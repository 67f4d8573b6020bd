using TimeShift.Ingest.Tests.Host;

namespace TimeShift.Ingest.Tests.Sources;

/// <summary>Protocols that carry a container, from local servers.</summary>
public sealed class NetworkSourceTests
{
    private const double Millisecond = 1_100;

    [Fact]
    public async Task Srt()
    {
        var port = IngestHost.FreePort();
        using var sender = Tool.Ffmpeg($"-re -i {await Footage.LongAsync()} -c copy -f mpegts srt://127.0.0.1:{port}?mode=listener");
        await RecordAsync($"srt://127.0.0.1:{port}?mode=caller", await Footage.LongAsync(), isLive: true);
    }

    [Fact]
    public async Task Mpeg_ts_over_udp()
    {
        var port = IngestHost.FreePort();
        using var sender = Tool.Ffmpeg($"-re -i {await Footage.LongAsync()} -c copy -f mpegts udp://127.0.0.1:{port}?pkt_size=1316");
        await RecordAsync($"udp://127.0.0.1:{port}", await Footage.LongAsync(), isLive: true);
    }

    [Fact]
    public async Task Rtmp_pull()
    {
        var port = IngestHost.FreePort();
        using var sender = Tool.Ffmpeg($"-re -i {await Footage.LongBFramesAsync()} -c copy -f flv -listen 1 rtmp://127.0.0.1:{port}/live/cam");
        await RecordAsync($"rtmp://127.0.0.1:{port}/live/cam", await Footage.LongBFramesAsync(), isLive: true);
    }

    [Theory]
    [InlineData("flv")]
    [InlineData("ts")]
    [InlineData("mp4")]
    public async Task Http(string container)
    {
        var clip = container == "mp4"
            ? await Footage.MakeAsync("fragmented.mp4", $"-i {await Footage.BFramesAsync()} -c copy -movflags frag_keyframe+empty_moov+default_base_moof")
            : await Footage.BFramesAsync(container);
        using var server = new OneShotServer(Path.GetDirectoryName(clip)!);
        await RecordAsync(server.Url(Path.GetFileName(clip)), container == "ts" ? await Footage.AsMp4Async(clip) : clip, isLive: false);
    }

    [Fact]
    public async Task Http_with_HLS()
    {
        var folder = Directory.CreateTempSubdirectory("timeshift-hls-").FullName;
        var clip = await Footage.BFramesAsync();
        await Tool.FfmpegAsync($"-i {clip} -c copy -f hls -hls_time 1 -hls_list_size 0 {folder}/index.m3u8");
        using var server = new OneShotServer(folder);
        await RecordAsync(server.Url("index.m3u8"), clip, isLive: false);
        Directory.Delete(folder, recursive: true);
    }

    private static async Task RecordAsync(string url, string clip, bool isLive)
    {
        await using var host = await IngestHost.StartAsync();
        await host.ApplyAsync(("cam", url));
        await host.UntilSegmentsAsync("cam", 2);
        if (!isLive) await host.UntilAsync(() => host.State("cam").LastError == "the source ended", "the end");
        var reel = (await host.ReelsAsync("cam"))[0];
        await Probe.DecodableAsync(reel);
        var (video, audio) = (await Probe.VideoAsync(reel), await Probe.AudioAsync(reel));
        Compare.Run(await Probe.VideoAsync(clip), video, Millisecond);
        Compare.Run(await Probe.AudioAsync(clip), audio, Millisecond);
        if (isLive) return;
        Assert.Equal((await Probe.VideoAsync(clip)).Length, video.Length);
        Assert.Equal((await Probe.AudioAsync(clip)).Length, audio.Length);
    }
}
