using Microsoft.Extensions.Time.Testing;
using TimeShift.Core.Hub;
using TimeShift.Core.Media;
using TimeShift.Core.Packets;
using TimeShift.Formats.Flv;
using TimeShift.Protocols.Rtmp;

namespace TimeShift.Protocols.Tests.Rtmp;

public sealed class SaturationTests
{
    [Fact]
    public async Task A_server_that_cannot_keep_up_refuses_new_publishers_with_the_reason_and_keeps_those_it_has()
    {
        var clock = new FakeTimeProvider();
        await using var host = await RtmpHost.StartAsync(new RtmpServerOptions { HandshakeTimeout = TimeSpan.FromMinutes(5), IdleTimeout = TimeSpan.FromMinutes(10) }, clock);
        var tags = TestMedia.Tags(await TestMedia.AudioOnlyAsync()).Where(t => t.Header.Type != FlvTagType.Script).ToList();
        var script = new PublishScript();
        using var slow = await RtmpTestClient.PublishAsync(host.EndPoint, script, "live", "slow");
        Assert.True(host.Hub.TryGet(StreamName.Parse("live/slow"), out var stream));
        var sink = new Slow(clock);
        stream.AddSink(sink);
        using var stop = new CancellationTokenSource();
        var pushing = PushAsync(slow, script, tags, stop.Token);

        await Eventually.TrueAsync(() => TryPublishAsync(host, "Denied"), "a publisher is refused");
        await host.LineAsync("at its limit", "refused");
        Assert.True(host.Refused > 0);
        var before = sink.Packets;
        await Eventually.TrueAsync(() => sink.Packets > before + 5, "who was there goes on");

        sink.IsFast = true;
        await Eventually.TrueAsync(() => TryPublishAsync(host, "Start"), "publishers are let in again");
        await stop.CancelAsync();
        await pushing;
    }

    private static async Task<bool> TryPublishAsync(RtmpHost host, string code)
    {
        using var client = await RtmpTestClient.ConnectAsync(host.EndPoint);
        await client.HandshakeAsync();
        await client.SendAsync(new PublishScript().Connect("live").Publish(Guid.NewGuid().ToString("N")).Take());
        return await client.StatusAsync() == $"NetStream.Publish.{code}";
    }

    private static async Task PushAsync(RtmpTestClient client, PublishScript script, List<(FlvTagHeader Header, byte[] Data)> tags, CancellationToken stop)
    {
        await client.SendAsync(script.Tags(tags.Where(t => t.Data[1] == 0)).Take());
        var media = tags.Where(t => t.Data[1] == 1).ToList();
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            await client.SendAsync(script.Tags([media[i % media.Count]], (uint)(i / media.Count * 4_000)).Take());
            await Task.Delay(5, CancellationToken.None);
        }
    }

    /// <summary>Each packet takes more than the time in which all sockets should have had their turn.</summary>
    private sealed class Slow(FakeTimeProvider clock) : IPacketSink
    {
        private int _packets;

        public volatile bool IsFast;

        public int Packets => Volatile.Read(ref _packets);

        public void OnEpoch(StreamEpoch epoch)
        {
        }

        public void OnPacket(MediaPacket packet)
        {
            Interlocked.Increment(ref _packets);
            if (!IsFast) clock.Advance(TimeSpan.FromMilliseconds(501));
        }

        public void OnEnd(StreamEnd end)
        {
        }
    }
}
