using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using TimeShift.Formats.Rtsp;
using TimeShift.LoadTest.Push;

namespace TimeShift.LoadTest.Cameras;

/// <summary>Any number of RTSP cameras on one port: every address plays the same clip, each session from its own begin, spread over the first group of pictures.</summary>
internal sealed class CameraServer : IDisposable
{
    private const int SendBuffer = 512 << 10;
    private readonly Socket _listener;
    private readonly RtpClip _clip;
    private readonly TimeProvider _clock;
    private readonly PushLoop _loop;
    private readonly ConcurrentBag<CameraSession> _sessions = [];
    private readonly Lock _change = new();
    private int _begun;

    public CameraServer(IPEndPoint listen, RtpClip clip, double tick, TimeProvider clock)
    {
        (_clip, _clock) = (clip, clock);
        _listener = new Socket(listen.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        _listener.Bind(listen);
        _listener.Listen(512);
        EndPoint = (IPEndPoint)_listener.LocalEndPoint!;
        _loop = new PushLoop(clock, tick);
        new Thread(Accept) { IsBackground = true, Name = "cameras" }.Start();
    }

    public IPEndPoint EndPoint { get; }

    /// <summary>All that ever played.</summary>
    public IReadOnlyCollection<CameraSession> Sessions => _sessions;

    /// <summary>Milliseconds by which this process came late to its own ticks: the 99th percentile.</summary>
    public double OwnLateness => _loop.OwnLateness.Percentile(0.99);

    public void Dispose()
    {
        _listener.Dispose();
        _loop.Dispose();
    }

    private void Accept()
    {
        while (true)
        {
            try
            {
                var socket = _listener.Accept();
                // One thread for the few messages up to PLAY.
                new Thread(() => Serve(socket)) { IsBackground = true }.Start();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private void Serve(Socket socket)
    {
        socket.NoDelay = true;
        socket.SendBufferSize = SendBuffer;
        var buffer = new byte[16 << 10];
        var length = 0;
        try
        {
            while (true)
            {
                var count = socket.Receive(buffer.AsSpan(length));
                if (count == 0) break;
                length += count;
                while (RtspMessage.TryRead(buffer.AsSpan(0, length), out var request, out var size))
                {
                    buffer.AsSpan(size, length - size).CopyTo(buffer);
                    length -= size;
                    socket.Send(Encoding.ASCII.GetBytes(Answer(request!)));
                    if (request!.Method != "PLAY") continue;
                    Play(socket);
                    return;
                }
            }
        }
        catch (Exception e) when (e is SocketException or FormatException or ArgumentException)
        {
            // A client that breaks off, or that speaks something else.
        }

        socket.Dispose();
    }

    private void Play(Socket socket)
    {
        socket.Blocking = false;
        lock (_change)
        {
            // A hundred clients come at once, and cameras are not in step.
            var offset = _begun++ * 137 % 2_000;
            var session = new CameraSession(socket, _clip, _loop.Now + offset, _clock);
            _sessions.Add(session);
            _loop.Add(session);
        }
    }

    private string Answer(RtspMessage request)
    {
        var head = string.Create(CultureInfo.InvariantCulture, $"RTSP/1.0 200 OK\r\nCSeq: {request["CSeq"]}\r\n");
        return request.Method switch
        {
            "OPTIONS" => head + "Public: OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER, TEARDOWN\r\n\r\n",
            "DESCRIBE" => head + string.Create(CultureInfo.InvariantCulture, $"Content-Base: {request.Uri}/\r\nContent-Type: application/sdp\r\nContent-Length: {_clip.Sdp.Length}\r\n\r\n{_clip.Sdp}"),
            "SETUP" when request["Transport"]?.Contains("TCP", StringComparison.OrdinalIgnoreCase) == true =>
                head + $"Transport: {request["Transport"]}\r\nSession: 1;timeout=60\r\n\r\n",
            "SETUP" => string.Create(CultureInfo.InvariantCulture, $"RTSP/1.0 461 Unsupported Transport\r\nCSeq: {request["CSeq"]}\r\n\r\n"),
            _ => head + "Session: 1;timeout=60\r\n\r\n",
        };
    }
}
