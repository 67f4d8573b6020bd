using TimeShift.Ingest.Tests.Host;

namespace TimeShift.Ingest.Tests;

/// <summary>Publishers that push, from their socket to the reel.</summary>
public sealed class RtmpPushTests
{
    private const double Millisecond = 1_100;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ffmpeg(bool bFrames)
    {
        var clip = bFrames ? await Footage.BFramesAsync() : await Footage.PlainAsync();
        await using var host = await IngestHost.StartAsync();
        await Tool.FfmpegAsync($"-re -i {clip} -c copy -f flv rtmp://127.0.0.1:{host.RtmpPort}/live/cam");
        await host.UntilSegmentsAsync("live/cam", 2);
        var reel = Assert.Single(await host.ReelsAsync("live/cam"));
        await Probe.DecodableAsync(reel);
        var (video, audio) = (await Probe.VideoAsync(clip), await Probe.AudioAsync(clip));
        Compare.Run(video, await Probe.VideoAsync(reel), Millisecond);
        Compare.Run(audio, await Probe.AudioAsync(reel), Millisecond);
        Assert.Equal(video.Length, (await Probe.VideoAsync(reel)).Length);
        Assert.Equal(audio.Length, (await Probe.AudioAsync(reel)).Length);
    }

    [Fact]
    public async Task GStreamer()
    {
        await using var host = await IngestHost.StartAsync();
        using var publisher = Tool.Start("gst-launch-1.0", [.. (
            "-q videotestsrc is-live=true num-buffers=90 ! video/x-raw,width=320,height=180,framerate=25/1 ! x264enc tune=zerolatency speed-preset=ultrafast key-int-max=25 ! h264parse"
            + $" ! flvmux name=m streamable=true ! rtmp2sink location=rtmp://127.0.0.1:{host.RtmpPort}/live/gst"
            + " audiotestsrc is-live=true num-buffers=150 ! avenc_aac ! aacparse ! m.").Split(' ')]);
        await host.UntilSegmentsAsync("live/gst", 2);
        await publisher.EndAsync();
        var reel = Assert.Single(await host.ReelsAsync("live/gst"));
        await Probe.DecodableAsync(reel);
        // A live pipeline on a busy machine skips frames: what is sure is that times grow, and how long it all lasts.
        var video = await Probe.VideoAsync(reel);
        for (var i = 1; i < video.Length; i++) Assert.True(video[i].Dts > video[i - 1].Dts, $"packet {i}: {video[i]} after {video[i - 1]}");
        Assert.InRange(video[^1].Dts - video[0].Dts, 89 * 40_000 - 2 * 40_000, 2 * 89 * 40_000);
    }

    [Fact]
    public async Task A_publisher_that_is_killed_and_comes_back_goes_on_with_its_timeline()
    {
        await using var host = await IngestHost.StartAsync();
        for (var round = 1; round <= 2; round++)
        {
            using var publisher = Tool.Ffmpeg($"-re -i {await Footage.LongAsync()} -c copy -f flv rtmp://127.0.0.1:{host.RtmpPort}/live/cam");
            await host.UntilSegmentsAsync("live/cam", round * 2);
            await publisher.KillAsync();
            await host.UntilAsync(() => host.Hub.Streams.All(s => s.Publisher is null), "the publisher's end");
        }

        Assert.Equal(2, (await host.ReelsAsync("live/cam")).Length);
        var reels = host.Kept("live/cam").Reels;
        Assert.Equal(reels[0].FirstNumber + reels[0].Index.Count, reels[1].FirstNumber);
        Assert.True(reels[1].Header.Discontinuity);
        Assert.True(reels[1].Segment(0).Start >= reels[0].End);
    }

    [Fact]
    public async Task Numbers_and_time_go_on_over_a_restart_of_the_program()
    {
        var folder = Directory.CreateTempSubdirectory("timeshift-ingest-").FullName;
        for (var run = 1; run <= 2; run++)
        {
            await using var host = await IngestHost.StartAsync(folder);
            await Tool.FfmpegAsync($"-i {await Footage.PlainAsync()} -c copy -f flv rtmp://127.0.0.1:{host.RtmpPort}/live/cam");
            await host.UntilSegmentsAsync("live/cam", run * 2);
            Assert.Equal(run, (await host.ReelsAsync("live/cam")).Length);
            var reels = host.Kept("live/cam").Reels;
            if (run == 1) continue;
            Assert.Equal(reels[0].FirstNumber + reels[0].Index.Count, reels[1].FirstNumber);
            Assert.True(reels[1].Segment(0).Start >= reels[0].End);
        }

        Directory.Delete(folder, recursive: true);
    }
}
