using System.Text;
using TimeShift.Core.Media;
using TimeShift.Core.Packets;
using TimeShift.Protocols.Rtsp;
using static TimeShift.Protocols.Tests.Rtsp.RtspMedia;

namespace TimeShift.Protocols.Tests.Rtsp;

/// <summary>What a camera sends comes out, however it sends it.</summary>
public sealed class RtspPullTests
{
    private readonly PullHost _host = new();

    [Fact]
    public async Task Pictures_and_sound_come_out_as_they_were_sent()
    {
        await using var camera = new ScriptedCamera { Sdp = BothSdp, Answer = r => r.Method == "PLAY" ? "200 OK\r\nRTP-Info: url=x/trackID=1;rtptime=1000,url=x/trackID=2;rtptime=1000\r\n" : null };
        var end = await _host.PlayAsync(camera, [.. Video(0, 25), .. Audio(0, 40)]);
        Assert.Equal(RtspFault.Finished, end.Fault);
        Assert.Equal(Enumerable.Range(0, 25).Select(Sample), _host.Sink.Video.Select(p => p.Data));
        Assert.Equal(Enumerable.Range(0, 40).Select(Sound), _host.Sink.Audio.Select(p => p.Data));
        Assert.Equal(Enumerable.Range(0, 25).Select(n => n % 10 == 0), _host.Sink.Video.Select(p => p.IsKey));
        Assert.All(_host.Sink.Video.Zip(_host.Sink.Video.Skip(1)), p => Assert.Equal(VideoStep, p.Second.Dts.Ticks - p.First.Dts.Ticks));
        Assert.All(_host.Sink.Audio.Zip(_host.Sink.Audio.Skip(1)), p => Assert.Equal(AudioStep, p.Second.Dts.Ticks - p.First.Dts.Ticks));
        // A tick of audio is 21 µs.
        Assert.InRange(_host.Sink.Video[0].Pts.Microseconds - _host.Sink.Audio[0].Pts.Microseconds, -21, 21);
        var track = _host.Sink.Epochs.Single().Tracks.Tracks[0];
        Assert.Equal((320, 180), (track.Width, track.Height));
        Assert.Equal(1, _host.Running);
        Assert.Equal(["OPTIONS", "DESCRIBE", "SETUP", "SETUP", "PLAY"], camera.Requests.Select(r => r.Method).Where(m => m != "TEARDOWN"));
    }

    [Fact]
    public async Task Bytes_may_come_one_by_one_with_answers_and_requests_among_them()
    {
        await using var camera = new ScriptedCamera { ClosesAfterPlay = true };
        var request = Encoding.ASCII.GetBytes("OPTIONS * RTSP/1.0\r\nCSeq: 9\r\n\r\n");
        var other = Encoding.ASCII.GetBytes("RTSP/1.0 200 OK\r\nCSeq: 999\r\n\r\n");
        byte[] bytes = [.. Video(0, 2).SelectMany(f => f), .. request, .. other, .. Video(2, 4).SelectMany(f => f)];
        camera.Play = async (stream, stop) =>
        {
            foreach (var b in bytes) await stream.WriteAsync(new[] { b }, stop);
        };
        Assert.Equal(RtspFault.Finished, (await _host.PullAsync(camera.Url, TestContext.Current.CancellationToken)).Fault);
        Assert.Equal(Enumerable.Range(0, 4).Select(Sample), _host.Sink.Video.Select(p => p.Data));
    }

