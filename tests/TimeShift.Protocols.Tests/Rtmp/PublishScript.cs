using System.Buffers;
using System.Buffers.Binary;
using TimeShift.Formats.Amf;
using TimeShift.Formats.Flv;
using TimeShift.Formats.Rtmp;

namespace TimeShift.Protocols.Tests.Rtmp;

/// <summary>What a publisher sends, message by message, as bytes.</summary>
internal sealed class PublishScript(Chunking? chunking = null)
{
    public const uint StreamId = 1;
    private readonly Chunking _chunking = chunking ?? new Chunking();
    private readonly ArrayBufferWriter<byte> _body = new();
    private Chunker? _chunker;

    private Chunker Chunks => _chunker ??= new Chunker(_chunking);

    /// <summary>Everything since the last call.</summary>
    public byte[] Take() => Chunks.Take();

    /// <summary>C0, C1 and C2 of a client that sends them without waiting.</summary>
    public PublishScript SimpleHandshake()
    {
        var bytes = new byte[RtmpHandshake.AnswerLength];
        bytes[0] = RtmpHandshake.Version;
        return Raw(bytes);
    }

    public PublishScript Raw(ReadOnlySpan<byte> bytes)
    {
        Chunks.Output.Write(bytes);
        return this;
    }

    public PublishScript Connect(string app)
    {
        if (_chunking.ChunkSize != Chunks.ChunkSize) SetChunkSize(_chunking.ChunkSize);
        return Command(0, "connect", 1, AmfObject.Of(("app", app), ("type", "nonprivate"), ("flashVer", "FMLE/3.0 (test)"), ("tcUrl", $"rtmp://127.0.0.1/{app}")));
    }

    public PublishScript Publish(string key) => Command(0, "releaseStream", 2, AmfValue.Null, key)
        .Command(0, "FCPublish", 3, AmfValue.Null, key)
        .Command(0, "createStream", 4, AmfValue.Null)
        .Command(StreamId, "publish", 5, AmfValue.Null, key, "live");

    public PublishScript Finish(string key) => Command(0, "FCUnpublish", 6, AmfValue.Null, key).Command(0, "deleteStream", 7, AmfValue.Null, (double)StreamId);

    public PublishScript Command(uint streamId, params ReadOnlySpan<AmfValue> values)
    {
        _body.Clear();
        Amf0Writer.Write(_body, values);
        Chunks.Write(RtmpMessageWriter.CommandChunkStream, RtmpMessageType.CommandAmf0, streamId, 0, _body.WrittenSpan);
        return this;
    }

    public PublishScript Metadata(params ReadOnlySpan<(string Name, AmfValue Value)> values)
    {
        _body.Clear();
        Amf0Writer.Write(_body, "@setDataFrame", "onMetaData", AmfObject.Of(values) with { IsEcmaArray = true });
        return Message(RtmpMessageType.DataAmf0, 0, _body.WrittenSpan);
    }

    public PublishScript SetChunkSize(int size)
    {
        Span<byte> body = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(body, size);
        Chunks.Write(RtmpMessageWriter.ControlChunkStream, RtmpMessageType.SetChunkSize, 0, 0, body);
        Chunks.ChunkSize = size;
        return this;
    }

    public PublishScript Message(RtmpMessageType type, uint timestamp, ReadOnlySpan<byte> body)
    {
        Chunks.Write(type == RtmpMessageType.Audio ? _chunking.AudioChunkStream : _chunking.VideoChunkStream, type, StreamId, timestamp, body);
        return this;
    }

    /// <param name="shift">Added to the times, modulo 2^32.</param>
    public PublishScript Tags(IEnumerable<(FlvTagHeader Header, byte[] Data)> tags, uint shift = 0)
    {
        foreach (var (header, data) in tags) Message((RtmpMessageType)header.Type, header.Timestamp + shift, data);
        return this;
    }

    public PublishScript Video(FlvFrameType frame, FlvVideoPacketType type, uint codec, uint timestamp, int composition, ReadOnlySpan<byte> data)
    {
        var body = new byte[FlvVideoHeader.MaxLength + data.Length];
        var header = FlvVideoHeader.Write(body, frame, type, codec, composition);
        data.CopyTo(body.AsSpan(header));
        return Message(RtmpMessageType.Video, timestamp, body.AsSpan(0, header + data.Length));
    }
}
