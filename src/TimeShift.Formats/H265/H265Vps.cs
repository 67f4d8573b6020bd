using TimeShift.Formats.Nal;

namespace TimeShift.Formats.H265;

/// <summary>A video parameter set of H.265, as far as a server needs it (ITU-T H.265 §7.3.2.1).</summary>
public sealed record H265Vps
{
    /// <summary>vps_video_parameter_set_id, 0 to 15.</summary>
    public required int Id { get; init; }

    /// <summary>Temporal sub-layers, 1 to 7.</summary>
    public required int SubLayers { get; init; }

    public required ProfileTierLevel ProfileTierLevel { get; init; }

    /// <summary>Pictures per second as vps_timing_info declares it; 0 where it does not.</summary>
    public required double FrameRate { get; init; }

    /// <param name="nal">The NAL unit with its header and its emulation prevention bytes.</param>
    /// <exception cref="BitstreamException">It is no VPS, or is cut short.</exception>
    public static H265Vps Parse(ReadOnlySpan<byte> nal)
    {
        if (nal.Length < 16 || H265Nal.TypeOf(nal[0]) != H265Nal.Vps)
            throw new BitstreamException($"H.265 VPS: got {ParameterSetBytes.Describe(nal)}; expected a NAL unit of type 32");
        var bits = new BitReader(ParameterSetBytes.Unescape(nal[H265Nal.HeaderSize..]));
        var id = (int)bits.ReadBits(4);
        bits.Skip(2 + 6); // base layer flags, vps_max_layers_minus1
        var subLayersMinus1 = (int)bits.ReadBits(3);
        if (subLayersMinus1 > 6) throw new BitstreamException("H.265 VPS: vps_max_sub_layers_minus1 is 7; expected 0 to 6");
        bits.Skip(1 + 16); // vps_temporal_id_nesting_flag, vps_reserved_0xffff_16bits
        var profile = ProfileTierLevel.Read(ref bits, subLayersMinus1);
        return new H265Vps
        {
            Id = id,
            SubLayers = subLayersMinus1 + 1,
            ProfileTierLevel = profile,
            FrameRate = ReadFrameRate(ref bits, subLayersMinus1),
        };
    }

    private static double ReadFrameRate(ref BitReader bits, int subLayersMinus1)
    {
        try
        {
            var orderings = bits.ReadFlag() ? subLayersMinus1 + 1 : 1;
            for (var i = 0; i < 3 * orderings; i++) bits.ReadUnsignedExpGolomb(); // max_dec_pic_buffering, max_num_reorder, max_latency_increase
            var maxLayerId = bits.ReadBits(6);
            var layerSets = bits.ReadUnsignedExpGolomb(1023, "vps_num_layer_sets_minus1");
            bits.Skip(layerSets * (maxLayerId + 1)); // layer_id_included_flag
            return bits.ReadFlag() ? H265SpsReader.ReadTiming(ref bits) : 0;
        }
        catch (BitstreamException)
        {
            return 0; // as in the SPS: a damaged tail costs only the declared rate
        }
    }
}
