using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using TimeShift.Core.Hub;
using TimeShift.Core.Media;
using TimeShift.Formats.Flv;
using TimeShift.Protocols.Rtmp;

namespace TimeShift.Protocols.Tests.Rtmp;

/// <summary>Looks at the allocations of the whole process, so nothing else may run meanwhile.</summary>
[Collection(nameof(ManyConnectionsTests))]
public sealed class SocketAllocationTests
{
    private const int Rounds = 10;

    [Fact]
    public async Task From_the_socket_to_the_hub_a_packet_costs_no_allocation()
    {
        var tags = TestMedia.Tags(await TestMedia.LongAsync());
        var headers = tags.Where(t => t.Header.Type == FlvTagType.Script || t.Data[1] == 0);
        var media = tags.Where(t => t.Header.Type != FlvTagType.Script && t.Data[1] == 1).ToList();
        var script = new PublishScript();
        var beginning = script.SimpleHandshake().Connect("live").Publish("x").Tags(headers).Tags(media).Take();
        for (uint round = 1; round <= Rounds; round++) script.Tags(media, round * 60_000);
        var rest = script.Take();

        var hub = new StreamHub(TimeProvider.System, NullLogger<StreamHub>.Instance);
        await using var server = new RtmpServer(new RtmpServerOptions { Listen = new IPEndPoint(IPAddress.Loopback, 0) }, hub, TimeProvider.System, NullLogger<RtmpServer>.Instance);
        await server.StartAsync();
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server.EndPoint!);
        socket.Send(beginning);
        LiveStream? stream = null;
        await Eventually.TrueAsync(() => hub.TryGet(StreamName.Parse("live/x"), out stream) && stream.Packets == media.Count, "the stream runs");

        var packets = media.Count * (1 + Rounds);
        var warm = rest.Length / 2;
        SendInPieces(socket, rest.AsSpan(0, warm));
        var packetsBefore = stream!.Packets;
        var before = GC.GetTotalAllocatedBytes(precise: true);
        SendInPieces(socket, rest.AsSpan(warm));
        SpinWait.SpinUntil(() => stream.Packets == packets, TimeSpan.FromSeconds(60));
        Assert.Equal(packets, stream.Packets);
        var each = (double)(GC.GetTotalAllocatedBytes(precise: true) - before) / (packets - packetsBefore);
        // Acknowledgements, the runtime's own threads and its pools' housekeeping are in here too; an object for each packet would be 24 at least.
        Assert.InRange(each, 0, 8);
    }

    private static void SendInPieces(Socket socket, ReadOnlySpan<byte> bytes)
    {
        // One send for about one message: a receive for each packet, as from a real camera.
        for (var at = 0; at < bytes.Length; at += 2_000) socket.Send(bytes[at..Math.Min(at + 2_000, bytes.Length)]);
    }
}
