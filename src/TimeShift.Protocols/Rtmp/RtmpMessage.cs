using TimeShift.Core.Packets;
using TimeShift.Formats.Rtmp;

namespace TimeShift.Protocols.Rtmp;

/// <summary>A whole message. Whoever gets it owns <see cref="Body"/>, whose payload is the message's.</summary>
/// <param name="Timestamp">Milliseconds; wraps at 32 bits.</param>
internal readonly record struct RtmpMessage(RtmpMessageType Type, uint StreamId, uint Timestamp, OwnedPacket Body)
{
    public ReadOnlySpan<byte> Payload => Body.Packet.Payload;
}
