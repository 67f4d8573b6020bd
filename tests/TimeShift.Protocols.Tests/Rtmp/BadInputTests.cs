using Microsoft.Extensions.Time.Testing;
using TimeShift.Core.Hub;
using TimeShift.Formats.Flv;
using TimeShift.Formats.Rtmp;
using TimeShift.Protocols.Rtmp;

namespace TimeShift.Protocols.Tests.Rtmp;

public sealed class BadInputTests
{
    public static TheoryData<string, byte[], string> Attacks => new()
    {
        { "garbage", Noise(5000), "expected RTMP version 3" },
        { "http", "GET / HTTP/1.1\r\n\r\n"u8.ToArray(), "HTTP" },
        { "tls", [0x16, 3, 1, 0, 100], "TLS" },
        { "garbage after the handshake", [.. new PublishScript().SimpleHandshake().Take(), .. Noise(5000)], "expected" },
        { "oversize chunk", new PublishScript().SimpleHandshake().Message(RtmpMessageType.SetChunkSize, 0, [0x7F, 0xFF, 0xFF, 0xFF]).Take(), "Set Chunk Size" },
        { "chunk size 0", new PublishScript().SimpleHandshake().Message(RtmpMessageType.SetChunkSize, 0, [0, 0, 0, 0]).Take(), "Set Chunk Size" },
        { "oversize message", [.. new PublishScript().SimpleHandshake().Take(), .. Convert.FromHexString("03000000FFFFFF1400000000")], "at most 65536" },
        { "wrong AMF", new PublishScript().SimpleHandshake().Message(RtmpMessageType.CommandAmf0, 0, [0xEE, 1, 2]).Take(), "AMF0 marker 0xEE" },
        { "AMF cut short", new PublishScript().SimpleHandshake().Message(RtmpMessageType.CommandAmf0, 0, [2, 0, 50, 65]).Take(), "ends within value 1" },
        { "a number for a command", new PublishScript().SimpleHandshake().Command(0, 7.0).Take(), "expected its name" },
        { "publish before connect", new PublishScript().SimpleHandshake().Publish("x").Take(), "expected connect" },
        { "connect twice", new PublishScript().SimpleHandshake().Connect("a").Connect("a").Take(), "second time" },
        { "short control", new PublishScript().SimpleHandshake().Message(RtmpMessageType.SetChunkSize, 0, [0, 1]).Take(), "expected 4" },
    };

    [Theory]
    [MemberData(nameof(Attacks))]
    public async Task A_broken_peer_is_cut_off_with_one_line_that_says_why(string what, byte[] bytes, string reason)
    {
        Assert.NotEmpty(what);
        await using var host = await RtmpHost.StartAsync();
        using var other = await Bystander.StartAsync(host);
        using var client = await RtmpTestClient.ConnectAsync(host.EndPoint);
        await client.SendAsync(bytes);
        await host.LineAsync("3002", reason);
        Assert.Single(host.Log, line => line.StartsWith("3002", StringComparison.Ordinal));
        await other.AssertUntouchedAsync();
    }

    [Fact]
    public async Task A_broken_frame_of_a_publisher_ends_it_as_a_fault()
    {
        await using var host = await RtmpHost.StartAsync();
        using var other = await Bystander.StartAsync(host);
        var script = new PublishScript();
        using var client = await RtmpTestClient.PublishAsync(host.EndPoint, script, "live", "bad");
        await client.SendAsync(script.Message(RtmpMessageType.Video, 0, [0x17, 9, 0, 0, 0, 1]).Take());
        await host.SinkOf("live/bad").UntilAsync(s => s.Ends.Length == 1);
        Assert.Equal([StreamEnd.Fault], host.SinkOf("live/bad").Ends);
        await host.LineAsync("3002", "live/bad", "AVCPacketType 9");
        await other.AssertUntouchedAsync();
    }

    [Fact]
    public async Task A_broken_sequence_header_leaves_the_track_out_and_the_others_go_on()
    {
        var audio = TestMedia.Tags(await TestMedia.AudioOnlyAsync());
        await using var host = await RtmpHost.StartAsync();
        var script = new PublishScript();
        using var client = await RtmpTestClient.PublishAsync(host.EndPoint, script, "live", "half");
        await client.SendAsync(script.Video(FlvFrameType.Key, FlvVideoPacketType.SequenceStart, FlvCodecs.Avc, 0, 0, [1, 2, 3]).Tags(audio).Finish("half").Take());
        var sink = host.SinkOf("live/half");
        await sink.UntilAsync(s => s.Ends.Length == 1);
        Assert.Equal(audio.Count(t => t.Header.Type == FlvTagType.Audio && t.Data[1] == 1), sink.Audio.Length);
        await host.LineAsync("3010", "live/half", "sequence header is broken");
    }

