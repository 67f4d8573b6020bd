using System.Net;
using System.Net.Sockets;
using System.Text;
using TimeShift.Ingest.Sources;
using TimeShift.Ingest.Tests.Host;

namespace TimeShift.Ingest.Tests.Sources;

public sealed class RtspSourceTests
{
    // The footage has 12.5 frames a second, and groups of pictures that raise the target duration, for which a new reel begins; RTP's clock and the camera's own rounding are below a millisecond.
    private const double Tolerance = 1_100;
    private const double Frame = 80_000;

    [Fact]
    public Task H264() => RecordAsync("car-bframes-30s.mp4", expectAudio: true);

    [Fact]
    public Task H264_over_udp() => RecordAsync("car-h264-pcma-30s.mkv", expectAudio: true, parameters: "?transport=udp");

    [Fact]
    public Task H265() => RecordAsync("car-h265-30s.mp4", expectAudio: true, hevc: true);

    [Fact]
    public async Task H264_with_G711()
    {
        var host = await RecordAsync("car-h264-pcma-30s.mkv", expectAudio: true);
        Assert.DoesNotContain(host.Log, l => l.StartsWith("3020 ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Digest_with_the_right_password_plays_and_says_the_password_nowhere()
    {
        using var camera = await Camera.StartAsync("car-h264-pcma-30s.mkv", "--user", "admin", "--password", "s3cr3t-right", "--digest");
        await using var host = await IngestHost.StartAsync();
        await host.ApplyAsync(("cam", camera.Url.Replace("rtsp://", "rtsp://admin:s3cr3t-right@", StringComparison.Ordinal)));
        await host.UntilSegmentsAsync("cam", 1);
        await host.ReelsAsync("cam");
        Assert.DoesNotContain("s3cr3t-right", host.Said() + string.Join('\n', IngestHost.FFmpegLog), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Basic_authentication_plays_H265_too()
    {
        using var camera = await Camera.StartAsync("car-h265-30s.mp4", "--user", "admin", "--password", "s3cr3t-right");
        await using var host = await IngestHost.StartAsync();
        await host.ApplyAsync(("cam", camera.Url.Replace("rtsp://", "rtsp://admin:s3cr3t-right@", StringComparison.Ordinal)));
        await host.UntilSegmentsAsync("cam", 1);
        await host.ReelsAsync("cam");
        Assert.DoesNotContain("s3cr3t-right", host.Said(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_puller_does_not_carry_is_left_to_libavformat_with_one_line()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        _ = ServeLatmAsync(listener);
        await using var host = await IngestHost.StartAsync();
        await host.ApplyAsync(("cam", $"rtsp://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/cam"));
        await host.UntilAsync(() => host.State("cam") is { Phase: SourcePhase.Waiting, LastError: not null }, "libavformat's failure");
        var line = Assert.Single(host.Log, l => l.StartsWith("4008 ", StringComparison.Ordinal));
        Assert.Contains("MP4A-LATM", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_breaks_the_protocol_is_tried_by_libavformat_the_next_time()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        _ = ServeAsync(listener, _ => "HTTP/1.1 200 OK\r\n\r\n");
        await using var host = await IngestHost.StartAsync();
        await host.ApplyAsync(("cam", $"rtsp://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/cam"));
        await host.UntilAsync(() => host.State("cam") is { Sessions: >= 2, Phase: SourcePhase.Waiting }, "two tries");
        Assert.Contains(host.Log, l => l.StartsWith("4009 ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Digest_with_a_wrong_password_says_so_and_the_password_nowhere()
    {
        using var camera = await Camera.StartAsync("car-h264-pcma-30s.mkv", "--user", "admin", "--password", "right", "--digest");
        await using var host = await IngestHost.StartAsync();
        await host.ApplyAsync(("cam", camera.Url.Replace("rtsp://", "rtsp://admin:s3cr3t-wrong@", StringComparison.Ordinal)));
        await host.UntilAsync(() => host.State("cam") is { Phase: SourcePhase.Waiting, LastError: not null, NextTry: not null }, "a failed try");
        Assert.Contains("401", host.State("cam").LastError, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t-wrong", host.Said() + string.Join('\n', IngestHost.FFmpegLog), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_camera_that_drops_its_clients_is_called_again_and_numbers_go_on()
    {
        using var camera = await Camera.StartAsync("car-h264-pcma-30s.mkv", "--drop", "3");
        await using var host = await IngestHost.StartAsync();
        await host.ApplyAsync(("cam", camera.Url));
        await host.UntilAsync(() => host.Packets("cam") > 0 && host.Kept("cam").Reels.Count(r => r.Index.Count > 0) >= 2, "a second reel");
        await ContinuesAsync(host);
    }

    [Fact]
    public async Task A_camera_that_dies_and_comes_back_goes_on_with_its_timeline()
    {
        using var camera = await Camera.StartAsync("car-h264-pcma-30s.mkv");
        await using var host = await IngestHost.StartAsync();
        await host.ApplyAsync(("cam", camera.Url));
        await host.UntilSegmentsAsync("cam", 1);
        await camera.DieAsync();
        await host.UntilAsync(() => host.State("cam").LastError is not null, "that it is missed");
        await camera.RestartAsync();
        await host.UntilAsync(() => host.Packets("cam") > 0 && host.Kept("cam").Reels.Count(r => r.Index.Count > 0) >= 2, "a second reel");
        await ContinuesAsync(host);
    }

    [Fact]
    public async Task Jumps_of_the_cameras_clock_are_mended()
    {
        using var camera = await Camera.StartAsync("car-h264-pcma-30s.mkv", "--jump", "3:10", "--jump", "6:-10");
        await using var host = await IngestHost.StartAsync();
        await host.ApplyAsync(("cam", camera.Url));
        await host.UntilPacketsAsync("cam", 225);
        Assert.Single(host.Log, l => l.StartsWith("1002 ", StringComparison.Ordinal));
        Compare.Steady(await VideoAsync(host, await host.ReelsAsync("cam")), Frame, Tolerance);
    }

    [Fact]
    public async Task A_camera_that_stalls_leaves_no_broken_reel()
    {
        using var camera = await Camera.StartAsync("car-h264-pcma-30s.mkv", "--stall", "3:4");
        await using var host = await IngestHost.StartAsync();
        await host.ApplyAsync(("cam", camera.Url));
        await host.UntilPacketsAsync("cam", 125);
        await ContinuesAsync(host);
    }

    [Fact]
    public async Task Audio_that_falls_silent_takes_no_video_with_it()
    {
        using var camera = await Camera.StartAsync("car-bframes-30s.mp4", "--noaudio", "2");
        await using var host = await IngestHost.StartAsync();
        await host.ApplyAsync(("cam", camera.Url));
        await host.UntilAsync(() => host.Packets("cam") > 320, "more packets");
        foreach (var reel in await PicturesAsync(host)) Compare.Steady(await Probe.VideoAsync(reel), Frame, Tolerance);
    }

    /// <summary>Stops all; the reels that hold pictures. A camera that is joined far from its next key frame is heard before it is seen, in a reel of its own.</summary>
    private static async Task<string[]> PicturesAsync(IngestHost host)
    {
        var reels = await host.ReelsAsync("cam", checkPictures: false);
        if ((await Probe.VideoAsync(reels[0])).Length == 0) reels = reels[1..];
        Assert.NotEmpty(reels);
        foreach (var reel in reels) await Probe.CleanAsync(reel);
        return reels;
    }

    private static Task<ProbedPacket[]> VideoAsync(IngestHost host, string[] reels) => PacketsAsync(host, reels, Probe.VideoAsync);

    private static Task ServeLatmAsync(TcpListener listener)
    {
        const string Sdp = "v=0\r\ns=-\r\nm=audio 0 RTP/AVP 97\r\na=rtpmap:97 MP4A-LATM/48000/2\r\na=control:1\r\n";
        return ServeAsync(listener, request => request.StartsWith("DESCRIBE", StringComparison.Ordinal) ? $"RTSP/1.0 200 OK\r\nCSEQ\r\nContent-Type: application/sdp\r\nContent-Length: {Sdp.Length}\r\n\r\n{Sdp}"
            : request.StartsWith("OPTIONS", StringComparison.Ordinal) ? "RTSP/1.0 200 OK\r\nCSEQ\r\nPublic: DESCRIBE, SETUP, PLAY\r\n\r\n"
            : "RTSP/1.0 500 Internal Server Error\r\nCSEQ\r\n\r\n");
    }

    // Answers each request of each connection, with its own CSeq.
    private static async Task ServeAsync(TcpListener listener, Func<string, string> answer)
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync();
                var buffer = new byte[16 << 10];
                while (await client.GetStream().ReadAsync(buffer) is var count and > 0)
                {
                    var request = Encoding.ASCII.GetString(buffer, 0, count);
                    var sequence = request.Split("\r\n").First(l => l.StartsWith("CSeq", StringComparison.Ordinal));
                    await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(answer(request).Replace("CSEQ", sequence, StringComparison.Ordinal)));
                }
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    /// <summary>Media time goes on from reel to reel within an epoch.</summary>
    private static async Task<ProbedPacket[]> PacketsAsync(IngestHost host, string[] reels, Func<string, Task<ProbedPacket[]>> probe)
    {
        var packets = new List<ProbedPacket>();
        foreach (var reel in reels)
        {
            // Each file counts from an origin of its own.
            var origin = host.Kept("cam").Reels.Single(r => r.MediaPath == reel).Header.MediaOrigin;
            packets.AddRange((await probe(reel)).Select(p => p with { Dts = p.Dts + origin, Pts = p.Pts + origin }));
        }

        return [.. packets];
    }

    /// <summary>Numbers, instants and the clock go on from reel to reel.</summary>
    private static async Task ContinuesAsync(IngestHost host)
    {
        await host.ReelsAsync("cam");
        var reels = host.Kept("cam").Reels;
        for (var i = 1; i < reels.Length; i++)
        {
            var (before, after) = (reels[i - 1], reels[i]);
            Assert.Equal(before.FirstNumber + before.Index.Count, after.FirstNumber);
            Assert.True(after.Header.Discontinuity);
            Assert.True(after.Header.DiscontinuitySequence == before.Header.DiscontinuitySequence + 1);
            Assert.True(after.Segment(0).Start >= before.End, $"{after.Segment(0).Start} is before {before.End}");
        }
    }

    private static async Task<IngestHost> RecordAsync(string footage, bool expectAudio, string parameters = "", bool hevc = false)
    {
        using var camera = await Camera.StartAsync(footage);
        await using var host = await IngestHost.StartAsync();
        await host.ApplyAsync(("cam", camera.Url + parameters));
        await host.UntilAsync(() => host.Segments("cam") >= 2 && host.Kept("cam").Reels[^1].Index.Count > 0, "two segments");
        var reels = await PicturesAsync(host);
        foreach (var reel in reels) await Probe.DecodableAsync(reel);
        // The camera's parser puts parameter sets and delimiters in front of key frames; neither belongs into a sample.
        var source = await Footage.AsMp4Async(Footage.Shared($"media/derived/{footage}"), hevc);
        Compare.Run(await Probe.VideoAsync(source), await VideoAsync(host, reels), Tolerance, loop: Frame);
        var audio = await PacketsAsync(host, reels, Probe.AudioAsync);
        Assert.Equal(expectAudio, audio.Length > 0);
        // The payloads of RTP are other packets than the file's.
        if (footage.Contains("pcma", StringComparison.Ordinal)) foreach (var reel in reels) await SoundOf.AssertLoopAsync(Footage.Shared($"media/derived/{footage}"), reel);
        else if (expectAudio) Compare.Run(await Probe.AudioAsync(source), audio, Tolerance);
        return host;
    }
}
