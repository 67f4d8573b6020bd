using System.Buffers.Binary;
using BenchmarkDotNet.Attributes;
using TimeShift.Core.Media;
using TimeShift.Core.Packets;
using TimeShift.Formats.Nal;
using TimeShift.Formats.Rtp;
using TimeShift.Formats.Rtsp;

namespace TimeShift.Benchmarks;

/// <summary>
/// A camera's bytes to access units in MP4's sample format. One operation is one second of 2 Mbit/s: 25 pictures of 10 KB in interleaved packets of 1400 bytes, FU-A.
/// </summary>
[MemoryDiagnoser]
public class RtpBenchmarks
{
    private const int Mtu = 1_400;
    private readonly PacketPool _pool = new();
    private byte[] _second = [];
    private AccessUnitBuilder _builder = null!;

    [GlobalSetup]
    public void SetUp()
    {
        _builder = new AccessUnitBuilder(Codec.H264, _pool);
        var stream = new MemoryStream();
        var picture = new byte[10_000];
        new Random(1).NextBytes(picture);
        (picture[0], picture[1]) = (0x41, 0x9A);
        ushort sequence = 0;
        for (uint n = 0; n < 25; n++)
        {
            for (var at = 1; at < picture.Length; at += Mtu)
            {
                var length = Math.Min(Mtu, picture.Length - at);
                var isLast = at + length == picture.Length;
                var head = new byte[4 + 12 + 2];
                head[0] = InterleavedFrame.Magic;
                BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(2), (ushort)(head.Length - 4 + length));
                (head[4], head[5]) = (0x80, (byte)(isLast ? 0xE0 : 0x60));
                BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(6), sequence++);
                BinaryPrimitives.WriteUInt32BigEndian(head.AsSpan(8), n * 3_600);
                (head[16], head[17]) = (0x5C, (byte)((at == 1 ? 0x80 : 0) | (isLast ? 0x40 : 0) | 1));
                stream.Write(head);
                stream.Write(picture.AsSpan(at, length));
            }
        }

        _second = stream.ToArray();
    }

    [GlobalCleanup]
    public void CleanUp() => _builder.Dispose();

    [Benchmark(Baseline = true)]
    public int Copy()
    {
        var owned = _pool.Rent(_second.Length);
        _second.CopyTo(owned.Packet.Buffer);
        owned.Dispose();
        return _second.Length;
    }

    [Benchmark]
    public int BytesToAccessUnits()
    {
        var units = 0;
        ReadOnlySpan<byte> rest = _second;
        while (InterleavedFrame.TryRead(rest, out _, out var packet))
        {
            rest = rest[(InterleavedFrame.HeaderSize + packet.Length)..];
            var rtp = RtpPacket.Read(packet);
            _builder.Add(rtp.Payload, rtp.Timestamp);
            if (!rtp.Marker || !_builder.EndsAtMarker || !_builder.TryEnd(out var unit)) continue;
            unit.Packet.Dispose();
            units++;
        }

        return units;
    }

    /// <summary>As it is mostly written: an array for each packet, a list that grows for each unit, start codes, and then lengths in their place.</summary>
    [Benchmark]
    public int Naive()
    {
        var units = 0;
        var unit = new List<byte>();
        using var stream = new MemoryStream(_second);
        var head = new byte[4];
        while (stream.Read(head) == 4)
        {
            var packet = new byte[head[2] << 8 | head[3]];
            stream.ReadExactly(packet);
            var payload = packet[12..];
            if ((payload[1] & 0x80) != 0) unit.AddRange([0, 0, 0, 1, (byte)(payload[0] & 0xE0 | payload[1] & 0x1F)]);
            unit.AddRange(payload[2..]);
            if ((packet[1] & 0x80) == 0) continue;
            var annexB = unit.ToArray();
            var sample = new byte[AnnexB.MaxLengthPrefixedSize(annexB.Length)];
            AnnexB.ToLengthPrefixed(Codec.H264, annexB, sample, InBandParameterSets.Drop);
            unit.Clear();
            units++;
        }

        return units;
    }
}
