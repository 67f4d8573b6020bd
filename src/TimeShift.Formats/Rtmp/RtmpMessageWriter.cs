using System.Buffers;
using System.Buffers.Binary;

namespace TimeShift.Formats.Rtmp;

/// <summary>Writes whole messages as chunks: one of format 0, the rest of format 3. For what is said rarely; media wants the shorter formats.</summary>
public static class RtmpMessageWriter
{
    /// <summary>The chunk stream of protocol control messages (RTMP 1.0 §5.4).</summary>
    public const int ControlChunkStream = 2;

    public const int CommandChunkStream = 3;

    /// <summary>Until a Set Chunk Size (§5.4.1).</summary>
    public const int InitialChunkSize = 128;

    public static void Write(
        IBufferWriter<byte> output, int chunkStream, RtmpMessageType type, uint streamId, uint timestamp, ReadOnlySpan<byte> payload, int chunkSize)
    {
        var header = new RtmpChunkHeader(0, chunkStream, timestamp, false, payload.Length, type, streamId, 0);
        do
        {
            output.Advance(header.Write(output.GetSpan(RtmpChunkHeader.MaxLength), timestamp >= RtmpChunkHeader.ExtendedMark ? timestamp : null));
            var part = payload[..Math.Min(chunkSize, payload.Length)];
            output.Write(part);
            payload = payload[part.Length..];
            header = header with { Format = 3 };
        }
        while (!payload.IsEmpty);
    }

    /// <summary>A control message whose body is one number: Set Chunk Size, Abort, Acknowledgement, Window Acknowledgement Size.</summary>
    public static void WriteControl(IBufferWriter<byte> output, RtmpMessageType type, uint value)
    {
        Span<byte> body = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(body, value);
        Write(output, ControlChunkStream, type, 0, 0, body, InitialChunkSize);
    }

    /// <param name="limit">0 hard, 1 soft, 2 dynamic (§5.4.5).</param>
    public static void WriteSetPeerBandwidth(IBufferWriter<byte> output, uint window, byte limit)
    {
        Span<byte> body = stackalloc byte[5];
        BinaryPrimitives.WriteUInt32BigEndian(body, window);
        body[4] = limit;
        Write(output, ControlChunkStream, RtmpMessageType.SetPeerBandwidth, 0, 0, body, InitialChunkSize);
    }

    public static void WriteUserControl(IBufferWriter<byte> output, RtmpUserControl kind, uint value)
    {
        Span<byte> body = stackalloc byte[6];
        BinaryPrimitives.WriteUInt16BigEndian(body, (ushort)kind);
        BinaryPrimitives.WriteUInt32BigEndian(body[2..], value);
        Write(output, ControlChunkStream, RtmpMessageType.UserControl, 0, 0, body, InitialChunkSize);
    }
}
