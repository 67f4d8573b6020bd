using System.Buffers;
using TimeShift.Formats.Rtmp;

namespace TimeShift.Protocols.Tests.Rtmp;

/// <summary>How a publisher cuts its messages.</summary>
internal sealed record Chunking
{
    public int ChunkSize { get; init; } = 128;

    /// <summary>Chunk formats 1, 2 and 3 wherever the last header allows it; else format 0 for every message.</summary>
    public bool Compress { get; init; } = true;

    /// <summary>The extended timestamp on chunks of format 3: as written, left out, or the absolute time.</summary>
    public ExtendedOnFormat3 Extended { get; init; }

    public int AudioChunkStream { get; init; } = 4;

    public int VideoChunkStream { get; init; } = 6;
}

internal enum ExtendedOnFormat3
{
    Repeated,
    LeftOut,
    Absolute,
}

/// <summary>Writes messages as chunks in all the forms there are, as a sender would.</summary>
internal sealed class Chunker(Chunking chunking)
{
    private readonly Dictionary<int, (RtmpChunkHeader Header, uint Time, uint Delta)> _last = [];

    public int ChunkSize { get; set; } = 128;

    public ArrayBufferWriter<byte> Output { get; } = new();

    public byte[] Take()
    {
        var bytes = Output.WrittenSpan.ToArray();
        Output.Clear();
        return bytes;
    }

    public void Write(int chunkStream, RtmpMessageType type, uint streamId, uint timestamp, ReadOnlySpan<byte> payload)
    {
        var header = HeaderOf(chunkStream, type, streamId, timestamp, payload.Length);
        uint? field = header.Format == 3 ? ExtendedOf(_last[chunkStream].Header) : ExtendedOf(header);
        if (header.Format < 3) _last[chunkStream] = (header, timestamp, header.Format == 0 ? timestamp : header.Timestamp);
        else _last[chunkStream] = (_last[chunkStream].Header, timestamp, _last[chunkStream].Delta);
        Append(header, field, timestamp, payload[..Math.Min(ChunkSize, payload.Length)]);
        for (var at = ChunkSize; at < payload.Length; at += ChunkSize)
            Append(header with { Format = 3 }, field, timestamp, payload[at..Math.Min(at + ChunkSize, payload.Length)]);
    }

    private void Append(RtmpChunkHeader header, uint? field, uint timestamp, ReadOnlySpan<byte> part)
    {
        uint? repeated = field is null || chunking.Extended == ExtendedOnFormat3.LeftOut ? null : chunking.Extended == ExtendedOnFormat3.Absolute ? timestamp : field;
        Output.Advance(header.Write(Output.GetSpan(RtmpChunkHeader.MaxLength), repeated));
        Output.Write(part);
    }

    private static uint? ExtendedOf(RtmpChunkHeader header) => header.Timestamp >= RtmpChunkHeader.ExtendedMark ? header.Timestamp : null;

    private RtmpChunkHeader HeaderOf(int chunkStream, RtmpMessageType type, uint streamId, uint timestamp, int length)
    {
        var full = new RtmpChunkHeader(0, chunkStream, timestamp, false, length, type, streamId, 0);
        if (!chunking.Compress || !_last.TryGetValue(chunkStream, out var last) || last.Header.StreamId != streamId || timestamp < last.Time) return full;
        var delta = timestamp - last.Time;
        if (last.Header.MessageLength != length || last.Header.Type != type) return full with { Format = 1, Timestamp = delta };
        return delta == last.Delta && (last.Header.Format != 0 || delta < 10_000)
            ? last.Header with { Format = 3 }
            : full with { Format = 2, Timestamp = delta };
    }
}
