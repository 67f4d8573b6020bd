using TimeShift.Core.Media;
using TimeShift.Formats.H264;
using TimeShift.Formats.H265;

namespace TimeShift.Formats.Nal;

/// <summary>What a NAL unit is to a server that carries it without decoding.</summary>
internal enum NalRole : byte
{
    Other,

    /// <summary>A slice of a picture at which decoding may start.</summary>
    KeySlice,

    /// <summary>VPS, SPS or PPS; lives in the track's configuration record.</summary>
    ParameterSet,

    /// <summary>Access unit delimiter or filler data: framing and padding, of no use in MP4 (ISO/IEC 14496-15 §5.3.2, §8.3.2).</summary>
    Discardable,
}

internal static class NalRoles
{
    /// <param name="codec">H.264 or H.265.</param>
    /// <param name="nal">Not empty.</param>
    public static NalRole Of(Codec codec, ReadOnlySpan<byte> nal) => codec switch
    {
        Codec.H264 => H264Nal.RoleOf(nal[0]),
        Codec.H265 => H265Nal.RoleOf(nal[0]),
        _ => throw new ArgumentOutOfRangeException(nameof(codec), codec, "Only H.264 and H.265 have NAL units."),
    };

    public static bool Keeps(Codec codec, ReadOnlySpan<byte> nal, InBandParameterSets parameterSets) => Of(codec, nal) switch
    {
        NalRole.Discardable => false,
        NalRole.ParameterSet => parameterSets == InBandParameterSets.Keep,
        _ => true,
    };
}

/// <summary>What becomes of the parameter sets that come inside access units.</summary>
public enum InBandParameterSets : byte
{
    /// <summary>
    /// Left out, as <c>avc1</c> and <c>hvc1</c> sample entries want it; see <see cref="ParameterSets"/> for noticing a change first.
    /// </summary>
    Drop,

    Keep,
}
