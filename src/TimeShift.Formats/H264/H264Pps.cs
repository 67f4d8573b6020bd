using TimeShift.Formats.Nal;

namespace TimeShift.Formats.H264;

/// <summary>The identifiers of a picture parameter set of H.264 (ITU-T H.264 §7.3.2.2).</summary>
public readonly record struct H264Pps(int Id, int SpsId)
{
    /// <exception cref="BitstreamException">It is no PPS, or is cut short.</exception>
    public static H264Pps Parse(ReadOnlySpan<byte> nal)
    {
        if (nal.Length < 2 || H264Nal.TypeOf(nal[0]) != H264Nal.Pps)
            throw new BitstreamException($"H.264 PPS: got {ParameterSetBytes.Describe(nal)}; expected a NAL unit of type 8");
        var bits = new BitReader(ParameterSetBytes.Unescape(nal[1..]));
        return new H264Pps((int)bits.ReadUnsignedExpGolomb(255, "pic_parameter_set_id"), (int)bits.ReadUnsignedExpGolomb(31, "seq_parameter_set_id"));
    }
}
