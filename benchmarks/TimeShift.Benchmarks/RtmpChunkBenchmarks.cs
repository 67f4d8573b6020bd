using System.Buffers;
using System.Buffers.Binary;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Logging.Abstractions;
using TimeShift.Core.Hub;
using TimeShift.Core.Packets;
using TimeShift.Formats.Amf;
using TimeShift.Formats.Flv;
using TimeShift.Formats.Rtmp;
using TimeShift.Protocols.Rtmp;

namespace TimeShift.Benchmarks;

/// <summary>
/// A publisher's bytes to packets: chunks alone, and on to a hub without sinks. One operation is one second of 2 Mbit/s: 25 video and 47 audio messages, about 250 KB.
/// </summary>
[MemoryDiagnoser]
public class RtmpChunkBenchmarks
{
    // A video tag: H.264 Constrained Baseline, 320x180, as x264 writes it.
    private const string SequenceHeader = "17000000000142C00CFFE100176742C00CDA05067E7C0440000003004000000C83C50AA801000468CE0FC8";

    private const int Piece = 64 << 10;
    private readonly PacketPool _pool = new();
    private byte[] _second = [];
    private RtmpChunkReader _chunks = null!;
    private RtmpSession _session = null!;

    /// <summary>128 is what a peer begins with, 4096 what most encoders announce, 60 000 ffmpeg's.</summary>
    [Params(128, 4096, 60_000)]
    public int ChunkSize { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _second = Second();
        _chunks = new RtmpChunkReader(_pool) { ChunkSize = ChunkSize, MaxMessageLength = 16 << 20, RentAhead = true };
        var hub = new StreamHub(TimeProvider.System, NullLogger<StreamHub>.Instance);
        _session = new RtmpSession(new RtmpServerOptions(), hub, _pool, TimeProvider.System, NullLogger.Instance, "benchmark", new Discard(), () => null);
        _session.Receive(Beginning());
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        _session.End(StreamEnd.Finished);
        _chunks.Dispose();
    }

    [Benchmark(Baseline = true)]
    public int ChunksToMessages()
    {
        var messages = 0;
        for (var at = 0; at < _second.Length; at += Piece)
        {
            ReadOnlySpan<byte> bytes = _second.AsSpan(at, Math.Min(Piece, _second.Length - at));
            while (_chunks.TryRead(ref bytes, out var message))
            {
                message.Body.Dispose();
                messages++;
            }
        }

        return messages;
    }

    [Benchmark]
    public void BytesToHub()
    {
        for (var at = 0; at < _second.Length; at += Piece) _session.Receive(_second.AsSpan(at, Math.Min(Piece, _second.Length - at)));
    }

    // Handshake, connect, publish and an AAC and H.264 sequence header.
    private byte[] Beginning()
    {
        var output = new ArrayBufferWriter<byte>();
        output.Write(new byte[RtmpHandshake.AnswerLength]);
        Span<byte> size = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(size, ChunkSize);
        Message(output, RtmpMessageType.SetChunkSize, 2, 0, size, RtmpMessageWriter.InitialChunkSize);
        Command(output, "connect", 1.0, AmfObject.Of(("app", "live")));
        Command(output, "publish", 2.0, AmfValue.Null, "benchmark", "live");
        Message(output, RtmpMessageType.Audio, 4, 0, [0xAF, 0, 0x11, 0x90], ChunkSize);
        Message(output, RtmpMessageType.Video, 6, 0, Convert.FromHexString(SequenceHeader), ChunkSize);
        var bytes = output.WrittenSpan.ToArray();
        bytes[0] = RtmpHandshake.Version;
        return bytes;
    }

    private byte[] Second()
    {
        var random = new Random(1);
        var output = new ArrayBufferWriter<byte>();
        for (uint i = 0; i < 72; i++)
        {
            var isVideo = i % 3 == 0;
            var data = new byte[isVideo ? 9_500 : 260];
            random.NextBytes(data);
            if (isVideo)
            {
                FlvVideoHeader.Write(data, i == 0 ? FlvFrameType.Key : FlvFrameType.Inter, FlvVideoPacketType.CodedFrames, FlvCodecs.Avc, 0);
                BinaryPrimitives.WriteInt32BigEndian(data.AsSpan(5), data.Length - 9);
                data[9] = i == 0 ? (byte)0x65 : (byte)0x41;
            }
            else
            {
                FlvAudioHeader.WriteAac(data, FlvAudioPacketType.CodedFrames);
            }

            Message(output, isVideo ? RtmpMessageType.Video : RtmpMessageType.Audio, isVideo ? 6 : 4, i * 14, data, ChunkSize);
        }

        return output.WrittenSpan.ToArray();
    }

    private void Command(ArrayBufferWriter<byte> output, params ReadOnlySpan<AmfValue> values)
    {
        var body = new ArrayBufferWriter<byte>();
        Amf0Writer.Write(body, values);
        Message(output, RtmpMessageType.CommandAmf0, 3, 0, body.WrittenSpan, ChunkSize);
    }

    private static void Message(ArrayBufferWriter<byte> output, RtmpMessageType type, int chunkStream, uint timestamp, ReadOnlySpan<byte> body, int chunkSize) =>
        RtmpMessageWriter.Write(output, chunkStream, type, 1, timestamp, body, chunkSize);

    private sealed class Discard : IBufferWriter<byte>
    {
        private readonly byte[] _buffer = new byte[64 << 10];

        public void Advance(int count)
        {
        }

        public Memory<byte> GetMemory(int sizeHint = 0) => _buffer;

        public Span<byte> GetSpan(int sizeHint = 0) => _buffer;
    }
}
