using System.Buffers.Binary;
using TimeShift.Core.Media;

namespace TimeShift.Formats.Tests.Rtp;

/// <summary>Writes RTP as cameras do, for tests.</summary>
internal static class RtpPackets
{
    public static byte[] Packet(ushort sequence, uint timestamp, bool marker, ReadOnlySpan<byte> payload, byte type = 96, uint ssrc = 7)
    {
        var packet = new byte[12 + payload.Length];
        packet[0] = 0x80;
        packet[1] = (byte)(type | (marker ? 0x80 : 0));
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), sequence);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(4), timestamp);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(8), ssrc);
        payload.CopyTo(packet.AsSpan(12));
        return packet;
    }

    /// <summary>The payloads of an access unit: small units together in aggregates where that is wanted, long ones in fragments.</summary>
    public static List<byte[]> Payloads(Codec codec, IEnumerable<byte[]> nals, int mtu, bool aggregate)
    {
        var payloads = new List<byte[]>();
        var group = new List<byte[]>();
        foreach (var nal in nals)
        {
            if (group.Count > 0 && group.Sum(n => n.Length + 2) + nal.Length + 4 > mtu) Flush();
            if (nal.Length > mtu) payloads.AddRange(Fragments(codec, nal, mtu));
            else if (aggregate) group.Add(nal);
            else payloads.Add(nal);
            if (nal.Length > mtu) Flush();
        }

        Flush();
        return payloads;

        void Flush()
        {
            if (group.Count == 1) payloads.Add(group[0]);
            if (group.Count > 1) payloads.Add(Aggregate(codec, group));
            group.Clear();
        }
    }

    public static byte[] Aggregate(Codec codec, IEnumerable<byte[]> nals) =>
        [.. codec == Codec.H264 ? [0x78] : (byte[])[48 << 1, 1], .. nals.SelectMany(n => (byte[])[(byte)(n.Length >> 8), (byte)n.Length, .. n])];

    public static IEnumerable<byte[]> Fragments(Codec codec, byte[] nal, int mtu)
    {
        var header = codec == Codec.H264 ? 1 : 2;
        for (var at = header; at < nal.Length; at += mtu)
        {
            var part = nal.AsSpan(at, Math.Min(mtu, nal.Length - at));
            var flags = (byte)((at == header ? 0x80 : 0) | (at + part.Length == nal.Length ? 0x40 : 0));
            yield return codec == Codec.H264
                ? [(byte)(nal[0] & 0xE0 | 28), (byte)(flags | nal[0] & 0x1F), .. part]
                : [(byte)(nal[0] & 0x81 | 49 << 1), nal[1], (byte)(flags | nal[0] >> 1 & 0x3F), .. part];
        }
    }
}
