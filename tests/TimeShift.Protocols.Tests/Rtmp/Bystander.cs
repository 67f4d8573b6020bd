using TimeShift.Formats.Flv;
using TimeShift.Formats.Rtmp;

namespace TimeShift.Protocols.Tests.Rtmp;

/// <summary>A publisher that does nothing wrong, and must not notice what others do.</summary>
internal sealed class Bystander : IDisposable
{
    private const int Sent = 19;
    private readonly RtmpTestClient _client;
    private readonly CollectingSink _sink;

    private Bystander(RtmpTestClient client, CollectingSink sink) => (_client, _sink) = (client, sink);

    public static async Task<Bystander> StartAsync(RtmpHost host)
    {
        var script = new PublishScript();
        var client = await RtmpTestClient.PublishAsync(host.EndPoint, script, "live", "other");
        var audio = TestMedia.Tags(await TestMedia.AudioOnlyAsync()).Where(t => t.Header.Type == FlvTagType.Audio);
        await client.SendAsync(script.Metadata(("audiocodecid", 10.0)).Tags(audio.Take(Sent + 1)).Take());
        var sink = host.SinkOf("live/other");
        await sink.UntilAsync(s => s.Audio.Length == Sent);
        return new Bystander(client, sink);
    }

    public async Task AssertUntouchedAsync()
    {
        await _client.SendAsync(new PublishScript().Message(RtmpMessageType.Audio, 500, [0xAF, 1, 1, 2, 3]).Take());
        await _sink.UntilAsync(s => s.Audio.Length == Sent + 1);
        Assert.Empty(_sink.Ends);
    }

    public void Dispose() => _client.Dispose();
}
