using System.Buffers;
using Microsoft.Extensions.Logging.Abstractions;
using TimeShift.Core.Hub;
using TimeShift.Core.Packets;
using TimeShift.Protocols.Rtmp;

namespace TimeShift.Protocols.Tests.Rtmp;

/// <summary>A session without a socket: bytes go in by hand, answers are thrown away.</summary>
internal sealed class OfflineSession : IDisposable
{
    private readonly Discard _output = new();

    public OfflineSession(IPacketSink? sink = null, TimeProvider? clock = null)
    {
        clock ??= TimeProvider.System;
        Hub = new StreamHub(clock, NullLogger<StreamHub>.Instance) { StreamAdded = stream => stream.AddSink(sink ?? new Nobody()) };
        Session = new RtmpSession(new RtmpServerOptions(), Hub, Pool, clock, NullLogger.Instance, "test", _output, () => Full);
    }

    /// <summary>Why nobody more is let in.</summary>
    public string? Full { get; set; }

    public StreamHub Hub { get; }

    public PacketPool Pool { get; } = new();

    public RtmpSession Session { get; }

    public void Dispose() => Session.End(StreamEnd.Fault);

    private sealed class Nobody : IPacketSink
    {
        public void OnEpoch(StreamEpoch epoch)
        {
        }

        public void OnPacket(MediaPacket packet)
        {
        }

        public void OnEnd(StreamEnd end)
        {
        }
    }

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
