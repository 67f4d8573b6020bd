using TimeShift.Formats.Rtmp;
using TimeShift.Formats.Tests.Fuzz;

namespace TimeShift.Formats.Tests.Rtmp;

public sealed class RtmpHandshakeTests
{
    [Fact]
    public void A_simple_client_gets_its_own_packet_back()
    {
        var c1 = Random(1);
        c1.AsSpan(4, 4).Clear();
        var answer = Random(2, RtmpHandshake.AnswerLength);
        Assert.Null(RtmpHandshake.WriteAnswer(c1, 1234, answer));
        Assert.Equal(3, answer[0]);
        Assert.Equal([0, 0, 4, 210, 0, 0, 0, 0], answer[1..9]);
        var s2 = answer[RtmpHandshake.HelloLength..];
        Assert.Equal(c1[..4], s2[..4]);
        Assert.Equal(c1[8..], s2[8..]);
    }

    [Theory]
    [InlineData(RtmpDigestSchema.First)]
    [InlineData(RtmpDigestSchema.Second)]
    public void A_complex_client_gets_digests_in_its_own_schema(RtmpDigestSchema schema)
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var c1 = Random(seed);
            c1[4] = 0x80;
            RtmpHandshake.SignClientHello(c1, schema);
            var answer = Random(seed + 1000, RtmpHandshake.AnswerLength);
            Assert.Equal(schema, RtmpHandshake.WriteAnswer(c1, 0, answer));
            var s1 = answer[1..RtmpHandshake.HelloLength];
            var s2 = answer[RtmpHandshake.HelloLength..];
            Assert.True(s1[4] >= 3);
            Assert.True(RtmpHandshake.HasServerDigest(s1));
            Assert.True(RtmpHandshake.IsServerReply(s2, c1));
            s2[7] ^= 1;
            Assert.False(RtmpHandshake.IsServerReply(s2, c1));
        }
    }

    [Fact]
    public void A_version_without_a_digest_is_answered_simply()
    {
        var c1 = Random(5);
        c1[4] = 9;
        Assert.Null(RtmpHandshake.WriteAnswer(c1, 0, Random(6, RtmpHandshake.AnswerLength)));
    }

    [Theory]
    [InlineData(0x47, "HTTP")]
    [InlineData(0x16, "TLS")]
    [InlineData(0x06, "RTMPE")]
    [InlineData(0x00, "0x00")]
    public void Another_protocol_is_refused_by_name(byte c0, string hint) =>
        Assert.Contains(hint, Assert.Throws<RtmpProtocolException>(() => RtmpHandshake.CheckVersion(c0)).Message, StringComparison.Ordinal);

    [Fact]
    public void Any_client_packet_gets_an_answer()
    {
        var signed = Random(9);
        signed[4] = 10;
        RtmpHandshake.SignClientHello(signed, RtmpDigestSchema.Second);
        FuzzRunner.Run(Target, typeof(RtmpProtocolException), [[3, .. Random(7)], [3, .. signed]]);
    }

    private static void Target(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty) return;
        RtmpHandshake.CheckVersion(data[0]);
        var c1 = new byte[RtmpHandshake.PacketLength];
        data[1..Math.Min(data.Length, RtmpHandshake.HelloLength)].CopyTo(c1);
        RtmpHandshake.WriteAnswer(c1, 0, new byte[RtmpHandshake.AnswerLength]);
    }

    private static byte[] Random(int seed, int length = RtmpHandshake.PacketLength)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
