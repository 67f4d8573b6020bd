using TimeShift.Core.Hub;
using TimeShift.Core.Media;

namespace TimeShift.Protocols.Tests.Rtmp;

/// <summary>Programs that people publish with; what comes out of the hub is what ffprobe finds in their source.</summary>
public sealed class RealPublisherTests
{
    [Fact]
    public Task Ffmpeg_with_H264_and_AAC() => PushAsync(TestMedia.PlainAsync(), "h264", "aac");

    [Fact]
    public Task Ffmpeg_with_B_frames() => PushAsync(TestMedia.BFramesAsync(), "h264", "aac");

    [Fact]
    public Task Ffmpeg_with_audio_only() => PushAsync(TestMedia.AudioOnlyAsync(), null, "aac");

    [Fact]
    public Task Ffmpeg_with_video_only() => PushAsync(TestMedia.VideoOnlyAsync(), "h264", null);

    [Fact]
    public async Task Gstreamers_rtmp2sink() => await GStreamerAsync("rtmp2sink", "");

    [Fact]
    public async Task Gstreamers_rtmpsink_which_is_librtmp() => await GStreamerAsync("rtmpsink", " live=1");

    [Fact]
    public async Task Fifty_at_once()
    {
        var source = await TestMedia.PlainAsync();
        var expected = await TestMedia.ProbeAsync(source);
        await using var host = await RtmpHost.StartAsync();
        var tools = Enumerable.Range(0, 50).Select(i => Tool.Start("ffmpeg", $"-v error -nostdin -i {source} -c copy -f flv {host.Url($"many/{i}")}")).ToList();
        foreach (var tool in tools)
        {
            Assert.Equal((0, "", ""), await tool.EndAsync());
            tool.Dispose();
        }

        for (var i = 0; i < tools.Count; i++)
        {
            var sink = host.SinkOf($"many/{i}");
            await sink.UntilAsync(s => s.Ends.Length == 1);
            AssertSame(expected, sink);
        }
    }

    [Fact]
    public async Task A_second_publisher_is_refused_and_the_first_goes_on()
    {
        var source = await TestMedia.PlainAsync();
        await using var host = await RtmpHost.StartAsync();
        var sink = host.SinkOf("live/one");
        using var first = Tool.Start("ffmpeg", $"-v error -nostdin -re -i {source} -c copy -f flv {host.Url("live/one")}");
        await sink.UntilAsync(s => s.Packets.Length > 10);
        using var second = Tool.Start("ffmpeg", $"-v error -nostdin -re -i {source} -c copy -f flv {host.Url("live/one?key=secret")}");
        var (code, _, errors) = await second.EndAsync();
        Assert.NotEqual(0, code);
        Assert.Contains("already has a publisher", errors, StringComparison.Ordinal);
        Assert.Equal(0, (await first.EndAsync()).Code);
        await sink.UntilAsync(s => s.Ends.Length == 1);
        AssertSame(await TestMedia.ProbeAsync(source), sink);
        Assert.DoesNotContain(host.Log, line => line.Contains("secret", StringComparison.Ordinal));
        await host.LineAsync("3001", "live/one", "finished");
        await host.LineAsync("3001", "refused", "already has a publisher");
    }

    [Fact]
    public async Task A_publisher_that_comes_back_begins_an_epoch_and_the_timeline_goes_on()
    {
        var source = await TestMedia.PlainAsync();
        await using var host = await RtmpHost.StartAsync();
        var sink = host.SinkOf("live/back");
        for (var round = 1; round <= 2; round++)
        {
            await Tool.RunAsync("ffmpeg", $"-v error -nostdin -i {source} -c copy -f flv {host.Url("live/back")}");
            await sink.UntilAsync(s => s.Ends.Length == round);
        }

        Assert.Equal([EpochReason.Start, EpochReason.Reconnect], sink.Epochs.Select(e => e.Reason));
        Assert.Equal([StreamEnd.Finished, StreamEnd.Finished], sink.Ends);
        Assert.Equal(2 * (await TestMedia.ProbeAsync(source)).Count, sink.Packets.Length);
    }

    [Fact]
    public async Task A_publisher_that_is_killed_is_lost()
    {
        var source = await TestMedia.PlainAsync();
        await using var host = await RtmpHost.StartAsync();
        var sink = host.SinkOf("live/killed");
        using var tool = Tool.Start("ffmpeg", $"-v error -nostdin -re -i {source} -c copy -f flv {host.Url("live/killed")}");
        await sink.UntilAsync(s => s.Packets.Length > 10);
        tool.Kill();
        await sink.UntilAsync(s => s.Ends.Length == 1);
        Assert.Equal([StreamEnd.Lost], sink.Ends);
        await host.LineAsync("3001", "live/killed", "connection");
    }

