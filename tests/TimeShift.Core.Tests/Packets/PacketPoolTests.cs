using CsCheck;
using TimeShift.Core.Packets;

namespace TimeShift.Core.Tests.Packets;

public sealed class PacketPoolTests
{
    [Fact]
    public void Every_size_has_a_class_that_holds_it_and_wastes_a_quarter_at_most()
    {
        foreach (var size in Enumerable.Range(0, 1 << 16).Concat(Enumerable.Range(0, 97).SelectMany(Around)))
        {
            var capacity = PacketPool.SizeOf(PacketPool.SizeClassOf(size));
            Assert.True(capacity >= size, $"{size} bytes in {capacity}");
            Assert.True(size <= 256 || capacity - size <= size / 4, $"{size} bytes in {capacity}");
            Assert.True(size <= 256 || PacketPool.SizeOf(PacketPool.SizeClassOf(size) - 1) < size, $"{size} bytes fit in a smaller class");
        }

        static IEnumerable<int> Around(int step) => Enumerable.Range(-2, 5).Select(d => (int)Math.Min(PacketPool.MaxPooledSize, (long)(65536 * Math.Pow(2, step / 12.0)) + d));
    }

    [Fact]
    public void A_returned_buffer_is_rented_again()
    {
        var pool = new PacketPool();
        var first = pool.Rent(1000);
        var packet = first.Packet;
        packet.TrackIndex = 3;
        packet.Flags = PacketFlags.Key;
        packet.SetPayload(10, 20);
        first.Dispose();
        Assert.Equal(0, pool.Outstanding);
        Assert.Equal(packet.Buffer.Length, pool.RetainedBytes);
        using var second = pool.Rent(900);
        Assert.Same(packet, second.Packet);
        Assert.Equal((0, PacketFlags.None, 0, 0), (packet.TrackIndex, packet.Flags, packet.PayloadOffset, packet.PayloadLength));
        Assert.Equal(0, pool.RetainedBytes);
    }

    [Fact]
    public void Renting_and_returning_allocates_nothing_once_it_runs()
    {
        var pool = new PacketPool();
        int[] sizes = [100, 700, 5_000, 40_000, 900_000];
        Cycle(pool, sizes);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) Cycle(pool, sizes);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
#if !DEBUG
        Assert.Equal(0, allocated);
#endif
        Assert.Equal(0, pool.Outstanding);

        static void Cycle(PacketPool pool, int[] sizes)
        {
            foreach (var size in sizes)
            {
                using var packet = pool.Rent(size);
                using var shared = packet.Packet.Share();
            }
        }
    }

    [Fact]
    public void The_last_reference_returns_the_packet_and_one_more_release_throws()
    {
        var pool = new PacketPool();
        var first = pool.Rent(10);
        var second = first.Packet.Share();
        first.Dispose();
        Assert.Equal(1, pool.Outstanding);
        second.Dispose();
        Assert.Equal(0, pool.Outstanding);
        Assert.Throws<ObjectDisposedException>(second.Dispose);
    }

    [Fact]
    public void A_packet_in_the_pool_cannot_be_shared_and_is_not_harmed_by_trying()
    {
        var pool = new PacketPool();
        var packet = pool.Rent(10).Packet;
        new OwnedPacket(packet).Dispose();
        Assert.Throws<ObjectDisposedException>(() => packet.Share());
        using (pool.Rent(10)) Assert.Equal(1, pool.Outstanding);
        Assert.Equal(0, pool.Outstanding);
    }

    [Fact]
    public void What_is_larger_than_any_class_is_not_kept()
    {
        var pool = new PacketPool();
        using (var packet = pool.Rent(PacketPool.MaxPooledSize + 1)) Assert.Equal(PacketPool.MaxPooledSize + 1, packet.Packet.Buffer.Length);
        Assert.Equal((0L, 0L), (pool.RetainedBytes, pool.Outstanding));
        using (pool.Rent(PacketPool.MaxPooledSize)) Assert.Equal(1, pool.Outstanding);
        Assert.Equal(PacketPool.MaxPooledSize, pool.RetainedBytes);
    }

    [Fact]
    public void Free_buffers_beyond_the_limit_are_let_go()
    {
        var pool = new PacketPool(maxRetainedBytes: 1000);
        var packets = Enumerable.Range(0, 10).Select(_ => pool.Rent(256)).ToList();
        foreach (var packet in packets) packet.Dispose();
        Assert.InRange(pool.RetainedBytes, 1, 1000);
        Assert.Equal(0, pool.Outstanding);
    }

    [Fact]
    public void Any_payload_within_the_buffer_is_taken_and_any_other_refused() =>
        Gen.Select(Gen.Int[0, 600], Gen.Int[-5, 900], Gen.Int[-5, 900]).Sample((size, offset, length) =>
        {
            using var owned = new PacketPool().Rent(size);
            var packet = owned.Packet;
            if (offset < 0 || length < 0 || offset + length > packet.Buffer.Length) Assert.ThrowsAny<ArgumentException>(() => packet.SetPayload(offset, length));
            else
            {
                packet.SetPayload(offset, length);
                Assert.Equal(length, packet.Payload.Length);
            }
        });

    [Fact]
    public async Task Many_threads_never_hold_the_same_buffer()
    {
        var pool = new PacketPool();
        await Task.WhenAll(Enumerable.Range(1, 4).Select(id => Task.Run(() =>
        {
            for (var i = 0; i < 5_000; i++)
            {
                using var owned = pool.Rent(300 + i % 500);
                using var shared = owned.Packet.Share();
                owned.Packet.Buffer.Fill((byte)id);
                Thread.Yield();
                Assert.False(shared.Packet.Buffer.ContainsAnyExcept((byte)id));
            }
        })));
        Assert.Equal(0, pool.Outstanding);
    }

    [Fact]
    public void The_default_owns_nothing()
    {
        Assert.True(default(OwnedPacket).IsDefault);
        Assert.Throws<InvalidOperationException>(() => default(OwnedPacket).Packet);
        default(OwnedPacket).Dispose();
    }
}
