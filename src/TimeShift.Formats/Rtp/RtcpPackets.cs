using System.Buffers.Binary;

namespace TimeShift.Formats.Rtp;

/// <summary>Walks the packets of an RTCP compound packet (RFC 3550 §6.1); what follows a broken one is not looked at.</summary>
public ref struct RtcpPackets(ReadOnlySpan<byte> compound)
{
    public const int SenderReport = 200;
    public const int Bye = 203;
    private ReadOnlySpan<byte> _rest = compound;

    public int Type { get; private set; }

    /// <summary>The packet with its header of 4 bytes.</summary>
    public ReadOnlySpan<byte> Current { get; private set; }

    /// <exception cref="RtpFormatException">A packet is cut short or of another version.</exception>
    public bool MoveNext()
    {
        if (_rest.IsEmpty) return false;
        var length = _rest.Length < 4 ? int.MaxValue : 4 + 4 * BinaryPrimitives.ReadUInt16BigEndian(_rest[2..]);
        if (length > _rest.Length || _rest[0] >> 6 != 2) throw new RtpFormatException($"RTCP: a packet that begins with {_rest[0]:X2} and has {_rest.Length} bytes left is cut short");
        Type = _rest[1];
        Current = _rest[..length];
        _rest = _rest[length..];
        return true;
    }
}

/// <summary>A sender report (RFC 3550 §6.4.1): the same instant on the sender's clock and on the RTP clock.</summary>
/// <param name="Ntp">Seconds since 1900 in the high 32 bits, fractions in the low ones.</param>
public readonly record struct RtcpSenderReport(uint Ssrc, ulong Ntp, uint Timestamp)
{
    private const long SecondsFrom1900To1970 = 2_208_988_800;

    /// <summary>Microseconds since 1970; null where the sender has no clock (§6.4.1: zero).</summary>
    public long? UnixMicroseconds => Ntp == 0 ? null
        : ((long)(Ntp >> 32) - SecondsFrom1900To1970) * 1_000_000 + (long)((Ntp & uint.MaxValue) * 1_000_000 >> 32);

    /// <param name="packet">With its header.</param>
    /// <exception cref="RtpFormatException">It is cut short.</exception>
    public static RtcpSenderReport Read(ReadOnlySpan<byte> packet) => packet.Length < 28
        ? throw new RtpFormatException($"RTCP: a sender report has {packet.Length} bytes; expected at least 28")
        : new(
            BinaryPrimitives.ReadUInt32BigEndian(packet[4..]), BinaryPrimitives.ReadUInt64BigEndian(packet[8..]), BinaryPrimitives.ReadUInt32BigEndian(packet[16..]));
}

/// <summary>What a receiver tells a sender (RFC 3550 §6.4.2).</summary>
/// <param name="FractionLost">Of 256, since the last report.</param>
/// <param name="Lost">In all.</param>
/// <param name="LastReport">The middle 32 bits of the last sender report's NTP time, 0 for none.</param>
/// <param name="Delay">Since then, in 1/65536 s.</param>
public readonly record struct RtcpReceiverReport(uint Ssrc, uint Source, byte FractionLost, int Lost, uint HighestSequence, uint LastReport, uint Delay)
{
    private const int ReportSize = 32;

    /// <summary>Bytes that <see cref="Write"/> writes for a name.</summary>
    public static int SizeFor(ReadOnlySpan<byte> name) => ReportSize + 8 + (2 + name.Length + 4) / 4 * 4;

    /// <summary>Writes the report and the CNAME that has to go with it (§6.1). Jitter is left out: over TCP it says nothing of the network.</summary>
    /// <param name="destination">At least <see cref="SizeFor"/> bytes.</param>
    public int Write(Span<byte> destination, ReadOnlySpan<byte> name)
    {
        var size = SizeFor(name);
        destination = destination[..size];
        destination.Clear();
        BinaryPrimitives.WriteUInt32BigEndian(destination, 0x81C90007);
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], Ssrc);
        BinaryPrimitives.WriteUInt32BigEndian(destination[8..], Source);
        BinaryPrimitives.WriteUInt32BigEndian(destination[12..], (uint)FractionLost << 24 | (uint)Math.Clamp(Lost, 0, 0x7FFFFF));
        BinaryPrimitives.WriteUInt32BigEndian(destination[16..], HighestSequence);
        BinaryPrimitives.WriteUInt32BigEndian(destination[24..], LastReport);
        BinaryPrimitives.WriteUInt32BigEndian(destination[28..], Delay);
        // SDES with one chunk: SSRC, CNAME (1), its length, the name, zeros to the next word.
        var description = destination[ReportSize..];
        BinaryPrimitives.WriteUInt32BigEndian(description, 0x81CA0000 | (uint)((size - ReportSize) / 4 - 1));
        BinaryPrimitives.WriteUInt32BigEndian(description[4..], Ssrc);
        description[8] = 1;
        description[9] = (byte)name.Length;
        name.CopyTo(description[10..]);
        return size;
    }
}
