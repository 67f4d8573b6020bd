using System.Net;
using System.Net.Sockets;
using System.Text;

namespace TimeShift.Ingest.Tests.Host;

/// <summary>An HTTP server of a folder, which gives each request the whole file and closes.</summary>
internal sealed class OneShotServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly string _folder;

    public OneShotServer(string folder)
    {
        _folder = folder;
        _listener.Start();
        _ = ServeAsync();
    }

    public string Url(string file) => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/{file}";

    public void Dispose() => _listener.Dispose();

    private async Task ServeAsync()
    {
        try
        {
            while (true) _ = AnswerAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception e) when (e is ObjectDisposedException or SocketException)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
                var path = Path.Combine(_folder, (await reader.ReadLineAsync() ?? "").Split(' ')[1].TrimStart('/'));
                while (await reader.ReadLineAsync() is { Length: > 0 })
                {
                }

                var body = File.Exists(path) ? await File.ReadAllBytesAsync(path) : [];
                var status = File.Exists(path) ? "200 OK" : "404 Not Found";
                await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n"));
                await stream.WriteAsync(body);
            }
            catch (IOException)
            {
                // The client has seen enough.
            }
        }
    }
}
