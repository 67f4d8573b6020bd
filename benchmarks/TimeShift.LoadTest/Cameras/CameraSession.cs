using System.Buffers;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using TimeShift.Formats.Rtsp;
using TimeShift.LoadTest.Push;

namespace TimeShift.LoadTest.Cameras;

/// <summary>One client that a camera plays to, from PLAY on.</summary>
internal sealed class CameraSession(Socket socket, RtpClip clip, double start, TimeProvider clock) : IPaced
{
    private const double ReportInterval = 5_000;
    private readonly ArrayBufferWriter<byte> _unsent = new();
    private readonly byte[] _received = new byte[8 << 10];
    private int _receivedLength;
    private int _sent;
    private long _position;
    private double _nextReport;
    private long _accepted;
    private long _lateBytes;

    /// <summary>Bytes that the socket took.</summary>
    public long Accepted => Volatile.Read(ref _accepted);

    /// <summary>Bytes that the socket did not take when they were due: the client did not read.</summary>
    public long LateBytes => Volatile.Read(ref _lateBytes);

    public bool IsOver { get; private set; }

    public bool IsLeaving => IsOver;

    public void Push(double now)
    {
        var elapsed = now - start;
        if (elapsed < 0 || _sent < _unsent.WrittenCount && !Flush()) return;
        var target = clip.Schedule.BytesDue(elapsed);
        if (elapsed >= _nextReport)
        {
            clip.WriteReports(elapsed, clock.GetUtcNow(), _unsent);
            _nextReport += ReportInterval;
        }

        clip.Write(_position, target, _unsent);
        _position = target;
        if (_unsent.WrittenCount > 0 && !Flush()) _lateBytes += _unsent.WrittenCount - _sent;
    }

    /// <summary>Answers keep-alives; lets go of who says good-bye.</summary>
    public void Listen()
    {
        try
        {
            while (!IsOver)
            {
                var count = socket.Receive(_received.AsSpan(_receivedLength), SocketFlags.None, out var error);
                if (error == SocketError.WouldBlock) return;
                if (error != SocketError.Success || count == 0)
                {
                    IsOver = true;
                    return;
                }

                _receivedLength += count;
                Dispatch();
            }
        }
        catch (FormatException)
        {
            IsOver = true;
        }
    }

    public void Close() => socket.Dispose();

    private void Dispatch()
    {
        var rest = _received.AsSpan(0, _receivedLength);
        while (!rest.IsEmpty)
        {
            if (rest[0] == InterleavedFrame.Magic)
            {
                // Receiver reports.
                if (!InterleavedFrame.TryRead(rest, out _, out var packet)) break;
                rest = rest[(InterleavedFrame.HeaderSize + packet.Length)..];
                continue;
            }

            if (!RtspMessage.TryRead(rest, out var message, out var length)) break;
            rest = rest[length..];
            if (message!.Method == "TEARDOWN") IsOver = true;
            // Behind whole packets, as all in there are.
            _unsent.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"RTSP/1.0 200 OK\r\nCSeq: {message["CSeq"]}\r\nSession: 1;timeout=60\r\n\r\n")));
        }

        rest.CopyTo(_received);
        _receivedLength = rest.Length;
        if (_receivedLength == _received.Length) IsOver = true;
    }

    private bool Flush()
    {
        var sent = socket.Send(_unsent.WrittenSpan[_sent..], SocketFlags.None, out var error);
        if (error is not (SocketError.Success or SocketError.WouldBlock))
        {
            IsOver = true;
            return false;
        }

        _sent += sent;
        _accepted += sent;
        if (_sent < _unsent.WrittenCount) return false;
        _unsent.ResetWrittenCount();
        _sent = 0;
        return true;
    }
}
