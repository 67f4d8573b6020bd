using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using TimeShift.Formats.Rtmp;

namespace TimeShift.LoadTest.Rtmp;

/// <summary>Puts a server's few messages together; for answers, not for media.</summary>
internal sealed class RtmpReplyReader
{
    private const int MaxMessage = 1 << 20;
    private readonly ArrayBufferWriter<byte> _input = new();
    private readonly Dictionary<int, Partial> _streams = [];
    private int _consumed;
    private int _chunkSize = RtmpMessageWriter.InitialChunkSize;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (_consumed == _input.WrittenCount)
        {
            _input.ResetWrittenCount();
            _consumed = 0;
        }

        _input.Write(bytes);
    }

    /// <exception cref="RtmpProtocolException">The bytes are no RTMP chunks.</exception>
    public bool TryRead([NotNullWhen(true)] out RtmpReply? reply)
    {
        while (TryReadChunk(out reply))
        {
            if (reply is not { } whole) continue;
            if (whole.Type != RtmpMessageType.SetChunkSize) return true;
            _chunkSize = BinaryPrimitives.ReadInt32BigEndian(whole.Body);
            if (_chunkSize <= 0) throw new RtmpProtocolException($"the server announces chunks of {_chunkSize} bytes; expected 1 or more");
        }

        return false;
    }

    // False: the chunk is not there as a whole.
    private bool TryReadChunk(out RtmpReply? reply)
    {
        reply = null;
        var bytes = _input.WrittenSpan[_consumed..];
        if (!RtmpChunkHeader.TryRead(bytes, out var header)) return false;
        if (!_streams.TryGetValue(header.ChunkStreamId, out var stream)) _streams[header.ChunkStreamId] = stream = new Partial();
        var fresh = header.Format <= 1;
        var length = fresh ? header.MessageLength : stream.Length;
        if (length > MaxMessage) throw new RtmpProtocolException($"the server sends a message of {length} bytes; at most {MaxMessage} are taken");
        var headerLength = header.Length + (header.Format == 3 && stream.IsExtended ? 4 : 0);
        var take = Math.Min(_chunkSize, length - stream.Received);
        if (bytes.Length < headerLength + take) return false;

        if (fresh) (stream.Type, stream.Length) = (header.Type, length);
        if (header.Format <= 2) stream.IsExtended = header.IsExtended;
        if (stream.Received == 0) stream.Body = new byte[length];
        bytes.Slice(headerLength, take).CopyTo(stream.Body.AsSpan(stream.Received));
        stream.Received += take;
        _consumed += headerLength + take;
        if (stream.Received < stream.Length) return true;
        reply = new RtmpReply(stream.Type, stream.Body);
        stream.Received = 0;
        return true;
    }

    private sealed class Partial
    {
        public RtmpMessageType Type { get; set; }

        public int Length { get; set; }

        public int Received { get; set; }

        public bool IsExtended { get; set; }

        public byte[] Body { get; set; } = [];
    }
}
