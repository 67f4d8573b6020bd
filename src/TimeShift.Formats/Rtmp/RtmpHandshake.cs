using System.Buffers.Binary;
using System.Security.Cryptography;

namespace TimeShift.Formats.Rtmp;

/// <summary>Where a digest lies in C1 and S1: in the first half of the packet or in the second.</summary>
public enum RtmpDigestSchema : byte
{
    /// <summary>The offset is the sum of bytes 8-11, mod 728, after byte 12.</summary>
    First,

    /// <summary>The offset is the sum of bytes 772-775, mod 728, after byte 776.</summary>
    Second,
}

/// <summary>
/// The handshake (RTMP 1.0 §5.2): C0 and S0 are a version byte, C1, S1, C2 and S2 packets of 1536 bytes.
/// Simple: C2 and S2 repeat the other side's packet. Complex (Flash Player 9 and later, in no specification): bytes 4-7 hold a version, C1 and S1 hold an
/// HMAC-SHA256 of the rest of the packet, and the last 32 bytes of C2 and S2 are an HMAC that answers the other side's digest.
/// </summary>
public static class RtmpHandshake
{
    public const byte Version = 3;
    public const int PacketLength = 1536;
    public const int DigestLength = 32;

    /// <summary>C0 and C1, or S0 and S1.</summary>
    public const int HelloLength = 1 + PacketLength;

    /// <summary>S0, S1 and S2.</summary>
    public const int AnswerLength = HelloLength + PacketLength;

    // What Adobe's programs sign with: a name, then 32 bytes that are the same for both.
    private static readonly byte[] Secret = Convert.FromHexString("F0EEC24A8068BEE82E00D0D1029E7E576EEC5D2D29806FAB93B8E636CFEB31AE");
    private static readonly byte[] PlayerName = [.. "Genuine Adobe Flash Player 001"u8];
    private static readonly byte[] ServerName = [.. "Genuine Adobe Flash Media Server 001"u8];
    private static readonly byte[] PlayerKey = [.. PlayerName, .. Secret];
    private static readonly byte[] ServerKey = [.. ServerName, .. Secret];

    /// <exception cref="RtmpProtocolException">Not plain RTMP; the message guesses what it is.</exception>
    public static void CheckVersion(byte c0)
    {
        if (c0 == Version) return;
        var guess = c0 switch
        {
            6 or 8 or 9 => " (RTMPE, encrypted RTMP)",
            0x16 => " (TLS; RTMPS is not spoken on this port)",
            >= (byte)'A' and <= (byte)'Z' => " (HTTP, or another protocol of text lines)",
            _ => "",
        };
        throw new RtmpProtocolException($"the handshake begins with 0x{c0:X2}{guess}; expected RTMP version 3");
    }

    /// <summary>Writes S0, S1 and S2 as the client wants them: with digests where C1 holds one, else simple.</summary>
    /// <param name="c1">1536 bytes.</param>
    /// <param name="time">Milliseconds of the server's own clock.</param>
    /// <param name="answer">3073 bytes, filled with random bytes by the caller.</param>
    /// <returns>The schema of the client's digest; null for the simple handshake.</returns>
    public static RtmpDigestSchema? WriteAnswer(ReadOnlySpan<byte> c1, uint time, Span<byte> answer)
    {
        var s1 = answer.Slice(1, PacketLength);
        var s2 = answer.Slice(HelloLength, PacketLength);
        answer[0] = Version;
        BinaryPrimitives.WriteUInt32BigEndian(s1, time);
        Span<byte> clientDigest = stackalloc byte[DigestLength];
        if (!TryGetDigest(c1, PlayerName, out var schema, clientDigest))
        {
            BinaryPrimitives.WriteUInt32BigEndian(s1[4..], 0);
            c1.CopyTo(s2);
            BinaryPrimitives.WriteUInt32BigEndian(s2[4..], time);
            return null;
        }

        // Any version from 3.0 on makes the client look for a digest.
        "\x05\x00\x0F\x02"u8.CopyTo(s1[4..]);
        Sign(s1, ServerName, schema);
        SignReply(s2, ServerKey, clientDigest);
        return schema;
    }

