using System.Buffers.Binary;
using System.Text;
using TimeShift.Core.Media;

namespace TimeShift.Formats.Flv;

/// <summary>
/// Codec identifiers of FLV: the old 4-bit numbers (FLV 10.1 §E.4.2.1, §E.4.3.1), and the fourCCs of enhanced RTMP. An identifier is a number either way,
/// as in <c>videocodecid</c> of the metadata: below 16 it is an old one.
/// </summary>
public static class FlvCodecs
{
    public const uint Avc = 7;

    /// <summary>HEVC as Chinese cameras and CDNs send it, in the layout of <see cref="Avc"/>; in no specification.</summary>
    public const uint LegacyHevc = 12;

    /// <inheritdoc cref="LegacyHevc"/>
    public const uint LegacyAv1 = 13;

    /// <summary>G.711, 8 kHz: "reserved for internal use", and sent all the same.</summary>
    public const uint ALaw = 7;

    /// <inheritdoc cref="ALaw"/>
    public const uint MuLaw = 8;

    public const uint Aac = 10;

    /// <summary>In place of an old audio codec number: a fourCC follows (enhanced RTMP v2).</summary>
    public const uint AudioExtended = 9;

    public const uint FourCcAvc = 'a' << 24 | 'v' << 16 | 'c' << 8 | '1';
    public const uint FourCcHevc = 'h' << 24 | 'v' << 16 | 'c' << 8 | '1';
    public const uint FourCcAv1 = 'a' << 24 | 'v' << 16 | '0' << 8 | '1';
    public const uint FourCcAac = 'm' << 24 | 'p' << 16 | '4' << 8 | 'a';

    private static readonly string[] VideoNames =
    [
        "codec 0", "JPEG", "Sorenson H.263", "Screen video", "VP6", "VP6 with alpha", "Screen video 2", "H.264", "H.263", "MPEG-4 Visual",
        "codec 10", "codec 11", "HEVC", "AV1",
    ];

    private static readonly string[] AudioNames =
    [
        "PCM", "ADPCM", "MP3", "little-endian PCM", "Nellymoser 16 kHz", "Nellymoser 8 kHz", "Nellymoser", "G.711 A-law", "G.711 mu-law", "extended",
        "AAC", "Speex", "codec 12", "codec 13", "MP3 8 kHz", "device-specific sound",
    ];

    /// <summary>Null for what the program does not carry.</summary>
    public static Codec? Video(uint id) => id switch
    {
        Avc or FourCcAvc => Codec.H264,
        LegacyHevc or FourCcHevc => Codec.H265,
        LegacyAv1 or FourCcAv1 => Codec.Av1,
        _ => null,
    };

    /// <inheritdoc cref="Video"/>
    public static Codec? Audio(uint id) => id switch
    {
        Aac or FourCcAac => Codec.Aac,
        ALaw => Codec.PcmA,
        MuLaw => Codec.PcmU,
        _ => null,
    };

    /// <summary>What people call it.</summary>
    public static string VideoName(uint id) => id < VideoNames.Length ? VideoNames[id] : FourCcName(id);

    /// <inheritdoc cref="VideoName"/>
    public static string AudioName(uint id) => id < AudioNames.Length ? AudioNames[id] : FourCcName(id);

    private static string FourCcName(uint id)
    {
        if (id < 256) return $"codec {id}";
        Span<byte> text = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(text, id);
        foreach (ref var c in text)
        {
            if (c is < 0x20 or > 0x7E) c = (byte)'?';
        }

        return $"'{Encoding.ASCII.GetString(text)}'";
    }
}
