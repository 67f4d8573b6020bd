using System.Net;
using System.Net.Sockets;

namespace TimeShift.Server.Tests.EndToEnd;

public sealed class RtmpAbuseTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_thousand_silent_connections_and_garbage_leave_a_stream_and_the_memory_alone()
    {
        await using var server = await ServerProcess.StartAsync(_folder.File("archive"), "--TimeShift:Recording:SegmentSeconds=1");
        await using var publisher = Publisher.Start(server.Rtmp("live/good"));
        var before = await server.WithSegmentsAsync("live/good", 2);
        var memory = server.Memory;
        var sockets = new List<Socket>();
        try
        {
            for (var i = 0; i < 1000; i++)
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                sockets.Add(socket);
                await socket.ConnectAsync(IPAddress.Loopback, server.RtmpPort);
            }

            var noise = new byte[8192];
            for (var i = 0; i < 100; i++)
            {
                new Random(i).NextBytes(noise);
                // Half of them begin as the protocol says, with version 3.
                if (i % 2 == 0) noise[0] = 3;
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(IPAddress.Loopback, server.RtmpPort);
                try
                {
                    await socket.SendAsync(noise);
                }
                catch (SocketException)
                {
                    // Refused already.
                }
            }

            var count = before.MediaSequence + before.Segments.Count + 3;
            var after = await Until.NotNull(
                async () => await server.MediaAsync("/live/good/v1.m3u8") is { } list && list.MediaSequence + list.Segments.Count >= count ? list : null, "the good stream to go on");
            Playlists.AssertHolds(after, before);
            Assert.DoesNotContain(after.Segments, s => s.Discontinuity || s.Gap);
            Assert.False(publisher.HasExited, publisher.Errors);
            Assert.True(server.Memory - memory < 100 << 20, $"memory grew from {memory >> 20} to {server.Memory >> 20} MiB");
        }
        finally
        {
            foreach (var socket in sockets) socket.Dispose();
        }
    }
}
