using System.Globalization;

namespace TimeShift.Server.Tests.EndToEnd;

/// <summary>What a hundred publishers cost the garbage collector, from their sockets to the disk, in the program as it is run.</summary>
public sealed class GarbageTests
{
    private const int Streams = 100;

    [Fact]
    public async Task A_hundred_streams_are_recorded_without_an_allocation_per_packet()
    {
        using var folder = new TemporaryFolder();
        var clip = folder.File("clip.flv");
        await Tool.RunAsync("ffmpeg", [
            "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=160x90:rate=25", "-f", "lavfi", "-i", "sine=sample_rate=48000", "-t", "10",
            "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "25", "-b:v", "100k", "-c:a", "aac", "-b:a", "48k", clip]);
        await using var server = await ServerProcess.StartAsync(folder.File("archive"));
        await using var publishers = Tool.Start("ffmpeg", [
            "-v", "error", "-re", "-stream_loop", "-1", "-i", clip, .. Enumerable.Range(0, Streams).SelectMany(i => new[] { "-c", "copy", "-f", "flv", server.Rtmp($"live/s{i}") })]);

        // The pools fill in the first seconds; what the clip's second round still asks for they have.
        var (packets, _) = await UntilAsync(server, publishers, Streams * 72 * 22);
        (packets, var before) = await UntilAsync(server, publishers, packets);
        var (last, after) = await UntilAsync(server, publishers, packets + Streams * 72 * 8);

        // An object per packet would be 24 bytes at least; a part of half a second, some 36 packets, costs a few hundred, and so do these measurements.
        var each = (after - before) / (last - packets);
        Assert.True(each < 20, $"{each:0.0} bytes of garbage per packet");
    }

    private static async Task<(double Packets, double Allocated)> UntilAsync(ServerProcess server, Tool publishers, double packets)
    {
        (double Packets, double Allocated) seen = default;
        await Until.True(
            async () =>
            {
                Assert.False(publishers.HasExited, publishers.Errors);
                var lines = (await server.TextAsync("/metrics")).Split('\n');
                seen = (Sum(lines, "timeshift_stream_packets_total"), Sum(lines, "dotnet_gc_heap_total_allocated_bytes_total"));
                await Task.Delay(1_000);
                return seen.Packets >= packets;
            },
            $"{packets} packets",
            seconds: 120);
        return seen;
    }

    private static double Sum(string[] lines, string metric) =>
        lines.Where(l => l.StartsWith(metric + "{", StringComparison.Ordinal)).Sum(l => double.Parse(l[(l.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
}
