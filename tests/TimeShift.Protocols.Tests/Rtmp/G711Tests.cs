using TimeShift.Core.Media;
using TimeShift.Formats.Rtmp;

namespace TimeShift.Protocols.Tests.Rtmp;

/// <summary>G.711 over RTMP: no sequence header, 8 kHz, channels in each message.</summary>
public sealed class G711Tests
{
    [Theory]
    [InlineData(0x72, Codec.PcmA, 1)]
    [InlineData(0x82, Codec.PcmU, 1)]
    [InlineData(0x73, Codec.PcmA, 2)]
    public async Task Messages_become_packets_from_the_first_on(byte header, Codec codec, int channels)
    {
        await using var host = await RtmpHost.StartAsync();
        var script = new PublishScript();
        using var client = await RtmpTestClient.PublishAsync(host.EndPoint, script, "live", "x");
        script.Metadata(("audiocodecid", (double)(header >> 4)));
        for (var n = 0; n < 50; n++) script.Message(RtmpMessageType.Audio, (uint)n * 20, [header, .. Sound(n, channels)]);
        await client.SendAsync(script.Finish("x").Take(), int.MaxValue);
        var sink = host.SinkOf("live/x");
        await sink.UntilAsync(s => s.Ends.Length == 1);
        var track = Assert.Single(sink.Epochs.Single().Tracks.Tracks);
        Assert.Equal((codec, 8_000, channels), (track.Codec, track.SampleRate, track.Channels));
        Assert.Equal(Enumerable.Range(0, 50).Select(n => Sound(n, channels)), sink.Audio.Select(p => p.Data));
        Assert.All(sink.Audio.Zip(sink.Audio.Skip(1)), p => Assert.Equal(160, p.Second.Dts.Ticks - p.First.Dts.Ticks));
    }

    [Fact]
    public async Task Another_law_is_another_epoch()
    {
        await using var host = await RtmpHost.StartAsync();
        var script = new PublishScript();
        using var client = await RtmpTestClient.PublishAsync(host.EndPoint, script, "live", "x");
        script.Metadata(("audiocodecid", 7.0));
        for (var n = 0; n < 20; n++) script.Message(RtmpMessageType.Audio, (uint)n * 20, [(byte)(n < 10 ? 0x72 : 0x82), .. Sound(n, 1)]);
        await client.SendAsync(script.Finish("x").Take(), int.MaxValue);
        var sink = host.SinkOf("live/x");
        await sink.UntilAsync(s => s.Ends.Length == 1);
        Assert.Equal([Codec.PcmA, Codec.PcmU], sink.Epochs.Select(e => e.Tracks.Lead.Codec));
        Assert.Equal(20, sink.Audio.Length);
    }

    private static byte[] Sound(int n, int channels)
    {
        var samples = new byte[160 * channels];
        new Random(n).NextBytes(samples);
        return samples;
    }
}