    [Fact]
    public async Task Half_a_frame_then_silence_ends_at_the_idle_deadline()
    {
        var clock = new FakeTimeProvider();
        await using var host = await RtmpHost.StartAsync(clock: clock);
        var script = new PublishScript();
        var tags = TestMedia.Tags(await TestMedia.VideoOnlyAsync());
        using var client = await RtmpTestClient.PublishAsync(host.EndPoint, script, "live", "half");
        var bytes = script.Metadata(("videocodecid", 7.0)).Tags(tags.Take(5)).Take();
        await client.SendAsync(bytes.AsMemory(0, bytes.Length - 100));
        var sink = host.SinkOf("live/half");
        await sink.UntilAsync(s => s.Video.Length == 2);
        clock.Advance(TimeSpan.FromSeconds(15));
        Assert.Empty(sink.Ends);
        clock.Advance(TimeSpan.FromSeconds(7));
        await sink.UntilAsync(s => s.Ends.Length == 1);
        Assert.Equal([StreamEnd.Lost], sink.Ends);
        await host.LineAsync("3002", "live/half", "no message was completed for 20 s");
        await client.UntilClosedAsync();
    }

    [Theory]
    [InlineData(0, "nothing was said within 10 s")]
    [InlineData(1, "the handshake was begun and not finished within 10 s")]
    [InlineData(3072, "the handshake was begun and not finished within 10 s")]
    [InlineData(3073, "no connect command came after the handshake within 10 s")]
    [InlineData(3080, "no connect command came after the handshake within 10 s")]
    public void A_beginning_that_stops_has_a_deadline(int length, string reason)
    {
        var clock = new FakeTimeProvider();
        using var offline = new OfflineSession(clock: clock);
        clock.Advance(TimeSpan.FromSeconds(5));
        offline.Session.Receive(new PublishScript().SimpleHandshake().Connect("live").Take().AsSpan(0, length));
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Null(offline.Session.Overdue());
        clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(reason, offline.Session.Overdue());
    }

    [Fact]
    public async Task A_connection_that_publishes_nothing_ends_at_the_deadline()
    {
        var clock = new FakeTimeProvider();
        await using var host = await RtmpHost.StartAsync(clock: clock);
        using var client = await RtmpTestClient.ConnectAsync(host.EndPoint);
        await client.HandshakeAsync();
        await client.SendAsync(new PublishScript().Connect("live").Take());
        Assert.NotNull(await client.ReadAsync());
        clock.Advance(TimeSpan.FromSeconds(12));
        await host.LineAsync("3002", "nothing was published after connect within 10 s");
    }

    [Fact]
    public async Task Connections_above_the_limit_are_closed_at_once()
    {
        var clock = new FakeTimeProvider();
        await using var host = await RtmpHost.StartAsync(new RtmpServerOptions { MaxConnections = 1 }, clock);
        using var first = await RtmpTestClient.ConnectAsync(host.EndPoint);
        await Eventually.TrueAsync(() => host.Connections == 1, "the first is there");
        using var second = await RtmpTestClient.ConnectAsync(host.EndPoint);
        await second.UntilClosedAsync();
        clock.Advance(TimeSpan.FromSeconds(1));
        await host.LineAsync("3004", "1 connections refused");
        await first.HandshakeAsync();
    }

    [Fact]
    public async Task A_peer_that_does_not_read_its_refusal_is_closed_soon()
    {
        var clock = new FakeTimeProvider();
        await using var host = await RtmpHost.StartAsync(clock: clock);
        using var client = await RtmpTestClient.ConnectAsync(host.EndPoint);
        await client.HandshakeAsync();
        await client.SendAsync(new PublishScript().Connect("live").Publish("").Take());
        Assert.Equal("NetStream.Publish.BadName", await client.StatusAsync());
        clock.Advance(TimeSpan.FromSeconds(4));
        await Eventually.TrueAsync(() => host.Connections == 0, "the connection is closed");
        await host.LineAsync("3001", "refused: the stream key is empty");
    }

    [Fact]
    public async Task Nothing_that_can_be_carried_ends_with_the_reason()
    {
        await using var host = await RtmpHost.StartAsync();
        var script = new PublishScript();
        using var client = await RtmpTestClient.PublishAsync(host.EndPoint, script, "live", "old");
        for (uint time = 0; time < 12_000; time += 100) script.Message(RtmpMessageType.Video, time, [0x14, 1, 2]).Message(RtmpMessageType.Audio, time, [0x2F, 1, 2]);
        await client.SendAsync(script.Take());
        await host.LineAsync("3002", "no track that can be carried", "VP6", "MP3");
        Assert.Equal(2, host.Log.Count(line => line.StartsWith("3010", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Stopping_the_server_ends_its_publishers()
    {
        var host = await RtmpHost.StartAsync();
        using var other = await Bystander.StartAsync(host);
        await host.DisposeAsync();
        Assert.Equal([StreamEnd.Stopped], host.SinkOf("live/other").Ends);
        await host.LineAsync("3001", "live/other", "the server is stopping");
    }

    [Fact]
    public void Options_out_of_range_are_all_named()
    {
        var options = new RtmpServerOptions { MaxConnections = 0, IdleTimeout = TimeSpan.Zero, HandshakeTimeout = TimeSpan.MaxValue, MaxMessageBytes = 1 };
        Assert.Equal(4, options.Validate().Count());
        Assert.Empty(new RtmpServerOptions().Validate());
    }

    private static byte[] Noise(int length)
    {
        var bytes = new byte[length];
        new Random(11).NextBytes(bytes);
        bytes[0] = 0x80;
        return bytes;
    }
}
