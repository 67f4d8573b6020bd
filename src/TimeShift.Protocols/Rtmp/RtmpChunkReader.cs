using System.Buffers.Binary;
using TimeShift.Core.Packets;
using TimeShift.Formats.Rtmp;

namespace TimeShift.Protocols.Rtmp;

/// <summary>
/// Puts messages together from chunks as bytes arrive, in pieces of any size. A message's payload is copied once, from the bytes given into the packet rented
/// for it. Memory follows what was received, not what a header promised: a message above <see cref="FirstRent"/> gets its room as it comes.
/// </summary>
internal sealed class RtmpChunkReader(PacketPool pool) : IDisposable
{
    /// <summary>Chunk streams of one connection; encoders use four or five.</summary>
    public const int MaxChunkStreams = 16;

    /// <summary>Largest chunk that a peer may announce.</summary>
    public const int MaxChunkSize = 16 << 20;

    /// <summary>Above it a message's room is doubled as bytes come, with one more copy: about 2 in 1 000 messages at 20 Mbit/s.</summary>
    private const int FirstRent = 256 << 10;

    private const int SmallFirstRent = 4 << 10;
    private readonly RtmpChunkStream?[] _streams = new RtmpChunkStream?[MaxChunkStreams];
    private readonly byte[] _header = new byte[RtmpChunkHeader.MaxLength];
    private readonly byte[] _replay = new byte[4];
    private RtmpChunkStream? _current;
    private int _headerLength;
    private int _replayLength;
    private int _chunkLeft;
    private int _promised;
    private int _unfinished;

    // The sender does not repeat extended timestamps: seen once, where four bytes were another number.
    private bool _leavesExtendedOut;

    /// <summary>Bytes of payload in a chunk that the peer sends (§5.4.1).</summary>
    public int ChunkSize { get; set; } = RtmpMessageWriter.InitialChunkSize;

    /// <summary>Bytes of one message, and half of what all unfinished ones may add up to.</summary>
    public int MaxMessageLength { get; set; } = 64 << 10;

    /// <summary>Room for large messages at once; off until the peer has shown what it is.</summary>
    public bool RentAhead { get; set; }

    /// <summary>Takes bytes until a message is whole (true; call again with the rest) or there are no more (false).</summary>
    /// <exception cref="RtmpProtocolException">The bytes are no RTMP chunks, or go beyond a bound.</exception>
    public bool TryRead(ref ReadOnlySpan<byte> bytes, out RtmpMessage message)
    {
        Span<byte> copy = stackalloc byte[4];
        while (true)
        {
            if (_replayLength > 0)
            {
                _replay.CopyTo(copy);
                ReadOnlySpan<byte> replay = copy[.._replayLength];
                var whole = Advance(ref replay, out message);
                replay.CopyTo(_replay);
                _replayLength = replay.Length;
                if (whole) return true;
            }

            if (Advance(ref bytes, out message)) return true;
            if (_replayLength == 0) return false;
        }
    }

    /// <summary>Forgets the unfinished message of a chunk stream (§5.4.2).</summary>
    public void Abort(int chunkStream)
    {
        foreach (var stream in _streams)
        {
            if (stream is null || stream.Id != chunkStream || stream.Body.IsDefault) continue;
            Finish(stream);
            stream.Drop();
        }
    }

    public void Dispose()
    {
        foreach (var stream in _streams) stream?.Drop();
    }

    private bool Advance(ref ReadOnlySpan<byte> bytes, out RtmpMessage message)
    {
        message = default;
        while (true)
        {
            if (_current is null && !TryBeginChunk(ref bytes)) return false;
            var stream = _current!;
            var take = Math.Min(_chunkLeft, bytes.Length);
            if (take > 0)
            {
                Append(stream, bytes[..take]);
                bytes = bytes[take..];
                _chunkLeft -= take;
            }

            if (_chunkLeft > 0) return false;
            _current = null;
            if (stream.Received < stream.MessageLength) continue;
            stream.Body.Packet.SetPayload(0, stream.MessageLength);
            message = new RtmpMessage(stream.Type, stream.StreamId, stream.Timestamp, stream.Body);
            Finish(stream);
            stream.Body = default;
            return true;
        }
    }

