using TimeShift.Core.Packets;
using TimeShift.Formats.Rtp;
using TimeShift.Formats.Tests.Fuzz;
using static TimeShift.Formats.Tests.Media.ParameterSetSamples;

namespace TimeShift.Formats.Tests.Rtp;

public sealed class RtpTests
{
    [Fact]
    public void A_header_is_read_with_its_CSRCs_extension_and_padding()
    {
        var packet = RtpPacket.Read(Bytes("B2E0FFFE" + "80000001" + "01020304" + "0000000A0000000B" + "BEDE0001" + "00000000" + "AABBCC" + "000002"));
        Assert.Equal((96, true, (ushort)0xFFFE, 0x80000001u, 0x01020304u), (packet.PayloadType, packet.Marker, packet.Sequence, packet.Timestamp, packet.Ssrc));
        Assert.Equal(Bytes("AABBCC00"), packet.Payload.ToArray());
    }

    [Theory]
    [InlineData("")]
    [InlineData("80600001000000010000000")]
    [InlineData("4060000100000001000000020")]
    [InlineData("9F60000100000001000000020")]
    [InlineData("A06000010000000100000002FF")]
    public void What_is_no_RTP_is_refused(string hex) => Assert.Throws<RtpFormatException>(() => { RtpPacket.Read(Bytes(hex[..(hex.Length / 2 * 2)])); });

    [Fact]
    public void A_sender_report_gives_an_instant()
    {
        // 2^31 + 1/2 s after 1900.
        var report = RtcpSenderReport.Read(Bytes("80C80006" + "00000007" + "E8000000" + "80000000" + "00001234" + "00000001" + "00000002"));
        Assert.Equal((7u, 0x1234u), (report.Ssrc, report.Timestamp));
        Assert.Equal(((long)0xE8000000 - 2_208_988_800) * 1_000_000 + 500_000, report.UnixMicroseconds);
        Assert.Null((report with { Ntp = 0 }).UnixMicroseconds);
    }

    [Fact]
    public void Compounds_are_walked_and_a_receiver_report_is_one()
    {
        var report = new RtcpReceiverReport(1, 2, 128, 5, 0x10003, 0xABCD, 65_536);
        var bytes = new byte[RtcpReceiverReport.SizeFor("timeshift"u8)];
        Assert.Equal(bytes.Length, report.Write(bytes, "timeshift"u8));
        var packets = new RtcpPackets(bytes);
        Assert.True(packets.MoveNext());
        Assert.Equal(201, packets.Type);
        Assert.Equal(Bytes("81C90007" + "00000001" + "00000002" + "80000005" + "00010003" + "00000000" + "0000ABCD" + "00010000"), packets.Current.ToArray());
        Assert.True(packets.MoveNext());
        Assert.Equal(202, packets.Type);
        Assert.Equal(Bytes("81CA0004" + "00000001" + "0109" + "74696D657368696674" + "00"), packets.Current.ToArray());
        Assert.False(packets.MoveNext());
    }

    [Fact]
    public void AAC_frames_are_told_apart_by_their_headers()
    {
        // Two frames, of 3 and 2 bytes.
        var frames = new AacFrames(Bytes("0020" + "0018" + "0010" + "AABBCC" + "DDEE"), AacLayout.HighBitRate);
        Assert.True(frames.MoveNext());
        Assert.Equal(("AABBCC", 0), (Convert.ToHexString(frames.Current), frames.Index));
        Assert.True(frames.MoveNext());
        Assert.Equal(("DDEE", 1), (Convert.ToHexString(frames.Current), frames.Index));
        Assert.False(frames.MoveNext());
    }

    [Fact]
    public void Fragments_of_a_long_AAC_frame_come_together()
    {
        var pool = new PacketPool();
        using var assembler = new AacAssembler(pool);
        foreach (var (hex, isLast) in new[] { ("0010" + "0028" + "AABB", false), ("0010" + "0028" + "CCDDEE", true) })
        {
            var frames = new AacFrames(Bytes(hex), AacLayout.HighBitRate);
            Assert.True(frames.MoveNext());
            Assert.Equal(isLast, assembler.TryAdd(frames.Current, frames.FrameLength, out var packet));
            if (!isLast) continue;
            Assert.Equal("AABBCCDDEE", Convert.ToHexString(packet.Packet.Payload));
            packet.Dispose();
        }

        Assert.Equal(0, pool.Outstanding);
    }

    [Fact]
    public void Any_bytes_are_read_or_refused()
    {
        FuzzRunner.Run(static data => RtpPacket.Read(data), typeof(RtpFormatException), [Bytes("B2E0FFFE80000001010203040000000A0000000BBEDE000100000000AABBCC000002")]);
        FuzzRunner.Run(
            static data =>
            {
                var packets = new RtcpPackets(data);
                while (packets.MoveNext())
                {
                    if (packets.Type == RtcpPackets.SenderReport) RtcpSenderReport.Read(packets.Current);
                }
            },
            typeof(RtpFormatException),
            [Bytes("80C8000600000007E800000080000000000012340000000100000002" + "81CA000400000001010974696D65736869667400")]);
        FuzzRunner.Run(
            static data =>
            {
                using var assembler = new AacAssembler(PacketPool.Shared);
                var frames = new AacFrames(data, AacLayout.HighBitRate);
                while (frames.MoveNext())
                {
                    if (assembler.TryAdd(frames.Current, frames.FrameLength, out var packet)) packet.Dispose();
                }
            },
            typeof(RtpFormatException),
            [Bytes("002000180010AABBCCDDEE"), Bytes("00100028AABB")]);
    }
}
