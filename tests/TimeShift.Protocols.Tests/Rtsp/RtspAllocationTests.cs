using TimeShift.Core.Hub;
using TimeShift.Core.Packets;
using TimeShift.Protocols.Tests.Rtmp;
using static TimeShift.Protocols.Tests.Rtsp.RtspMedia;

namespace TimeShift.Protocols.Tests.Rtsp;

/// <summary>Looks at the allocations of the whole process, so nothing else may run meanwhile.</summary>
[Collection(nameof(ManyConnectionsTests))]
public sealed class RtspAllocationTests
{
    private const int Warm = 2_000;
    private const int Measured = 12_000;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task From_the_socket_to_the_hub_a_packet_costs_no_allocation(bool isG711)
    {
        var counter = new Counter();
        var host = new PullHost { OtherSink = counter };
        await using var camera = new ScriptedCamera { Sdp = isG711 ? VideoSdp + G711Media : BothSdp };
        byte[] warm = [.. Interleave(0, Warm, isG711)];
        byte[] measured = [.. Interleave(Warm, Warm + Measured, isG711)];
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        camera.ClosesAfterPlay = true;
        camera.Play = async (stream, _) =>
        {
            SendInPieces(stream, warm);
            await go.Task;
            SendInPieces(stream, measured);
        };
        var pull = host.PullAsync(camera.Url, TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => counter.Packets == 2 * Warm, "the beginning is there");
        var before = GC.GetTotalAllocatedBytes(precise: true);
        go.SetResult();
        SpinWait.SpinUntil(() => counter.Packets == 2 * (Warm + Measured), TimeSpan.FromSeconds(60));
        var each = (double)(GC.GetTotalAllocatedBytes(precise: true) - before) / (2 * Measured);
        Assert.Equal(2 * (Warm + Measured), counter.Packets);
        // The runtime's own threads and its pools' housekeeping are in here too; an object for each packet would be 24 at least.
        Assert.InRange(each, 0, 8);
        await pull;
    }

    private static IEnumerable<byte> Interleave(int from, int to, bool isG711)
    {
        var audio = isG711 ? G711(from, to) : Audio(from, to);
        return Video(from, to).Concat(audio).SelectMany(f => f);
    }

    private static void SendInPieces(System.Net.Sockets.NetworkStream stream, byte[] bytes)
    {
        // A receive for about each packet, as from a real camera.
        for (var at = 0; at < bytes.Length; at += 500) stream.Write(bytes, at, Math.Min(500, bytes.Length - at));
    }

    private sealed class Counter : IPacketSink
    {
        private int _packets;

        public int Packets => Volatile.Read(ref _packets);

        public void OnEpoch(StreamEpoch epoch)
        {
        }

        public void OnPacket(MediaPacket packet) => Interlocked.Increment(ref _packets);

        public void OnEnd(StreamEnd end)
        {
        }
    }
}
