using Microsoft.Extensions.Time.Testing;
using TimeShift.Protocols.Rtmp;

namespace TimeShift.Protocols.Tests.Rtmp;

/// <summary>Looks at the memory of the whole process, so nothing else may run meanwhile.</summary>
[CollectionDefinition(nameof(ManyConnectionsTests), DisableParallelization = true)]
[Collection(nameof(ManyConnectionsTests))]
public sealed class ManyConnectionsTests
{
    private const int Count = 1_000;

    // Both ends of a connection are in this process; a buffer of 64 KiB for each would stand out.
    private const long BytesPerConnection = 24 << 10;

    [Theory]
    [InlineData(0)]
    [InlineData(1_000)]
    public async Task A_thousand_connections_that_say_nothing_cost_little_and_end_at_the_deadline(int bytesOfHandshake)
    {
        var clock = new FakeTimeProvider();
        await using var host = await RtmpHost.StartAsync(new RtmpServerOptions { MaxConnections = Count + 1 }, clock);
        using var other = await Bystander.StartAsync(host);
        var hello = new PublishScript().SimpleHandshake().Take().AsMemory(0, bytesOfHandshake);
        var before = SettledMemory();
        var clients = new List<RtmpTestClient>();
        for (var i = 0; i < Count; i++)
        {
            clients.Add(await RtmpTestClient.ConnectAsync(host.EndPoint));
            await clients[^1].SendAsync(hello);
        }

        await Eventually.TrueAsync(() => host.Connections == Count + 1, "all connections are there");
        Assert.InRange(SettledMemory() - before, long.MinValue, Count * BytesPerConnection);
        clock.Advance(TimeSpan.FromSeconds(12));
        await Eventually.TrueAsync(() => host.Connections == 1, "all but the publisher are closed");
        Assert.Equal(Count, host.Log.Count(line => line.StartsWith("3002", StringComparison.Ordinal) && line.Contains("within 10 s", StringComparison.Ordinal)));
        foreach (var client in clients)
        {
            await client.UntilClosedAsync();
            client.Dispose();
        }

        await other.AssertUntouchedAsync();
    }

    // Other tests' sockets and pooled arrays go with a finalizer, and with the third collection that finds them unused.
    private static long SettledMemory()
    {
        for (var i = 0; i < 4; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
