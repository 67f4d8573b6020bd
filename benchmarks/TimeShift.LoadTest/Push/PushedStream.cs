using System.Net.Sockets;
using TimeShift.LoadTest.Media;
using TimeShift.LoadTest.Rtmp;

namespace TimeShift.LoadTest.Push;

/// <summary>One publisher as the push loop sees it. Only the loop's thread moves it; its counters may be read by others.</summary>
internal sealed class PushedStream(RtmpPublisher publisher, Clip clip, double start) : IPaced
{
    private readonly byte[] _opening = clip.Opening(publisher.StreamId);
    private long _position;
    private long _lateUpTo;
    private long _accepted;
    private long _sends;
    private long _lateBytes;
    private double _worstLateness;

    /// <summary>Bytes of media that the socket took.</summary>
    public long Accepted => Volatile.Read(ref _accepted);

    /// <summary>Calls that sent something: about the messages' number, fewer where this process came late and several went in one.</summary>
    public long Sends => Volatile.Read(ref _sends);

    /// <summary>Bytes that the socket did not take when they were due, since its buffer was full.</summary>
    public long LateBytes => Volatile.Read(ref _lateBytes);

    /// <summary>Milliseconds that a byte waited at most for the socket to take it.</summary>
    public double WorstLateness => Volatile.Read(ref _worstLateness);

    /// <summary>Why it ended before its time; null while it runs.</summary>
    public string? Fault { get; private set; }

    public bool IsOver => Fault is not null;

    public bool IsLeaving { get; set; }

    /// <summary>Sends what is due.</summary>
    /// <param name="now">Milliseconds on the loop's clock.</param>
    public void Push(double now)
    {
        var elapsed = now - start;
        if (elapsed < 0) return;
        var target = _opening.Length + clip.Schedule.BytesDue(elapsed);
        if (_position == target || !Send(target) || _position == target) return;

        // Each byte counts once, whenever the rest of it goes.
        _lateBytes += target - Math.Max(_position, _lateUpTo);
        _lateUpTo = target;
        var due = _position < _opening.Length ? 0 : clip.Schedule.DueAt(_position - _opening.Length);
        _worstLateness = Math.Max(_worstLateness, elapsed - due);
    }

    /// <summary>Looks at what the server says.</summary>
    public void Listen()
    {
        try
        {
            Fault ??= publisher.Drain();
        }
        catch (FormatException e)
        {
            Fault = e.Message;
        }
    }

    public void Close()
    {
        if (IsOver) publisher.Dispose();
        else publisher.Close();
    }

    private bool Send(long target)
    {
        // A whole message has gone when the last target was reached: only there may another message stand.
        if (publisher.Pong is { } pong && _position >= _lateUpTo)
        {
            publisher.Socket.Send(pong, SocketFlags.None, out _);
            publisher.Pong = null;
        }

        while (_position < target)
        {
            var piece = PieceAt(_position, target);
            var sent = publisher.Socket.Send(piece, SocketFlags.None, out var error);
            if (error == SocketError.WouldBlock) return true;
            if (error != SocketError.Success)
            {
                Fault ??= $"the connection was lost ({error})";
                return false;
            }

            _position += sent;
            _accepted += sent;
            _sends++;
            if (sent < piece.Length) return true;
        }

        return true;
    }

    private ReadOnlySpan<byte> PieceAt(long position, long target)
    {
        if (position < _opening.Length) return _opening.AsSpan((int)position);
        var within = (int)((position - _opening.Length) % clip.Round.Length);
        return clip.Round.Span.Slice(within, (int)Math.Min(target - position, clip.Round.Length - within));
    }
}