    [Fact]
    public async Task Lost_packets_cost_their_pictures_and_the_next_says_so()
    {
        await using var camera = new ScriptedCamera();
        var frames = Video(0, 20);
        // One packet in the middle of picture 3, and all of picture 7.
        var third = Video(0, 3).Count;
        var seventh = Video(0, 7).Count;
        var gone = Enumerable.Range(seventh, Video(0, 8).Count - seventh).Append(third + 1).ToHashSet();
        await _host.PlayAsync(camera, frames.Where((_, i) => !gone.Contains(i)));
        Assert.Equal(Enumerable.Range(0, 20).Where(n => n is not 3 and not 7).Select(Sample), _host.Sink.Video.Select(p => p.Data));
        Assert.Equal([3, 6], _host.Sink.Video.Index().Where(p => (p.Item.Flags & PacketFlags.Discontinuity) != 0).Select(p => p.Index));
        Assert.Contains($"3022 cam: {gone.Count} RTP packets", string.Join('\n', _host.Lines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("interleaved=6-7", 6)]
    [InlineData("interleaved=0-1", 10)]
    [InlineData("", 0)]
    public async Task Channels_are_the_cameras_choice_said_or_not(string said, byte used)
    {
        await using var camera = new ScriptedCamera { Answer = r => r.Method == "SETUP" ? $"200 OK\r\nSession: 1\r\nTransport: RTP/AVP/TCP;unicast;{said}\r\n" : null };
        await _host.PlayAsync(camera, Video(0, 5, channel: used));
        Assert.Equal(5, _host.Sink.Video.Length);
    }

    [Fact]
    public async Task Parameter_sets_may_come_in_band_alone()
    {
        await using var camera = new ScriptedCamera { Sdp = "v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n" };
        byte[][] sets = [Convert.FromHexString(Sps), Convert.FromHexString(Pps)];
        var first = Frame(0, TimeShift.Formats.Tests.Rtp.RtpPackets.Packet(65_499, 1_000, false, TimeShift.Formats.Tests.Rtp.RtpPackets.Aggregate(Codec.H264, sets)));
        await _host.PlayAsync(camera, [first, .. Video(0, 12)]);
        Assert.Equal(Enumerable.Range(0, 12).Select(Sample), _host.Sink.Video.Select(p => p.Data));
        // One medium without a control of its own is set up at the address itself.
        Assert.Equal(camera.Url, camera.Requests.Single(r => r.Method == "SETUP").Uri);
    }

    [Fact]
    public async Task Times_go_on_over_the_end_of_32_bits()
    {
        await using var camera = new ScriptedCamera();
        await _host.PlayAsync(camera, Video(0, 40, time: uint.MaxValue - 20 * VideoStep));
        Assert.Equal(40, _host.Sink.Video.Length);
        Assert.All(_host.Sink.Video.Zip(_host.Sink.Video.Skip(1)), p => Assert.Equal(VideoStep, p.Second.Dts.Ticks - p.First.Dts.Ticks));
        Assert.Single(_host.Sink.Epochs);
    }

    [Fact]
    public async Task Sender_reports_put_tracks_together_that_PLAY_did_not()
    {
        await using var camera = new ScriptedCamera { Sdp = BothSdp };
        // Sound is captured 300 ms after the picture that arrives first.
        const long Captured = 1_800_000_000_000_000;
        await _host.PlayAsync(
            camera,
            [.. Video(0, 3, time: 5_000_000), .. Audio(0, 3, time: 77), SenderReport(1, 7, Captured, 5_000_000), SenderReport(3, 9, Captured + 300_000, 77), .. Video(3, 30, time: 5_000_000), .. Audio(3, 30, time: 77)]);
        Assert.Equal(300_000, _host.Sink.Audio[0].Pts.Microseconds - _host.Sink.Video[0].Pts.Microseconds, 30.0);
    }

    [Fact]
    public async Task Garbage_between_packets_is_passed_over()
    {
        await using var camera = new ScriptedCamera();
        var random = new Random(3);
        var garbage = new byte[500];
        for (var i = 0; i < garbage.Length; i++) garbage[i] = (byte)random.Next(0x60, 0x100);
        await _host.PlayAsync(camera, [.. Video(0, 5), [.. garbage, 0x24, 0x24, 0x60], .. Video(5, 10)]);
        Assert.Equal(Enumerable.Range(0, 10).Select(Sample), _host.Sink.Video.Select(p => p.Data));
    }

    [Fact]
    public async Task Broken_packets_are_as_good_as_lost_ones()
    {
        await using var camera = new ScriptedCamera();
        await _host.PlayAsync(camera, [.. Video(0, 5), Frame(0, []), Frame(0, [0x80]), Frame(1, [1, 2, 3]), Frame(200, [9, 9]), .. Video(5, 10)]);
        Assert.Equal(10, _host.Sink.Video.Length);
    }

    [Fact]
    public async Task A_camera_that_says_good_bye_has_finished()
    {
        await using var camera = new ScriptedCamera { Play = async (stream, stop) => await stream.WriteAsync((byte[])[.. Video(0, 5).SelectMany(f => f), .. Frame(1, Convert.FromHexString("81CB000100000007"))], stop) };
        var end = await _host.PullAsync(camera.Url, TestContext.Current.CancellationToken);
        Assert.Equal((RtspFault.Finished, true), (end.Fault, end.HadMedia));
        Assert.Contains("BYE", end.Reason, StringComparison.Ordinal);
        Assert.Equal(5, _host.Sink.Video.Length);
    }
}
