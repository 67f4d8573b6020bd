namespace TimeShift.Protocols.Tests.Rtmp;

public sealed class AllocationTests
{
    [Fact]
    public async Task From_bytes_to_the_hub_a_real_push_allocates_nothing_once_it_runs()
    {
        var push = await RecordedPush.RecordAsync(await TestMedia.LongAsync(), "live/cam");
        using var offline = new OfflineSession();
        const int Piece = 16 << 10;
        // The first two thirds are warm-up: tracks are found, the pool fills, hot methods are compiled again.
        var start = push.Length * 2 / 3;
        for (var at = 0; at < start; at += Piece) offline.Session.Receive(push.AsSpan(at, Math.Min(Piece, start - at)));
        Assert.True(offline.Hub.TryGet(TimeShift.Core.Media.StreamName.Parse("live/cam"), out var stream));
        var packets = stream.Packets;
        // The last seconds hold the good-bye, which may allocate.
        var end = push.Length - (4 << 10);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var at = start; at < end; at += Piece) offline.Session.Receive(push.AsSpan(at, Math.Min(Piece, end - at)));
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.InRange(stream.Packets - packets, 1_000, 10_000);
    }
}
