using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using TimeShift.Formats.Rtsp;
using TimeShift.Protocols.Sockets;

namespace TimeShift.Protocols.Rtsp;

/// <summary>Gets the interleaved packets, lent for the call.</summary>
internal delegate void InterleavedHandler(byte channel, ReadOnlySpan<byte> packet);

/// <summary>
/// One RTSP connection: questions and their answers, and between them what the server sends of its own accord. Up to PLAY it waits for its bytes itself, from then on
/// it has them from a pump; interleaved packets are handed on where they lie.
/// </summary>
internal sealed class RtspDialog : IReceiver, IDisposable
{
    private const int FirstBuffer = 32 << 10;
    private const int LargestBuffer = 160 << 10;

    /// <summary>Bytes between messages that belong to none, before the connection is given up.</summary>
    private const int MaxGarbage = 256 << 10;
    private const int MaxTries = 3;
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly RtspCredentials _credentials;
    private readonly InterleavedHandler _onPacket;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
    private int _start;
    private int _end;
    private int _sequence;
    private int _awaited = -1;
    private RtspMessage? _answer;
    private int _keepAlive = -1;
    private int _keepAliveTries;
    private long _garbage;
    private bool _outOfStep;
    private string _keepAliveUri = "";

    public RtspDialog(RtspCredentials credentials, InterleavedHandler onPacket) => (_credentials, _onPacket) = (credentials, onPacket);

    public string? Session { get; private set; }

    /// <summary>Seconds after which a server forgets a session that says nothing.</summary>
    public int SessionTimeout { get; private set; } = 60;

    /// <summary>What keep-alives ask: GET_PARAMETER where the server knows it.</summary>
    public string KeepAliveMethod { get; set; } = "OPTIONS";

    public long Garbage => _garbage;

    /// <exception cref="RtspException">Nobody there.</exception>
    public async Task ConnectAsync(RtspUrl url, CancellationToken stop)
    {
        try
        {
            await _socket.ConnectAsync(url.Host, url.Port, stop).ConfigureAwait(false);
        }
        catch (SocketException e)
        {
            throw new RtspException(RtspFault.ConnectFailed, $"{url.Host}:{url.Port} cannot be connected to: {e.Message}");
        }
    }

    /// <summary>Sends a request and waits for its answer, with the user's name where it is asked for.</summary>
    /// <exception cref="RtspException">The connection is lost, or the user is refused.</exception>
    /// <exception cref="FormatException">The server breaks the protocol.</exception>
    public async Task<RtspMessage> AskAsync(string method, string uri, CancellationToken stop, params string[] headers)
    {
        for (var attempt = 1; ; attempt++)
        {
            (_awaited, _answer) = (NextSequence(), null);
            await SendRequestAsync(_awaited, method, uri, headers, stop).ConfigureAwait(false);
            while (_answer is null)
            {
                if (DispatchNext()) continue;
                if (!await ReceiveAsync(stop).ConfigureAwait(false)) throw new RtspException(RtspFault.ConnectFailed, $"the server closed the connection instead of answering {method}");
            }

            var answer = _answer;
            if (answer["Session"] is { Length: > 0 } session)
            {
                (Session, var timeout) = RtspHeaders.ReadSession(session);
                SessionTimeout = timeout ?? SessionTimeout;
            }

            if (answer.Status != 401)
            {
                _credentials.Accept();
                return answer;
            }

            if (attempt < MaxTries && _credentials.TryTake(answer)) continue;
            throw new RtspException(RtspFault.AuthenticationFailed, $"the server answers {method} with 401 {answer.Reason}: {(_credentials.IsEmpty ? "it wants a user and a password" : "the user or the password is wrong")}");
        }
    }

    /// <summary>Receives until the server closes the connection.</summary>
    /// <exception cref="RtspException">The server ends the session, or the connection is lost.</exception>
    /// <exception cref="FormatException">The server breaks the protocol.</exception>
    public async Task ListenAsync(ReceivePump pump, CancellationToken stop)
    {
        DispatchKept();
        try
        {
            await pump.RunAsync(_socket, this, stop).ConfigureAwait(false);
        }
        catch (SocketException e)
        {
            throw new RtspException(RtspFault.ConnectFailed, $"the connection was lost: {e.Message}");
        }
    }

    bool IReceiver.Receive(ReadOnlySpan<byte> bytes)
    {
        while (_start < _end && !bytes.IsEmpty)
        {
            // What was cut off: it alone is copied, the packets behind it are not.
            var rest = Math.Min(bytes.Length, MissingOfKept(bytes.Length));
            Keep(bytes[..rest]);
            bytes = bytes[rest..];
            DispatchKept();
        }

        while (!bytes.IsEmpty)
        {
            var isMessage = Dispatch(bytes, out var taken);
            bytes = bytes[taken..];
            if (isMessage) continue;
            Keep(bytes);
            break;
        }

        if (_end - _start >= LargestBuffer) throw TooLong();
        return true;
    }

