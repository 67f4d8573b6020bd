using System.Buffers.Binary;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using TimeShift.Protocols.Rtsp;
using TimeShift.Protocols.Tests.Rtmp;
using static TimeShift.Protocols.Tests.Rtsp.RtspMedia;

namespace TimeShift.Protocols.Tests.Rtsp;

/// <summary>What goes on beside the media; on a clock of the test's own.</summary>
public sealed class RtspKeepAliveTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 22, 0, 0, 0, TimeSpan.Zero));
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource<System.Net.Sockets.NetworkStream> _stream = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ScriptedCamera _camera = new();
    private readonly PullHost _host;
    private Task<RtspEnd> _pull = Task.FromResult<RtspEnd>(null!);
    private uint _time = 1_000 + 40 * VideoStep;
    private ushort _sequence = unchecked((ushort)(65_500 + Video(0, 7).Count));

    public RtspKeepAliveTests()
    {
        _host = new PullHost { Clock = _clock };
        _camera.Play = async (stream, stop) =>
        {
            await stream.WriteAsync((byte[])[.. Video(0, 5).SelectMany(f => f)], stop);
            _stream.SetResult(stream);
        };
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _pull;
        await _camera.DisposeAsync();
        _stop.Dispose();
    }

    [Fact]
    public async Task A_session_of_20_s_is_kept_by_a_question_each_10_s()
    {
        await StartAsync();
        await PassAsync(9);
        Assert.Equal(0, _camera.Count("GET_PARAMETER"));
        await PassAsync(1);
        await Eventually.TrueAsync(() => _camera.Count("GET_PARAMETER") == 1, "the first question");
        await PassAsync(10);
        await Eventually.TrueAsync(() => _camera.Count("GET_PARAMETER") == 2, "the second question");
        Assert.Equal("1234", _camera.Requests.Last()["Session"]);
    }

    [Fact]
    public async Task Where_GET_PARAMETER_is_refused_OPTIONS_does()
    {
        _camera.Answer = r => r.Method == "GET_PARAMETER" ? "405 Method Not Allowed\r\n" : null;
        await StartAsync();
        await PassAsync(10);
        await Eventually.TrueAsync(() => _camera.Count("GET_PARAMETER") == 1, "the first question");
        await PassAsync(10);
        await Eventually.TrueAsync(() => _camera.Count("OPTIONS") == 2, "the second question");
    }

    [Fact]
    public async Task A_session_that_the_server_forgot_ends()
    {
        _camera.Answer = r => r.Method == "GET_PARAMETER" ? "454 Session Not Found\r\n" : null;
        await StartAsync();
        await PassAsync(10);
        Assert.Contains("454", (await _pull).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silence_is_measured_in_media_and_not_in_answers()
    {
        await StartAsync();
        for (var i = 0; i < 11; i++) _clock.Advance(TimeSpan.FromSeconds(1));
        var end = await _pull;
        Assert.Equal((RtspFault.Timeout, true), (end.Fault, end.HadMedia));
        Assert.Contains("has sent nothing for 10 s", end.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_camera_is_told_what_came_and_what_did_not()
    {
        await StartAsync();
        var stream = await _stream.Task;
        await stream.WriteAsync(SenderReport(1, 7, 1_800_000_000_000_000, 1_000));
        var sent = Video(0, 7).Count;
        await stream.WriteAsync((byte[])[.. Video(6, 7).SelectMany(f => f)]);
        var lost = Video(5, 6).Count;
        await _host.Sink.UntilAsync(s => s.Video.Length == 6);
        await PassAsync(5);
        await Eventually.TrueAsync(() => !_camera.Packets.IsEmpty, "a report");
        var (channel, report) = _camera.Packets.First();
        Assert.Equal((1, 201, 7u), (channel, report[1], BinaryPrimitives.ReadUInt32BigEndian(report.AsSpan(8))));
        Assert.Equal((uint)lost, BinaryPrimitives.ReadUInt32BigEndian(report.AsSpan(12)) & 0xFFFFFF);
        // Five more pictures came while time passed.
        Assert.Equal((uint)(65_500 + sent - 1 + 5), BinaryPrimitives.ReadUInt32BigEndian(report.AsSpan(16)));
        Assert.NotEqual(0u, BinaryPrimitives.ReadUInt32BigEndian(report.AsSpan(24)));
    }

    [Theory]
    [InlineData("OPTIONS", "RTSP/1.0 200 OK", null)]
    [InlineData("ANNOUNCE", "RTSP/1.0 200 OK", null)]
    [InlineData("RECORD", "RTSP/1.0 501 Not Implemented", null)]
    [InlineData("TEARDOWN", "RTSP/1.0 200 OK", "TEARDOWN")]
    public async Task The_servers_own_requests_are_answered(string method, string answer, string? reason)
    {
        await StartAsync();
        await (await _stream.Task).WriteAsync(Encoding.ASCII.GetBytes($"{method} {_camera.Url} RTSP/1.0\r\nCSeq: 1\r\nContent-Length: 3\r\n\r\nabc"));
        await Eventually.TrueAsync(() => _camera.Answers.Contains(answer), answer);
        if (reason is null) Assert.False(_pull.IsCompleted);
        else Assert.Contains(reason, (await _pull).Reason, StringComparison.Ordinal);
    }

    private async Task StartAsync()
    {
        _pull = _host.PullAsync(_camera.Url, _stop.Token);
        await _host.Sink.UntilAsync(s => s.Video.Length == 5);
        await _stream.Task;
    }

    // A second at a time, with a picture in each, as the session's timer counts seconds.
    private async Task PassAsync(int seconds)
    {
        var stream = await _stream.Task;
        for (var i = 0; i < seconds; i++)
        {
            var packets = _host.Sink.Packets.Length;
            _time += VideoStep;
            await stream.WriteAsync(Frame(0, TimeShift.Formats.Tests.Rtp.RtpPackets.Packet(_sequence++, _time, true, [0x41, 0x9A, 1])));
            await _host.Sink.UntilAsync(s => s.Packets.Length > packets);
            _clock.Advance(TimeSpan.FromSeconds(1));
        }
    }
}
