using System.Net;
using System.Net.Sockets;
using System.Text;
using TimeShift.Core.Media;

namespace TimeShift.FFmpeg.Tests.Inputs;

/// <summary>Accepts connections, says what it was told to, then nothing more.</summary>
internal sealed class SilentServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<TcpClient> _clients = [];
    private readonly byte[] _answer;
    private readonly bool _closes;

    public SilentServer(string header = "", byte[]? body = null, bool closes = false)
    {
        _answer = [.. Encoding.ASCII.GetBytes(header), .. body ?? []];
        _closes = closes;
        _listener.Start();
        _ = AcceptAsync();
    }

    public event Action? Accepted;

    public SourceUrl Address(string scheme) => new($"{scheme}://admin:secret@127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/live/one");

    public void Dispose()
    {
        _listener.Dispose();
        lock (_clients) _clients.ForEach(c => c.Dispose());
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync();
                lock (_clients) _clients.Add(client);
                Accepted?.Invoke();
                _ = AnswerAsync(client);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        if (_answer.Length == 0) return;
        var request = new byte[4096];
        // The whole request is read first: closing with bytes unread would reset the connection.
        var length = 0;
        while (!request.AsSpan(0, length).EndsWith("\r\n\r\n"u8)) length += await client.GetStream().ReadAsync(request.AsMemory(length));
        await client.GetStream().WriteAsync(_answer);
        if (_closes) client.Client.Shutdown(SocketShutdown.Send);
    }
}
