using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using TimeShift.Core.Hub;
using TimeShift.Protocols.Sockets;

namespace TimeShift.Protocols.Rtmp;

/// <summary>Moves bytes between a socket and its session, and says in one log line why that ended.</summary>
internal sealed class RtmpConnection : IReceiver
{
    private readonly Socket _socket;
    private readonly NetworkStream _stream;
    private readonly PipeReader _input;
    private readonly PipeWriter _output;
    private readonly RtmpSession _session;
    private readonly ReceivePump _pump;
    private readonly ILogger _logger;
    private readonly string _peer;
    private BrokenOff? _brokenOff;

    public RtmpConnection(Socket socket, string peer, Func<PipeWriter, RtmpSession> createSession, ReceivePump pump, ILogger logger)
    {
        _socket = socket;
        _peer = peer;
        _pump = pump;
        _logger = logger;
        _stream = new NetworkStream(socket, ownsSocket: true);
        // Zero-byte reads: a connection that says nothing holds no buffer.
        _input = PipeReader.Create(_stream, new StreamPipeReaderOptions(useZeroByteReads: true));
        _output = PipeWriter.Create(_stream);
        _session = createSession(_output);
    }

    /// <summary>Until the connection is closed; never throws.</summary>
    public async Task RunAsync()
    {
        var end = StreamEnd.Lost;
        string reason;
        var broke = false;
        try
        {
            await MoveBytesAsync().ConfigureAwait(false);
            reason = _session.EndReason ?? "the peer closed the connection";
        }
        catch (FormatException e)
        {
            (end, reason, broke) = (StreamEnd.Fault, e.Message, true);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // A peer that has said good-bye need not wait for what we say to it.
            reason = _session.EndReason ?? $"the connection was lost ({(e.InnerException ?? e).Message})";
        }
#pragma warning disable CA1031 // a defect ends this connection and no other
        catch (Exception e)
#pragma warning restore CA1031
        {
            Log.RtmpSessionFailed(_logger, e, _peer, _session.StreamText);
            (end, reason) = (StreamEnd.Fault, "a defect of the server");
        }

        if (Volatile.Read(ref _brokenOff) is { } off)
        {
            end = off.End;
            if (off.Reason.Length > 0) (reason, broke) = (off.Reason, end != StreamEnd.Stopped);
        }

        _session.End(end);
        await _stream.DisposeAsync().ConfigureAwait(false);
        var seconds = _session.Age.TotalSeconds;
        if (broke) Log.RtmpBrokenOff(_logger, _peer, _session.StreamText, seconds, _session.Received, reason);
        else Log.RtmpEnded(_logger, _peer, _session.StreamText, seconds, _session.Received, reason);
    }

    /// <summary>Ends the connection if it has not kept a deadline; called by the server's one timer.</summary>
    public void Sweep()
    {
        if (_session.Overdue() is { } reason) BreakOff(StreamEnd.Lost, reason);
    }

    /// <summary>Closes the socket, whatever the session waits for.</summary>
    public void BreakOff(StreamEnd end, string reason)
    {
        if (Interlocked.CompareExchange(ref _brokenOff, new BrokenOff(end, reason), null) is null) _socket.Dispose();
    }

    /// <summary>A publisher's bytes, on the pump's thread. Replies are sent elsewhere, since the peer may keep us waiting.</summary>
    bool IReceiver.Receive(ReadOnlySpan<byte> bytes)
    {
        _session.Receive(bytes);
        return CanBePumped;
    }

    private bool CanBePumped => _session.Phase == RtmpPhase.Publishing && _output.UnflushedBytes == 0;

    private async Task MoveBytesAsync()
    {
        var closing = false;
        while (true)
        {
            bool isCompleted;
            if (CanBePumped)
            {
                isCompleted = await _pump.RunAsync(_socket, this).ConfigureAwait(false);
            }
            else
            {
                var result = await _input.ReadAsync().ConfigureAwait(false);
                foreach (var piece in result.Buffer) _session.Receive(piece.Span);
                _input.AdvanceTo(result.Buffer.End);
                isCompleted = result.IsCompleted;
            }

            if (!closing && _output.UnflushedBytes > 0) await _output.FlushAsync().ConfigureAwait(false);
            if (isCompleted) return;
            if (closing || _session.Phase != RtmpPhase.Closing) continue;
            // Closed outright, unread bytes would make the kernel reset the connection, and the peer might never read the reason.
            closing = true;
            _socket.Shutdown(SocketShutdown.Send);
        }
    }

    private sealed record BrokenOff(StreamEnd End, string Reason);
}
