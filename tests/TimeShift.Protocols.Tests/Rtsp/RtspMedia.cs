using TimeShift.Core.Media;
using TimeShift.Formats.Tests.Rtp;

namespace TimeShift.Protocols.Tests.Rtsp;

/// <summary>Pictures and sound made up of random bytes, with real parameter sets, as packets of an interleaved connection.</summary>
internal static class RtspMedia
{
    public const int VideoStep = 3_600;
    public const int AudioStep = 1_024;

    /// <summary>x264, Constrained Baseline, 320x180, 25 frames a second.</summary>
    public const string Sps = "6742C00CD901419F9F011000000300100000030320F142A480";
    public const string Pps = "68EBE3CB22C0";

    public static readonly string VideoMedia = "m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=fmtp:96 packetization-mode=1;sprop-parameter-sets="
        + $"{Convert.ToBase64String(Convert.FromHexString(Sps))},{Convert.ToBase64String(Convert.FromHexString(Pps))}\r\na=control:trackID=1\r\n";

    public const string AudioMedia = "m=audio 0 RTP/AVP 97\r\na=rtpmap:97 MPEG4-GENERIC/48000/2\r\na=fmtp:97 streamtype=5;mode=AAC-hbr;config=1190;sizelength=13;indexlength=3;indexdeltalength=3\r\na=control:trackID=2\r\n";

    public const int G711Step = 160;

    /// <summary>Without a map: the type is one of the static ones.</summary>
    public const string G711Media = "m=audio 0 RTP/AVP 8\r\na=control:trackID=2\r\n";

    public static readonly string VideoSdp = "v=0\r\ns=-\r\na=control:*\r\n" + VideoMedia;

    public static readonly string BothSdp = VideoSdp + AudioMedia;

    /// <summary>NAL units of picture n; each tenth is a key frame.</summary>
    public static byte[] Picture(int n)
    {
        var body = new byte[200 + n * 37 % 400];
        new Random(n).NextBytes(body);
        return [(byte)(n % 10 == 0 ? 0x65 : 0x41), 0x9A, .. body];
    }

    public static byte[] Sample(int n) => [0, 0, (byte)(Picture(n).Length >> 8), (byte)Picture(n).Length, .. Picture(n)];

    public static byte[] Sound(int n)
    {
        var body = new byte[50 + n % 7];
        new Random(-n).NextBytes(body);
        return body;
    }

    /// <summary>Packets of pictures from a first to one before a last, in fragments of 150 bytes.</summary>
    /// <param name="time">RTP time of picture 0.</param>
    public static List<byte[]> Video(int from, int to, uint time = 1_000, ushort sequence = 65_500, byte channel = 0)
    {
        var frames = new List<byte[]>();
        for (var n = 0; n < to; n++)
        {
            var payloads = RtpPackets.Payloads(Codec.H264, [Picture(n)], 150, aggregate: false);
            for (var i = 0; i < payloads.Count; i++, sequence++)
            {
                if (n >= from) frames.Add(Frame(channel, RtpPackets.Packet(sequence, time + (uint)(n * VideoStep), i == payloads.Count - 1, payloads[i])));
            }
        }

        return frames;
    }

    public static List<byte[]> Audio(int from, int to, uint time = 1_000, byte channel = 2) => [.. Enumerable.Range(from, to - from).Select(n =>
    {
        var sound = Sound(n);
        return Frame(channel, RtpPackets.Packet((ushort)n, time + (uint)(n * AudioStep), true, [0, 16, (byte)(sound.Length >> 5), (byte)(sound.Length << 3), .. sound], type: 97, ssrc: 9));
    })];

    public static byte[] G711Sound(int n)
    {
        var samples = new byte[G711Step];
        new Random(n).NextBytes(samples);
        return samples;
    }

    public static List<byte[]> G711(int from, int to, uint time = 1_000, byte channel = 2, byte type = 8) => [.. Enumerable.Range(from, to - from).Select(n =>
        Frame(channel, RtpPackets.Packet((ushort)n, time + (uint)(n * G711Step), n == 0, G711Sound(n), type: type, ssrc: 9)))];

    /// <param name="instant">Microseconds since 1970.</param>
    public static byte[] SenderReport(byte channel, uint ssrc, long instant, uint time)
    {
        var ntp = (ulong)(instant / 1_000_000 + 2_208_988_800) << 32 | (ulong)(instant % 1_000_000 * (1L << 32) / 1_000_000);
        return Frame(channel, Convert.FromHexString($"80C80006{ssrc:X8}{ntp:X16}{time:X8}0000000000000000"));
    }

    public static byte[] Frame(byte channel, byte[] packet) => [0x24, channel, (byte)(packet.Length >> 8), (byte)packet.Length, .. packet];
}
