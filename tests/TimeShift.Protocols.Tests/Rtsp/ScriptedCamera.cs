using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace TimeShift.Protocols.Tests.Rtsp;

internal sealed record CameraRequest(int Connection, string Method, string Uri, Dictionary<string, string> Headers)
{
    public string? this[string name] => Headers.GetValueOrDefault(name);
}

/// <summary>A small RTSP server on loopback that answers as it is told, well or badly, and then plays a script of bytes.</summary>
internal sealed class ScriptedCamera : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;
    private int _connections;

    public ScriptedCamera()
    {
        _listener.Start();
        _serving = Task.Run(ServeAsync);
    }

    public string Sdp { get; set; } = RtspMedia.VideoSdp;

    /// <summary>An answer without its CSeq, such as <c>404 Not Found\r\n</c>; null for the usual one; empty for none at all.</summary>
    public Func<CameraRequest, string?> Answer { get; set; } = _ => null;

    /// <summary>What is sent after the answer to PLAY.</summary>
    public Func<NetworkStream, CancellationToken, Task> Play { get; set; } = (_, _) => Task.CompletedTask;

    public bool ClosesAfterPlay { get; set; }

    public ConcurrentQueue<CameraRequest> Requests { get; } = new();

    /// <summary>Interleaved packets that came from the client.</summary>
    public ConcurrentQueue<(byte Channel, byte[] Packet)> Packets { get; } = new();

    /// <summary>Status lines that came from the client.</summary>
    public ConcurrentQueue<string> Answers { get; } = new();

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Address => $"127.0.0.1:{Port}/cam";

    public string Url => $"rtsp://{Address}";

    public int Count(string method) => Requests.Count(r => r.Method == method);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        var sessions = new List<Task>();
        try
        {
            while (true) sessions.Add(SessionAsync(await _listener.AcceptTcpClientAsync(_stop.Token), Interlocked.Increment(ref _connections)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(sessions);
        }
    }

    private async Task SessionAsync(TcpClient client, int number)
    {
        using var _ = client;
        client.NoDelay = true;
        var stream = client.GetStream();
        var playing = Task.CompletedTask;
        try
        {
            while (await ReadAsync(stream, number) is { } request)
            {
                Requests.Enqueue(request);
                var answer = Answer(request) ?? Usual(request);
                if (answer.Length > 0)
                {
                    var line = answer.IndexOf("\r\n", StringComparison.Ordinal);
                    // The head's end is written here where the answer has no body.
                    var end = answer.Contains("\r\n\r\n", StringComparison.Ordinal) ? "" : "\r\n";
                    await stream.WriteAsync(Encoding.ASCII.GetBytes($"RTSP/1.0 {answer[..line]}\r\nCSeq: {request["CSeq"]}{answer[line..]}{end}"), _stop.Token);
                }

                if (request.Method == "PLAY" && answer.StartsWith("200", StringComparison.Ordinal)) playing = PlayAsync(stream, client);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The client has gone, or the test is over.
        }

        await playing;
    }

    private async Task PlayAsync(NetworkStream stream, TcpClient client)
    {
        try
        {
            await Play(stream, _stop.Token);
            if (ClosesAfterPlay) client.Client.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException or SocketException)
        {
        }
    }

    private string Usual(CameraRequest request) => request.Method switch
    {
        "OPTIONS" => "200 OK\r\nPublic: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN, GET_PARAMETER\r\n",
        "DESCRIBE" => Describe(""),
        "SETUP" => $"200 OK\r\nSession: 1234;timeout=20\r\nTransport: {request["Transport"]};ssrc=00000007\r\n",
        _ => "200 OK\r\nSession: 1234\r\n",
    };

    /// <summary>The answer to DESCRIBE, with further headers that end in line ends.</summary>
    public string Describe(string headers) =>
        string.Create(CultureInfo.InvariantCulture, $"200 OK\r\nContent-Type: application/sdp\r\n{headers}Content-Length: {Sdp.Length}\r\n\r\n{Sdp}");

    private async Task<CameraRequest?> ReadAsync(NetworkStream stream, int connection)
    {
        while (true)
        {
            var first = await ByteAsync(stream);
            if (first < 0) return null;
            if (first == '$')
            {
                var head = new byte[3];
                await stream.ReadExactlyAsync(head, _stop.Token);
                var packet = new byte[head[1] << 8 | head[2]];
                await stream.ReadExactlyAsync(packet, _stop.Token);
                Packets.Enqueue((head[0], packet));
                continue;
            }

            var text = new StringBuilder().Append((char)first);
            while (text.Length < 4 || text.ToString(text.Length - 4, 4) != "\r\n\r\n")
            {
                var next = await ByteAsync(stream);
                if (next < 0) return null;
                text.Append((char)next);
            }

            var lines = text.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
            if (lines[0].StartsWith("RTSP/", StringComparison.Ordinal))
            {
                Answers.Enqueue(lines[0]);
                continue;
            }

            var words = lines[0].Split(' ');
            return new CameraRequest(connection, words[0], words[1], lines.Skip(1).Select(l => l.Split(": ", 2)).ToDictionary(h => h[0], h => h[1], StringComparer.OrdinalIgnoreCase));
        }
    }

    private async Task<int> ByteAsync(NetworkStream stream)
    {
        var one = new byte[1];
        return await stream.ReadAsync(one, _stop.Token) == 0 ? -1 : one[0];
    }
}
