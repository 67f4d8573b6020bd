using TimeShift.Formats.Nal;

namespace TimeShift.Formats.H265;

/// <summary>The identifiers of a picture parameter set of H.265 (ITU-T H.265 §7.3.2.3).</summary>
public readonly record struct H265Pps(int Id, int SpsId)
{
    /// <exception cref="BitstreamException">It is no PPS, or is cut short.</exception>
    public static H265Pps Parse(ReadOnlySpan<byte> nal)
    {
        if (nal.Length <= H265Nal.HeaderSize || H265Nal.TypeOf(nal[0]) != H265Nal.Pps)
            throw new BitstreamException($"H.265 PPS: got {ParameterSetBytes.Describe(nal)}; expected a NAL unit of type 34");
        var bits = new BitReader(ParameterSetBytes.Unescape(nal[H265Nal.HeaderSize..]));
        return new H265Pps((int)bits.ReadUnsignedExpGolomb(63, "pps_pic_parameter_set_id"), (int)bits.ReadUnsignedExpGolomb(15, "pps_seq_parameter_set_id"));
    }
}