    /// <summary>Puts a client's digest into C1, whose other bytes are set already; its version is bytes 4-7.</summary>
    public static void SignClientHello(Span<byte> c1, RtmpDigestSchema schema) => Sign(c1, PlayerName, schema);

    /// <summary>Whether S1 has a digest that the server's key made.</summary>
    public static bool HasServerDigest(ReadOnlySpan<byte> s1)
    {
        Span<byte> digest = stackalloc byte[DigestLength];
        return TryGetDigest(s1, ServerName, out _, digest);
    }

    /// <summary>Whether S2 answers the digest in C1.</summary>
    public static bool IsServerReply(ReadOnlySpan<byte> s2, ReadOnlySpan<byte> c1)
    {
        Span<byte> digest = stackalloc byte[DigestLength];
        Span<byte> expected = stackalloc byte[PacketLength];
        if (!TryGetDigest(c1, PlayerName, out _, digest)) return false;
        s2.CopyTo(expected);
        SignReply(expected, ServerKey, digest);
        return expected.SequenceEqual(s2);
    }

    /// <summary>Puts the answer to the digest in S1 at the end of C2, whose other bytes are set already.</summary>
    public static void SignClientReply(Span<byte> c2, ReadOnlySpan<byte> s1)
    {
        Span<byte> digest = stackalloc byte[DigestLength];
        if (TryGetDigest(s1, ServerName, out _, digest)) SignReply(c2, PlayerKey, digest);
    }

    private static bool TryGetDigest(ReadOnlySpan<byte> packet, ReadOnlySpan<byte> key, out RtmpDigestSchema schema, Span<byte> digest)
    {
        schema = RtmpDigestSchema.First;
        if (BinaryPrimitives.ReadUInt32BigEndian(packet[4..]) == 0) return false;
        foreach (var candidate in (ReadOnlySpan<RtmpDigestSchema>)[RtmpDigestSchema.First, RtmpDigestSchema.Second])
        {
            schema = candidate;
            var offset = DigestOffset(packet, candidate);
            DigestOf(packet, offset, key, digest);
            if (digest.SequenceEqual(packet.Slice(offset, DigestLength))) return true;
        }

        return false;
    }

    private static void Sign(Span<byte> packet, ReadOnlySpan<byte> key, RtmpDigestSchema schema)
    {
        var offset = DigestOffset(packet, schema);
        Span<byte> digest = stackalloc byte[DigestLength];
        DigestOf(packet, offset, key, digest);
        digest.CopyTo(packet[offset..]);
    }

    private static void SignReply(Span<byte> packet, ReadOnlySpan<byte> key, ReadOnlySpan<byte> digest)
    {
        Span<byte> replyKey = stackalloc byte[DigestLength];
        HMACSHA256.HashData(key, digest, replyKey);
        HMACSHA256.HashData(replyKey, packet[..^DigestLength], packet[^DigestLength..]);
    }

    private static int DigestOffset(ReadOnlySpan<byte> packet, RtmpDigestSchema schema)
    {
        var at = schema == RtmpDigestSchema.First ? 8 : 772;
        return (packet[at] + packet[at + 1] + packet[at + 2] + packet[at + 3]) % 728 + at + 4;
    }

    // The digest is over everything but itself.
    private static void DigestOf(ReadOnlySpan<byte> packet, int offset, ReadOnlySpan<byte> key, Span<byte> digest)
    {
        Span<byte> rest = stackalloc byte[PacketLength - DigestLength];
        packet[..offset].CopyTo(rest);
        packet[(offset + DigestLength)..].CopyTo(rest[offset..]);
        HMACSHA256.HashData(key, rest, digest);
    }
}