    /// <summary>Tells the server that somebody is still there; the answer is looked at when it comes.</summary>
    public Task KeepAliveAsync(string uri, CancellationToken stop)
    {
        (_keepAliveUri, _keepAliveTries) = (uri, 0);
        return SendKeepAliveAsync(stop);
    }

    /// <summary>Says good-bye, and does not wait for the answer.</summary>
    public Task TeardownAsync(string uri, CancellationToken stop) => Session is null ? Task.CompletedTask : SendRequestAsync(NextSequence(), "TEARDOWN", uri, [], stop);

    public async Task SendPacketAsync(byte channel, ReadOnlyMemory<byte> packet, CancellationToken stop)
    {
        var frame = new byte[InterleavedFrame.HeaderSize + packet.Length];
        (frame[0], frame[1], frame[2], frame[3]) = (InterleavedFrame.Magic, channel, (byte)(packet.Length >> 8), (byte)packet.Length);
        packet.CopyTo(frame.AsMemory(InterleavedFrame.HeaderSize));
        await SendAsync(frame, stop).ConfigureAwait(false);
    }

    public void Dispose()
    {
        _socket.Dispose();
        _sending.Dispose();
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private int NextSequence() => Interlocked.Increment(ref _sequence);

    // The answer may be there before the sending is known to be over.
    private Task SendKeepAliveAsync(CancellationToken stop)
    {
        var sequence = NextSequence();
        Volatile.Write(ref _keepAlive, sequence);
        return SendRequestAsync(sequence, KeepAliveMethod, _keepAliveUri, [], stop);
    }

    private Task SendRequestAsync(int sequence, string method, string uri, string[] headers, CancellationToken stop)
    {
        var text = new StringBuilder(256).Append(CultureInfo.InvariantCulture, $"{method} {uri} RTSP/1.0\r\nCSeq: {sequence}\r\nUser-Agent: TimeShift\r\n");
        if (Session is not null) text.Append(CultureInfo.InvariantCulture, $"Session: {Session}\r\n");
        if (_credentials.Authorize(method, uri) is { } authorization) text.Append(CultureInfo.InvariantCulture, $"Authorization: {authorization}\r\n");
        foreach (var header in headers) text.Append(header).Append("\r\n");
        return SendAsync(Encoding.UTF8.GetBytes(text.Append("\r\n").ToString()), stop);
    }

    private async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken stop)
    {
        await _sending.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            while (!bytes.IsEmpty) bytes = bytes[await _socket.SendAsync(bytes, SocketFlags.None, stop).ConfigureAwait(false)..];
        }
        catch (SocketException e)
        {
            throw new RtspException(RtspFault.ConnectFailed, $"the connection was lost: {e.Message}");
        }
        finally
        {
            _sending.Release();
        }
    }

    private async ValueTask<bool> ReceiveAsync(CancellationToken stop)
    {
        // What is needed is never above a message's head and body; a buffer beyond that would be a defect here.
        if (_end - _start >= LargestBuffer) throw TooLong();
        try
        {
            MakeRoom(1);
            var count = await _socket.ReceiveAsync(_buffer.AsMemory(_end), SocketFlags.None, stop).ConfigureAwait(false);
            _end += count;
            return count > 0;
        }
        catch (SocketException e)
        {
            throw new RtspException(RtspFault.ConnectFailed, $"the connection was lost: {e.Message}");
        }
    }

    private RtspFormatException TooLong() => new($"{_end - _start} bytes came that are no whole message");

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        MakeRoom(bytes.Length);
        bytes.CopyTo(_buffer.AsSpan(_end));
        _end += bytes.Length;
    }

    private void MakeRoom(int bytes)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_buffer.Length - _end >= bytes) return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(2 * _buffer.Length, _end + bytes));
        _buffer.AsSpan(0, _end).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    // Bytes after which the kept ones are a whole interleaved packet; of a message, all there are.
    private int MissingOfKept(int all)
    {
        var kept = _buffer.AsSpan(_start, _end - _start);
        if (kept[0] != InterleavedFrame.Magic || _outOfStep) return all;
        return kept.Length < InterleavedFrame.HeaderSize
            ? InterleavedFrame.HeaderSize - kept.Length
            : InterleavedFrame.HeaderSize + BinaryPrimitives.ReadUInt16BigEndian(kept[2..]) - kept.Length;
    }

    private void DispatchKept()
    {
        while (DispatchNext())
        {
        }
    }

    // True for a message.
    private bool DispatchNext()
    {
        var isMessage = Dispatch(_buffer.AsSpan(_start, _end - _start), out var taken);
        _start += taken;
        return isMessage;
    }

    // Takes all packets up to a message, and that message. False where more bytes are needed.
    private bool Dispatch(ReadOnlySpan<byte> data, out int taken)
    {
        taken = 0;
        while (taken < data.Length)
        {
            var rest = data[taken..];
            if (rest[0] == InterleavedFrame.Magic)
            {
                if (_outOfStep && rest.Length <= InterleavedFrame.HeaderSize) return false;
                // After garbage any byte may be a $: what follows this one must look like RTP too.
                if (_outOfStep && rest[InterleavedFrame.HeaderSize] >> 6 != 2)
                {
                    taken += Skip(rest);
                    continue;
                }

                if (!InterleavedFrame.TryRead(rest, out var channel, out var packet)) return false;
                _outOfStep = false;
                taken += InterleavedFrame.HeaderSize + packet.Length;
                _onPacket(channel, packet);
                continue;
            }

            if (!LooksLikeMessage(rest))
            {
                taken += Skip(rest);
                continue;
            }

            if (!RtspMessage.TryRead(rest, out var message, out var length)) return false;
            taken += length;
            if (message!.IsResponse) TakeAnswer(message);
            else Answer(message);
            return true;
        }

        return false;
    }

    // A name in capitals, or the line end that some servers put behind a body.
    private static bool LooksLikeMessage(ReadOnlySpan<byte> data)
    {
        var at = 0;
        while (at < data.Length && data[at] is (byte)'\r' or (byte)'\n') at++;
        for (var end = Math.Min(data.Length, at + 4); at < end; at++)
        {
            if (data[at] is not (>= (byte)'A' and <= (byte)'Z' or (byte)'_')) return false;
        }

        return true;
    }

    private int Skip(ReadOnlySpan<byte> data)
    {
        var next = data[1..].IndexOfAny(InterleavedFrame.Magic, (byte)'R');
        var skipped = next < 0 ? data.Length : 1 + next;
        _garbage += skipped;
        _outOfStep = true;
        if (_garbage > MaxGarbage) throw new RtspFormatException($"{_garbage} bytes came that are neither messages nor interleaved packets");
        return skipped;
    }

    private void TakeAnswer(RtspMessage message)
    {
        if (message.Sequence >= 0 && message.Sequence == Volatile.Read(ref _keepAlive))
        {
            Volatile.Write(ref _keepAlive, -1);
            TakeKeepAlive(message);
        }
        else if (message.Sequence == _awaited || message.Sequence < 0)
        {
            // Some servers forget the sequence number; one question is open at a time.
            _answer = message;
        }
    }

    private void TakeKeepAlive(RtspMessage message)
    {
        switch (message.Status)
        {
            case 454:
                throw new RtspException(RtspFault.Finished, "the server has forgotten the session (454)");
            case 401 when _keepAliveTries++ < MaxTries && _credentials.TryTake(message):
                _ = SendQuietlyAsync(() => SendKeepAliveAsync(CancellationToken.None));
                break;
            case >= 400 when KeepAliveMethod != "OPTIONS":
                KeepAliveMethod = "OPTIONS";
                break;
            case < 300:
                _credentials.Accept();
                break;
        }
    }

    private void Answer(RtspMessage request)
    {
        var known = request.Method is "OPTIONS" or "ANNOUNCE" or "GET_PARAMETER" or "SET_PARAMETER" or "TEARDOWN" or "REDIRECT" or "PLAY_NOTIFY";
        var text = $"RTSP/1.0 {(known ? "200 OK" : "501 Not Implemented")}\r\nCSeq: {request["CSeq"]}\r\n"
            + (request.Method == "OPTIONS" ? "Public: OPTIONS, ANNOUNCE, GET_PARAMETER, SET_PARAMETER, TEARDOWN\r\n" : "") + (Session is null ? "" : $"Session: {Session}\r\n") + "\r\n";
        _ = SendQuietlyAsync(() => SendAsync(Encoding.UTF8.GetBytes(text), CancellationToken.None));
        if (request.Method == "TEARDOWN") throw new RtspException(RtspFault.Finished, "the server ended the session (TEARDOWN)");
        if (request.Method == "REDIRECT") throw new RtspException(RtspFault.Finished, "the server sent its clients elsewhere (REDIRECT)");
    }

    // A connection that is gone says so to who receives from it.
    private static async Task SendQuietlyAsync(Func<Task> send)
    {
        try
        {
            await send().ConfigureAwait(false);
        }
        catch (Exception e) when (e is RtspException or ObjectDisposedException)
        {
        }
    }
}
