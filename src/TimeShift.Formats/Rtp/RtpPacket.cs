using System.Buffers.Binary;

namespace TimeShift.Formats.Rtp;

/// <summary>One RTP packet (RFC 3550 §5.1), lent by the bytes it was read from.</summary>
/// <remarks>
/// <code>
/// 0  V=2 (2 bits) P X CC (4)   2  sequence number   8  SSRC
/// 1  M, payload type (7)       4  timestamp         12 CC times CSRC (4); X: profile (2), length in words (2), extension; payload; P: padding, its last byte the count
/// </code>
/// </remarks>
public readonly ref struct RtpPacket
{
    private const int HeaderSize = 12;

    public int PayloadType { get; private init; }

    public bool Marker { get; private init; }

    public ushort Sequence { get; private init; }

    public uint Timestamp { get; private init; }

    public uint Ssrc { get; private init; }

    public ReadOnlySpan<byte> Payload { get; private init; }

    /// <param name="packet">The whole packet, as its transport framed it.</param>
    /// <exception cref="RtpFormatException">It is cut short or of another version.</exception>
    public static RtpPacket Read(ReadOnlySpan<byte> packet)
    {
        if (packet.Length < HeaderSize || packet[0] >> 6 != 2)
            throw new RtpFormatException($"RTP: {packet.Length} bytes that begin with {(packet.IsEmpty ? 0 : packet[0]):X2}; expected version 2 and at least {HeaderSize} bytes");
        var start = HeaderSize + 4 * (packet[0] & 0xF);
        if ((packet[0] & 0x10) != 0 && packet.Length >= start + 4) start += 4 + 4 * BinaryPrimitives.ReadUInt16BigEndian(packet[(start + 2)..]);
        var end = packet.Length - ((packet[0] & 0x20) != 0 ? packet[^1] : 0);
        if (start > end) throw new RtpFormatException($"RTP: CSRCs, extension and padding take {start - HeaderSize + packet.Length - end} bytes of a packet of {packet.Length}");
        return new RtpPacket
        {
            PayloadType = packet[1] & 0x7F,
            Marker = (packet[1] & 0x80) != 0,
            Sequence = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]),
            Timestamp = BinaryPrimitives.ReadUInt32BigEndian(packet[4..]),
            Ssrc = BinaryPrimitives.ReadUInt32BigEndian(packet[8..]),
            Payload = packet[start..end],
        };
    }

    /// <summary>True for RTCP on a channel that it shares with RTP (RFC 5761 §4).</summary>
    public static bool IsRtcp(ReadOnlySpan<byte> packet) => packet.Length >= 2 && packet[1] is >= 192 and <= 223;
}
