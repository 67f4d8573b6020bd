using TimeShift.Core.Hub;
using TimeShift.Core.Media;
using TimeShift.Core.Packets;

namespace TimeShift.Core.Tests.Hub;

public sealed class PacketQueueTests
{
    private readonly PacketPool _pool = new();
    private readonly StreamEpoch _epoch = new(TestTracks.Both(), EpochReason.Start, 0);

    [Fact]
    public async Task Items_come_in_the_order_they_went_in()
    {
        using var queue = new PacketQueue();
        queue.OnEpoch(_epoch);
        for (var i = 0; i < 10; i++) Send(queue, i, isKey: i == 0);
        queue.OnEnd(StreamEnd.Lost);
        Assert.Same(_epoch, (await queue.ReadAsync()).Epoch);
        for (var i = 0; i < 10; i++) Assert.Equal(i, await ReadDts(queue));
        Assert.Equal(StreamEnd.Lost, (await queue.ReadAsync()).End);
        Assert.Equal(0, queue.Dropped);
        Assert.Equal(0, _pool.Outstanding);
    }

    [Fact]
    public async Task A_waiting_reader_gets_what_comes()
    {
        using var queue = new PacketQueue();
        queue.OnEpoch(_epoch);
        await queue.ReadAsync();
        for (var i = 0; i < 5; i++)
        {
            var read = queue.ReadAsync().AsTask();
            Assert.False(read.IsCompleted);
            Send(queue, i, isKey: true);
            using var packet = (await read).Packet;
            Assert.Equal(i, packet.Packet.Dts.Ticks);
        }
    }

    [Fact]
    public async Task Packets_before_the_first_key_frame_of_the_lead_are_dropped_and_counted()
    {
        using var queue = new PacketQueue();
        queue.OnEpoch(_epoch);
        Send(queue, 0, isKey: true, track: 1);
        Send(queue, 1, isKey: false);
        Send(queue, 2, isKey: true);
        Send(queue, 3, isKey: true, track: 1);
        await queue.ReadAsync();
        Assert.Equal(2, await ReadDts(queue));
        Assert.Equal(3, await ReadDts(queue));
        Assert.Equal(2, queue.Dropped);
    }

    [Fact]
    public async Task A_slow_reader_loses_up_to_the_next_key_frame_and_never_more_than_the_capacity_waits()
    {
        using var queue = new PacketQueue(capacity: 10);
        queue.OnEpoch(_epoch);
        for (var i = 0; i < 100; i++) Send(queue, i, isKey: i % 25 == 0);
        // The epoch takes one of the ten places.
        Assert.Equal(9, _pool.Outstanding);
        Assert.Equal(91, queue.Dropped);
        Assert.NotNull((await queue.ReadAsync()).Epoch);
        for (var i = 0; i < 9; i++) Assert.Equal(i, await ReadDts(queue));
        Send(queue, 100, isKey: false);
        Send(queue, 101, isKey: true, track: 1);
        Send(queue, 125, isKey: true);
        Send(queue, 126, isKey: false);
        Assert.Equal(125, await ReadDts(queue));
        Assert.Equal(126, await ReadDts(queue));
    }

    [Fact]
    public async Task A_cancelled_read_ends_at_once_and_the_queue_goes_on()
    {
        using var queue = new PacketQueue();
        queue.OnEpoch(_epoch);
        await queue.ReadAsync();
        using var cancel = new CancellationTokenSource();
        var read = queue.ReadAsync(cancel.Token).AsTask();
        await cancel.CancelAsync();
        Assert.Equal(cancel.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read)).CancellationToken);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await queue.ReadAsync(cancel.Token));
        Send(queue, 7, isKey: true);
        Assert.Equal(7, await ReadDts(queue));
    }

    [Fact]
    public async Task Cancelling_while_packets_come_loses_none_and_delivers_none_twice()
    {
        using var queue = new PacketQueue(capacity: 100_000);
        queue.OnEpoch(_epoch);
        await queue.ReadAsync();
        const int Count = 5_000;
        var sender = Task.Run(() =>
        {
            for (var i = 0; i < Count; i++) Send(queue, i, isKey: true);
        });
        for (var expected = 0; expected < Count;)
        {
            using var cancel = new CancellationTokenSource();
            var read = queue.ReadAsync(cancel.Token).AsTask();
            if (!read.IsCompleted) await cancel.CancelAsync();
            try
            {
                using var packet = (await read).Packet;
                Assert.Equal(expected++, packet.Packet.Dts.Ticks);
            }
            catch (OperationCanceledException)
            {
                await Task.Yield();
            }
        }

        await sender;
        Assert.Equal(0, _pool.Outstanding);
    }

    [Fact]
    public async Task Two_reads_at_once_are_refused()
    {
        using var queue = new PacketQueue();
        var read = queue.ReadAsync().AsTask();
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await queue.ReadAsync());
        queue.OnEnd(StreamEnd.Finished);
        Assert.NotNull((await read).End);
    }

    [Fact]
    public async Task Disposing_returns_every_packet_and_ends_the_reader()
    {
        var queue = new PacketQueue();
        queue.OnEpoch(_epoch);
        for (var i = 0; i < 10; i++) Send(queue, i, isKey: true);
        queue.Dispose();
        Assert.Equal(0, _pool.Outstanding);
        Send(queue, 11, isKey: true);
        queue.OnEnd(StreamEnd.Finished);
        Assert.Equal(0, _pool.Outstanding);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await queue.ReadAsync());

        var waiting = new PacketQueue();
        var read = waiting.ReadAsync().AsTask();
        waiting.Dispose();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
    }

    [Fact]
    public void Queueing_and_reading_allocates_nothing_once_it_runs()
    {
        using var queue = new PacketQueue();
        queue.OnEpoch(_epoch);
        Take(queue.ReadAsync());
        using var packet = _pool.Rent(100);
        packet.Packet.Flags = PacketFlags.Key;
        Run(queue, packet.Packet, 100);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(queue, packet.Packet, 10_000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        static void Run(PacketQueue queue, MediaPacket packet, int count)
        {
            for (var i = 0; i < count; i++)
            {
                queue.OnPacket(packet);
                queue.OnPacket(packet);
                // What is there already is read without waiting.
                Take(queue.ReadAsync());
                Take(queue.ReadAsync());
                // And a read that waits completes through the queue itself.
                var waiting = queue.ReadAsync();
                queue.OnPacket(packet);
                Take(waiting);
            }
        }

        static void Take(ValueTask<QueuedItem> read)
        {
            Assert.True(read.IsCompletedSuccessfully);
            read.Result.Packet.Dispose();
        }
    }

    private void Send(PacketQueue queue, long dts, bool isKey, int track = 0)
    {
        using var owned = _pool.Rent(16);
        owned.Packet.TrackIndex = track;
        owned.Packet.Dts = owned.Packet.Pts = new MediaTime(dts, Timescale.Milliseconds);
        owned.Packet.Flags = isKey ? PacketFlags.Key : PacketFlags.None;
        queue.OnPacket(owned.Packet);
    }

    private static async Task<long> ReadDts(PacketQueue queue)
    {
        using var packet = (await queue.ReadAsync()).Packet;
        return packet.Packet.Dts.Ticks;
    }
}
