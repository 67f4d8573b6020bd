using TimeShift.Core.Media;
using TimeShift.Formats.Av1;
using TimeShift.Formats.Nal;

namespace TimeShift.Formats;

/// <summary>Questions about one packet in the program's sample format: NAL units with 4-byte lengths, AV1 OBUs, raw AAC.</summary>
public static class AccessUnits
{
    /// <summary>
    /// True where decoding may start: IDR of H.264; IDR, BLA or CRA of H.265; a shown key frame of AV1; any packet of audio.
    /// </summary>
    /// <exception cref="BitstreamException">Lengths and data do not fit together.</exception>
    public static bool IsKeyFrame(Codec codec, ReadOnlySpan<byte> accessUnit) => codec switch
    {
        Codec.H264 or Codec.H265 => HasKeySlice(codec, accessUnit),
        Codec.Av1 => TemporalUnit.IsKeyFrame(accessUnit),
        _ => true,
    };

    private static bool HasKeySlice(Codec codec, ReadOnlySpan<byte> accessUnit)
    {
        foreach (var nal in NalUnits.InLengthPrefixed(accessUnit))
        {
            if (NalRoles.Of(codec, nal) == NalRole.KeySlice) return true;
        }

        return false;
    }
}