    [Fact]
    public async Task A_track_that_cannot_be_carried_is_left_out_with_one_warning()
    {
        var source = await TestMedia.Mp3Async();
        await using var host = await RtmpHost.StartAsync();
        var sink = host.SinkOf("live/mp3");
        await Tool.RunAsync("ffmpeg", $"-v error -nostdin -i {source} -c copy -f flv {host.Url("live/mp3")}");
        await sink.UntilAsync(s => s.Ends.Length == 1);
        AssertSame([.. (await TestMedia.ProbeAsync(source)).Where(p => p.IsVideo)], sink);
        Assert.Contains("MP3", Assert.Single(host.Log, line => line.Contains("left out", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_player_is_told_why_it_gets_nothing()
    {
        await using var host = await RtmpHost.StartAsync();
        using var tool = Tool.Start("ffmpeg", $"-v verbose -nostdin -i {host.Url("live/nothing")} -f null -");
        var (code, _, errors) = await tool.EndAsync();
        Assert.NotEqual(0, code);
        Assert.Contains("cannot be played over RTMP", errors, StringComparison.Ordinal);
        // As a player ffmpeg checks the digests of the complex handshake.
        Assert.DoesNotContain("validating failed", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("live?token=1", "live", "a")]
    [InlineData("a/b/c", "a/b", "c")]
    public async Task The_name_is_the_path_without_its_query(string path, string app, string key)
    {
        var source = await TestMedia.AudioOnlyAsync();
        await using var host = await RtmpHost.StartAsync();
        var url = path.Contains('?', StringComparison.Ordinal) ? host.Url($"{app}/{key}?token=1&x=y") : host.Url(path);
        await Tool.RunAsync("ffmpeg", $"-v error -nostdin -i {source} -c copy -f flv \"{url}\"");
        await host.SinkOf($"{app}/{key}").UntilAsync(s => s.Ends.Length == 1);
    }

    private static async Task GStreamerAsync(string element, string options)
    {
        var source = await TestMedia.PlainAsync();
        await using var host = await RtmpHost.StartAsync();
        var sink = host.SinkOf("gst/cam");
        await Tool.RunAsync(
            "gst-launch-1.0",
            $"-q filesrc location={source} ! flvdemux name=d flvmux name=m streamable=true ! {element} location=\"{host.Url("gst/cam")}{options}\" d.video ! queue ! h264parse ! m. d.audio ! queue ! aacparse ! m.");
        await sink.UntilAsync(s => s.Ends.Length == 1);
        AssertSame(await TestMedia.ProbeAsync(source), sink);
    }

    private static async Task PushAsync(Task<string> making, string? video, string? audio)
    {
        var source = await making;
        await using var host = await RtmpHost.StartAsync();
        var sink = host.SinkOf("live/cam");
        await Tool.RunAsync("ffmpeg", $"-v error -nostdin -i {source} -c copy -f flv {host.Url("live/cam")}");
        await sink.UntilAsync(s => s.Ends.Length == 1);
        var tracks = Assert.Single(sink.Epochs).Tracks;
        Assert.Equal(video is not null, tracks.HasVideo);
        Assert.Equal(audio is not null, tracks.Audio is not null);
        if (video is not null) Assert.Equal((320, 180, Timescale.Mpeg), (tracks.Lead.Width, tracks.Lead.Height, tracks.Lead.Timescale));
        AssertSame(await TestMedia.ProbeAsync(source), sink);
        Assert.Equal([StreamEnd.Finished], sink.Ends);
        Assert.DoesNotContain(host.Log, line => line.Contains("Warning", StringComparison.Ordinal));
    }

    private static void AssertSame(List<ProbedPacket> expected, CollectingSink sink)
    {
        var video = expected.Where(p => p.IsVideo).ToList();
        Assert.Equal(video.Select(p => p.Size), sink.Video.Select(p => p.Data.Length));
        Assert.Equal(video.Select(p => p.IsKey), sink.Video.Select(p => p.IsKey));
        Assert.Equal(Steps(video.Select(p => 90 * p.Dts)), Steps(sink.Video.Select(p => p.Dts.Ticks)));
        Assert.Equal(video.Select(p => 90 * (p.Pts - p.Dts)), sink.Video.Select(p => p.Pts.Ticks - p.Dts.Ticks));
        var audio = expected.Where(p => !p.IsVideo).ToList();
        if (sink.Audio.Length == 0 && audio.Count == 0) return;
        Assert.Equal(audio.Select(p => p.Size), sink.Audio.Select(p => p.Data.Length));
        // The milliseconds' rounding is gone: every frame is 1024 samples long.
        Assert.All(Steps(sink.Audio.Select(p => p.Dts.Ticks)), step => Assert.Equal(1024, step));
    }

    private static IEnumerable<long> Steps(IEnumerable<long> times) => times.Zip(times.Skip(1), (a, b) => b - a);
}
