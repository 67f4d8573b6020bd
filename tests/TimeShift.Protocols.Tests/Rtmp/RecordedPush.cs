using System.Net;
using System.Net.Sockets;

namespace TimeShift.Protocols.Tests.Rtmp;

/// <summary>The bytes that ffmpeg really sends, taken down between it and a server.</summary>
internal static class RecordedPush
{
    public static async Task<byte[]> RecordAsync(string source, string stream)
    {
        await using var host = await RtmpHost.StartAsync();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        using var tool = Tool.Start("ffmpeg", $"-v error -nostdin -i {source} -c copy -f flv rtmp://127.0.0.1:{port}/{stream}");
        using var publisher = await listener.AcceptTcpClientAsync();
        using var server = new TcpClient();
        await server.ConnectAsync(host.EndPoint);
        var record = new MemoryStream();
        var up = PumpAsync(publisher.GetStream(), server.GetStream(), record);
        var down = PumpAsync(server.GetStream(), publisher.GetStream(), null);
        Assert.Equal(0, (await tool.EndAsync()).Code);
        await Task.WhenAll(up, down);
        await host.SinkOf(stream).UntilAsync(s => s.Ends.Length == 1);
        return record.ToArray();
    }

    private static async Task PumpAsync(NetworkStream from, NetworkStream to, MemoryStream? record)
    {
        var buffer = new byte[64 << 10];
        try
        {
            while (await from.ReadAsync(buffer) is var count and > 0)
            {
                record?.Write(buffer, 0, count);
                await to.WriteAsync(buffer.AsMemory(0, count));
            }

            to.Socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // ffmpeg closes without waiting for the last answer.
            to.Close();
        }
    }
}
