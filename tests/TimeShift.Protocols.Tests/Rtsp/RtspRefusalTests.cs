using System.Diagnostics;
using System.Text;
using TimeShift.Protocols.Rtsp;
using static TimeShift.Protocols.Tests.Rtsp.RtspMedia;

namespace TimeShift.Protocols.Tests.Rtsp;

/// <summary>Every way to fail ends the session, soon, and says why.</summary>
public sealed class RtspRefusalTests
{
    private readonly PullHost _host = new() { Options = new RtspPullOptions { OpenTimeout = TimeSpan.FromSeconds(2), ReadTimeout = TimeSpan.FromSeconds(2) } };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("DESCRIBE", "404 Not Found", RtspFault.NotFound)]
    [InlineData("DESCRIBE", "403 Forbidden", RtspFault.AuthenticationFailed)]
    [InlineData("DESCRIBE", "503 Service Unavailable", RtspFault.Refused)]
    [InlineData("SETUP", "461 Unsupported Transport", RtspFault.Unsupported)]
    [InlineData("SETUP", "454 Session Not Found", RtspFault.Refused)]
    [InlineData("PLAY", "454 Session Not Found", RtspFault.Refused)]
    public async Task A_status_is_named_with_the_request_it_answers(string method, string status, RtspFault fault)
    {
        await using var camera = new ScriptedCamera { Answer = r => r.Method == method ? status + "\r\n" : null };
        var end = await _host.PullAsync(camera.Url, Cancel);
        Assert.Equal(fault, end.Fault);
        Assert.Contains($"answers {method} with {status}", end.Reason, StringComparison.Ordinal);
        Assert.False(end.HadMedia);
    }

    [Fact]
    public async Task A_server_that_does_not_know_OPTIONS_is_played_all_the_same()
    {
        await using var camera = new ScriptedCamera { Answer = r => r.Method == "OPTIONS" ? "501 Not Implemented\r\n" : null };
        Assert.Equal(RtspFault.Finished, (await _host.PlayAsync(camera, Video(0, 5))).Fault);
        Assert.Equal(5, _host.Sink.Video.Length);
    }

    [Theory]
    [InlineData("m=video 0 RTP/AVP 26\r\n", "JPEG")]
    [InlineData("m=audio 0 RTP/AVP 9\r\n", "G722")]
    [InlineData("m=audio 0 RTP/AVP 98\r\na=rtpmap:98 PCMA/8000/99\r\n", "PCMA")]
    [InlineData("m=application 0 RTP/AVP 107\r\n", "no video and no audio")]
    [InlineData("m=audio 0 RTP/AVP 97\r\na=rtpmap:97 MP4A-LATM/48000/2\r\n", "MP4A-LATM")]
    [InlineData("m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=fmtp:96 packetization-mode=2\r\n", "H264")]
    public async Task What_is_not_carried_is_named(string media, string name)
    {
        await using var camera = new ScriptedCamera { Sdp = "v=0\r\n" + media };
        var end = await _host.PullAsync(camera.Url, Cancel);
        Assert.Equal(RtspFault.Unsupported, end.Fault);
        Assert.Contains(name, end.Reason, StringComparison.Ordinal);
        Assert.Equal(0, camera.Count("SETUP"));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n")]
    [InlineData("RTSP/1.0 200 OK\r\nContent-Length: 123456789\r\n\r\n")]
    public async Task What_is_no_RTSP_is_a_fault_of_the_protocol(string answer)
    {
        await using var camera = new ScriptedCamera { Answer = r => r.Method == "DESCRIBE" ? "" : null };
        // Instead of the answer, in the reader's own time.
        camera.Answer = r => r.Method != "DESCRIBE" ? null : answer.StartsWith("RTSP/1.0 ", StringComparison.Ordinal) ? answer[9..] : $"200 OK\r\nContent-Length: 2\r\n\r\nxy{answer}";
        Assert.Equal(RtspFault.Protocol, (await _host.PullAsync(camera.Url, Cancel)).Fault);
    }

    [Fact]
    public async Task Nothing_but_garbage_is_a_fault_of_the_protocol()
    {
        await using var camera = new ScriptedCamera();
        var garbage = new byte[600_000];
        Array.Fill(garbage, (byte)0x7F);
        var end = await _host.PlayAsync(camera, [garbage]);
        Assert.Equal((RtspFault.Protocol, false), (end.Fault, end.HadMedia));
    }

    [Fact]
    public async Task A_head_without_an_end_is_a_fault_of_the_protocol()
    {
        await using var camera = new ScriptedCamera();
        var end = await _host.PlayAsync(camera, [Encoding.ASCII.GetBytes("OPTIONS * RTSP/1.0\r\nX: " + new string('x', 200_000))]);
        Assert.Equal(RtspFault.Protocol, end.Fault);
    }

    [Fact]
    public async Task A_redirection_is_followed()
    {
        await using var camera = new ScriptedCamera();
        await using var first = new ScriptedCamera { Answer = r => r.Method == "DESCRIBE" ? $"302 Moved Temporarily\r\nLocation: {camera.Url}\r\n" : null };
        camera.ClosesAfterPlay = true;
        camera.Play = async (stream, stop) => await stream.WriteAsync((byte[])[.. Video(0, 5).SelectMany(f => f)], stop);
        Assert.Equal(RtspFault.Finished, (await _host.PullAsync(first.Url, Cancel)).Fault);
        Assert.Equal(5, _host.Sink.Video.Length);
    }

    [Fact]
    public async Task Redirections_in_a_circle_end()
    {
        await using var camera = new ScriptedCamera();
        camera.Answer = r => r.Method == "DESCRIBE" ? $"301 Moved Permanently\r\nLocation: {camera.Url}\r\n" : null;
        var end = await _host.PullAsync(camera.Url, Cancel);
        Assert.Equal(RtspFault.Refused, end.Fault);
        Assert.Contains("redirects more than 5 times", end.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_there_is_said_at_once()
    {
        var end = await _host.PullAsync($"rtsp://user:{PullHost.Password}@127.0.0.1:{PullHost.ClosedPort()}/x", Cancel);
        Assert.Equal(RtspFault.ConnectFailed, end.Fault);
        Assert.Contains("cannot be connected to", end.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("OPTIONS")]
    [InlineData("SETUP")]
    [InlineData("PLAY")]
    public async Task An_answer_that_does_not_come_is_missed(string method)
    {
        await using var camera = new ScriptedCamera { Answer = r => r.Method == method ? "" : null };
        var end = await _host.PullAsync(camera.Url, Cancel);
        Assert.Equal(RtspFault.Timeout, end.Fault);
        Assert.Contains("did not answer with media within 2 s", end.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(5, true)]
    public async Task Silence_after_PLAY_ends_the_session(int pictures, bool hadMedia)
    {
        await using var camera = new ScriptedCamera { Play = async (stream, stop) => await stream.WriteAsync((byte[])[.. Video(0, pictures).SelectMany(f => f)], stop) };
        var end = await _host.PullAsync(camera.Url, Cancel);
        Assert.Equal((RtspFault.Timeout, hadMedia), (end.Fault, end.HadMedia));
        Assert.Contains("has sent nothing for 2 s", end.Reason, StringComparison.Ordinal);
        Assert.Equal(pictures, _host.Sink.Video.Length);
    }

    [Theory]
    [InlineData("OPTIONS")]
    [InlineData("DESCRIBE")]
    [InlineData("PLAY")]
    [InlineData("")]
    public async Task Any_wait_ends_within_a_second_of_cancellation(string silentAt)
    {
        var host = new PullHost();
        await using var camera = new ScriptedCamera { Answer = r => r.Method == silentAt ? "" : null };
        using var stop = new CancellationTokenSource();
        var pull = host.PullAsync(camera.Url, stop.Token);
        await Tests.Rtmp.Eventually.TrueAsync(() => camera.Count(silentAt.Length > 0 ? silentAt : "PLAY") > 0, "it waits");
        var cancelled = Stopwatch.GetTimestamp();
        await stop.CancelAsync();
        Assert.Equal(RtspFault.Stopped, (await pull).Fault);
        Assert.InRange(Stopwatch.GetElapsedTime(cancelled).TotalSeconds, 0, 1);
    }

    [Fact]
    public async Task A_stopped_session_says_good_bye_to_the_camera()
    {
        var host = new PullHost();
        await using var camera = new ScriptedCamera { Play = async (stream, stop) => await stream.WriteAsync((byte[])[.. Video(0, 5).SelectMany(f => f)], stop) };
        using var stop = new CancellationTokenSource();
        var pull = host.PullAsync(camera.Url, stop.Token);
        await host.Sink.UntilAsync(s => s.Video.Length == 5);
        await stop.CancelAsync();
        await pull;
        await Tests.Rtmp.Eventually.TrueAsync(() => camera.Count("TEARDOWN") == 1, "TEARDOWN comes");
        Assert.Equal([Core.Hub.StreamEnd.Stopped], host.Sink.Ends);
    }
}
