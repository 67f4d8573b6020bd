using TimeShift.Core.Media;
using TimeShift.Core.Packets;
using TimeShift.Protocols.Rtsp;
using static TimeShift.Protocols.Tests.Rtsp.RtspMedia;

namespace TimeShift.Protocols.Tests.Rtsp;

/// <summary>G.711: a packet of RTP is a packet.</summary>
public sealed class RtspG711Tests
{
    private readonly PullHost _host = new();

    [Fact]
    public async Task Samples_come_out_as_they_were_sent_beside_the_pictures()
    {
        await using var camera = new ScriptedCamera { Sdp = VideoSdp + G711Media, Answer = r => r.Method == "PLAY" ? "200 OK\r\nRTP-Info: url=x/trackID=1;rtptime=1000,url=x/trackID=2;rtptime=1000\r\n" : null };
        var end = await _host.PlayAsync(camera, [.. Video(0, 25), .. G711(0, 50)]);
        Assert.Equal(RtspFault.Finished, end.Fault);
        Assert.Equal(Enumerable.Range(0, 25).Select(Sample), _host.Sink.Video.Select(p => p.Data));
        Assert.Equal(Enumerable.Range(0, 50).Select(G711Sound), _host.Sink.Audio.Select(p => p.Data));
        Assert.All(_host.Sink.Audio, p => Assert.Equal(PacketFlags.Key, p.Flags));
        Assert.All(_host.Sink.Audio.Zip(_host.Sink.Audio.Skip(1)), p => Assert.Equal(G711Step, p.Second.Dts.Ticks - p.First.Dts.Ticks));
        Assert.InRange(_host.Sink.Video[0].Pts.Microseconds - _host.Sink.Audio[0].Pts.Microseconds, -125, 125);
        var track = _host.Sink.Epochs.Single().Tracks.Audio!;
        Assert.Equal((2, Codec.PcmA, "alaw", 8_000, 1), (track.Id, track.Codec, track.CodecString, track.SampleRate, track.Channels));
        Assert.DoesNotContain(_host.Lines, l => l.StartsWith("3020", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("m=audio 0 RTP/AVP 0\r\n", 0, Codec.PcmU, 8_000, 1)]
    [InlineData("m=audio 0 RTP/AVP 0 8\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\n", 0, Codec.PcmU, 8_000, 1)]
    [InlineData("m=audio 0 RTP/AVP 98\r\na=rtpmap:98 pcma/16000\r\n", 98, Codec.PcmA, 16_000, 1)]
    [InlineData("m=audio 0 RTP/AVP 98\r\na=rtpmap:98 PCMU/8000/2\r\n", 98, Codec.PcmU, 8_000, 2)]
    public async Task Static_and_dynamic_types_of_any_rate_are_read_without_pictures_too(string media, byte type, Codec codec, int rate, int channels)
    {
        await using var camera = new ScriptedCamera { Sdp = "v=0\r\n" + media + "a=control:trackID=2\r\n" };
        await _host.PlayAsync(camera, G711(0, 10, channel: 0, type: type));
        var track = Assert.Single(_host.Sink.Epochs.Single().Tracks.Tracks);
        Assert.Equal((1, codec, rate, channels, rate), (track.Id, track.Codec, track.SampleRate, track.Channels, track.Timescale.TicksPerSecond));
        Assert.Equal(Enumerable.Range(0, 10).Select(G711Sound), _host.Sink.Audio.Select(p => p.Data));
    }

    [Fact]
    public async Task A_lost_packet_leaves_a_gap_in_time_and_the_next_says_so()
    {
        await using var camera = new ScriptedCamera { Sdp = "v=0\r\n" + G711Media };
        var frames = G711(0, 20, channel: 0);
        await _host.PlayAsync(camera, [.. frames[..7], .. frames[9..]]);
        var audio = _host.Sink.Audio;
        Assert.Equal(Enumerable.Range(0, 20).Where(n => n is not (7 or 8)).Select(G711Sound), audio.Select(p => p.Data));
        Assert.Equal([7], Enumerable.Range(0, audio.Length).Where(i => (audio[i].Flags & PacketFlags.Discontinuity) != 0));
        Assert.Equal(3 * G711Step, audio[7].Dts.Ticks - audio[6].Dts.Ticks);
    }

    [Fact]
    public async Task Half_a_sample_is_damage()
    {
        await using var camera = new ScriptedCamera { Sdp = "v=0\r\nm=audio 0 RTP/AVP 98\r\na=rtpmap:98 PCMU/8000/3\r\na=control:trackID=2\r\n" };
        // 160 bytes are no whole samples of three channels.
        await _host.PlayAsync(camera, G711(0, 5, channel: 0, type: 98));
        Assert.Empty(_host.Sink.Audio);
        Assert.Contains(_host.Lines, l => l.StartsWith("3022", StringComparison.Ordinal) && l.Contains("160 bytes", StringComparison.Ordinal));
    }
}