    // False: the bytes ended first, or four of them are to be looked at again.
    private bool TryBeginChunk(ref ReadOnlySpan<byte> bytes)
    {
        if (_headerLength == 0 && RtmpChunkHeader.TryRead(bytes, out var header))
        {
            var stream = StreamOf(header.ChunkStreamId);
            var length = header.Length;
            var repeats = RepeatsExtended(header, stream);
            if (!repeats || bytes.Length >= length + 4)
            {
                if (repeats && IsExtended(stream, bytes[length..])) length += 4;
                bytes = bytes[length..];
                Begin(stream, header);
                return true;
            }
        }

        return TryBeginSplitChunk(ref bytes);
    }

    // A header that lies across two receives: gathered byte by byte, never more of them than it has.
    private bool TryBeginSplitChunk(ref ReadOnlySpan<byte> bytes)
    {
        while (true)
        {
            var gathered = _header.AsSpan(0, _headerLength);
            if (RtmpChunkHeader.TryRead(gathered, out var header))
            {
                var stream = StreamOf(header.ChunkStreamId);
                var repeats = RepeatsExtended(header, stream);
                if (!repeats || gathered.Length == header.Length + 4)
                {
                    if (repeats && !IsExtended(stream, gathered[header.Length..]))
                    {
                        gathered[header.Length..].CopyTo(_replay);
                        _replayLength = 4;
                    }

                    _headerLength = 0;
                    Begin(stream, header);
                    // What is to be looked at again comes before the bytes given.
                    return _replayLength == 0;
                }
            }

            if (bytes.IsEmpty) return false;
            _header[_headerLength++] = bytes[0];
            bytes = bytes[1..];
        }
    }

    private bool RepeatsExtended(in RtmpChunkHeader header, RtmpChunkStream stream) => header.Format == 3 && stream.Extended is not null && !_leavesExtendedOut;

    private bool IsExtended(RtmpChunkStream stream, ReadOnlySpan<byte> bytes)
    {
        _leavesExtendedOut = !stream.IsRepeatedTimestamp(BinaryPrimitives.ReadUInt32BigEndian(bytes));
        return !_leavesExtendedOut;
    }

    private void Begin(RtmpChunkStream stream, in RtmpChunkHeader header)
    {
        if (stream.Body.IsDefault)
        {
            stream.Begin(header);
            Rent(stream);
        }
        else if (header.Format != 3)
        {
            throw new RtmpProtocolException(
                $"chunk stream {stream.Id} begins a message (format {header.Format}) while {stream.Received} of {stream.MessageLength} bytes of another have come; "
                + "expected format 3");
        }

        _current = stream;
        _chunkLeft = Math.Min(ChunkSize, stream.MessageLength - stream.Received);
    }

    private void Rent(RtmpChunkStream stream)
    {
        if (stream.MessageLength > MaxMessageLength)
            throw new RtmpProtocolException($"a message of type {(int)stream.Type} has {stream.MessageLength} bytes; at most {MaxMessageLength} are taken now");
        _promised += stream.MessageLength;
        if (_promised > 2 * (long)MaxMessageLength)
            throw new RtmpProtocolException($"unfinished messages add up to {_promised} bytes; at most {2 * (long)MaxMessageLength} are taken now");
        var first = RentAhead && _unfinished < 2 ? FirstRent : SmallFirstRent;
        _unfinished++;
        stream.Body = pool.Rent(Math.Min(stream.MessageLength, first));
    }

    private void Finish(RtmpChunkStream stream)
    {
        _unfinished--;
        _promised -= stream.MessageLength;
        if (_current == stream) _current = null;
    }

    private void Append(RtmpChunkStream stream, ReadOnlySpan<byte> bytes)
    {
        var packet = stream.Body.Packet;
        var length = stream.Received + bytes.Length;
        if (length > packet.Buffer.Length)
        {
            var larger = pool.Rent(Math.Min(stream.MessageLength, Math.Max(length, 2 * packet.Buffer.Length)));
            packet.Buffer[..stream.Received].CopyTo(larger.Packet.Buffer);
            stream.Body.Dispose();
            stream.Body = larger;
            packet = larger.Packet;
        }

        bytes.CopyTo(packet.Buffer[stream.Received..]);
        stream.Received = length;
    }

    private RtmpChunkStream StreamOf(int id)
    {
        for (var i = 0; i < _streams.Length; i++)
        {
            var stream = _streams[i] ??= new RtmpChunkStream(id);
            if (stream.Id == id) return stream;
        }

        throw new RtmpProtocolException($"chunk stream {id} is the {MaxChunkStreams + 1}th of this connection; at most {MaxChunkStreams} are taken");
    }
}
