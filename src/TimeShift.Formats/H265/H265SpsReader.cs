using TimeShift.Formats.Nal;

namespace TimeShift.Formats.H265;

/// <summary>seq_parameter_set_rbsp(), ITU-T H.265 §7.3.2.2.1.</summary>
internal static class H265SpsReader
{
    // Width and height of a visual sample entry are 16 bits (ISO/IEC 14496-12 §12.1.3).
    private const int MaxDimension = 65535;

    private const int ExtendedSar = 255;
    private const int MaxDpbSize = 16;
    private const int MaxShortTermSets = 64;
    private const int MaxPicturesInSet = 16;

    public static H265Sps Read(ReadOnlySpan<byte> rbsp)
    {
        var bits = new BitReader(rbsp);
        var vpsId = (int)bits.ReadBits(4);
        var subLayersMinus1 = (int)bits.ReadBits(3);
        if (subLayersMinus1 > 6) throw new BitstreamException("H.265 SPS: sps_max_sub_layers_minus1 is 7; expected 0 to 6");
        var nesting = bits.ReadFlag();
        var profile = ProfileTierLevel.Read(ref bits, subLayersMinus1);
        var id = (int)bits.ReadUnsignedExpGolomb(15, "sps_seq_parameter_set_id");
        var chromaFormat = (int)bits.ReadUnsignedExpGolomb(3, "chroma_format_idc");
        if (chromaFormat == 3) bits.Skip(1); // separate_colour_plane_flag
        var (width, height) = ReadSize(ref bits, chromaFormat);
        var luma = 8 + (int)bits.ReadUnsignedExpGolomb(8, "bit_depth_luma_minus8");
        var chroma = 8 + (int)bits.ReadUnsignedExpGolomb(8, "bit_depth_chroma_minus8");
        var (frameRate, reorderDepth) = ReadRest(ref bits, subLayersMinus1);
        return new H265Sps
        {
            Id = id,
            VpsId = vpsId,
            ProfileTierLevel = profile,
            SubLayers = subLayersMinus1 + 1,
            TemporalIdNesting = nesting,
            ChromaFormat = chromaFormat,
            BitDepthLuma = luma,
            BitDepthChroma = chroma,
            Width = width,
            Height = height,
            FrameRate = frameRate,
            ReorderDepth = reorderDepth,
        };
    }

    private static (int Width, int Height) ReadSize(ref BitReader bits, int chromaFormat)
    {
        long width = bits.ReadUnsignedExpGolomb();
        long height = bits.ReadUnsignedExpGolomb();
        if (bits.ReadFlag())
        {
            var unitX = chromaFormat is 1 or 2 ? 2 : 1;
            var unitY = chromaFormat == 1 ? 2 : 1;
            width -= unitX * ((long)bits.ReadUnsignedExpGolomb() + bits.ReadUnsignedExpGolomb());
            height -= unitY * ((long)bits.ReadUnsignedExpGolomb() + bits.ReadUnsignedExpGolomb());
        }

        if (width is < 1 or > MaxDimension || height is < 1 or > MaxDimension)
            throw new BitstreamException($"H.265 SPS: the picture is {width}x{height}; expected 1 to {MaxDimension} luma samples each way");
        return ((int)width, (int)height);
    }

    // What lies between the size and the VUI is mostly passed over; where it or the VUI is damaged, all that is lost is what it declares.
    private static (double FrameRate, int? ReorderDepth) ReadRest(ref BitReader bits, int subLayersMinus1)
    {
        int? reorderDepth = null;
        try
        {
            var pocLsbBits = 4 + (int)bits.ReadUnsignedExpGolomb(12, "log2_max_pic_order_cnt_lsb_minus4");
            reorderDepth = ReadReorderDepth(ref bits, subLayersMinus1);
            SkipToVui(ref bits, pocLsbBits);
            return (bits.ReadFlag() ? ReadVuiFrameRate(ref bits) : 0, reorderDepth);
        }
        catch (BitstreamException)
        {
            return (0, reorderDepth);
        }
    }

    // The last triple is that of the highest sub-layer, whether the lower ones have their own or not.
    private static int ReadReorderDepth(ref BitReader bits, int subLayersMinus1)
    {
        var orderings = bits.ReadFlag() ? subLayersMinus1 + 1 : 1;
        var depth = 0;
        for (var i = 0; i < orderings; i++)
        {
            bits.ReadUnsignedExpGolomb(); // sps_max_dec_pic_buffering_minus1
            depth = (int)bits.ReadUnsignedExpGolomb(MaxDpbSize - 1, "sps_max_num_reorder_pics");
            bits.ReadUnsignedExpGolomb(); // sps_max_latency_increase_plus1
        }

        return depth;
    }

    private static void SkipToVui(ref BitReader bits, int pocLsbBits)
    {
        SkipExpGolomb(ref bits, 6); // coding and transform block sizes, transform hierarchy depths
        if (bits.ReadFlag() && bits.ReadFlag()) SkipScalingListData(ref bits);
        bits.Skip(2); // amp_enabled_flag, sample_adaptive_offset_enabled_flag
        if (bits.ReadFlag())
        {
            bits.Skip(8); // pcm_sample_bit_depths
            SkipExpGolomb(ref bits, 2); // pcm coding block sizes
            bits.Skip(1); // pcm_loop_filter_disabled_flag
        }

        SkipShortTermSets(ref bits);
        if (bits.ReadFlag())
        {
            var pictures = bits.ReadUnsignedExpGolomb(32, "num_long_term_ref_pics_sps");
            bits.Skip(pictures * (pocLsbBits + 1)); // lt_ref_pic_poc_lsb_sps, used_by_curr_pic_lt_sps_flag
        }

        bits.Skip(2); // sps_temporal_mvp_enabled_flag, strong_intra_smoothing_enabled_flag
    }

    // scaling_list_data(), §7.3.4
    private static void SkipScalingListData(ref BitReader bits)
    {
        for (var size = 0; size < 4; size++)
        {
            for (var matrix = 0; matrix < 6; matrix += size == 3 ? 3 : 1)
            {
                if (!bits.ReadFlag())
                {
                    bits.ReadUnsignedExpGolomb(); // scaling_list_pred_matrix_id_delta
                    continue;
                }

                // With the 16x16 and 32x32 lists, scaling_list_dc_coef_minus8 comes first.
                SkipExpGolomb(ref bits, Math.Min(64, 1 << 4 + (size << 1)) + (size > 1 ? 1 : 0));
            }
        }
    }

    // st_ref_pic_set(), §7.3.7: a set may be predicted from the one before, so the number of pictures of each has to be known.
    private static void SkipShortTermSets(ref BitReader bits)
    {
        var sets = bits.ReadUnsignedExpGolomb(MaxShortTermSets, "num_short_term_ref_pic_sets");
        var pictures = 0;
        for (var set = 0; set < sets; set++)
        {
            pictures = set > 0 && bits.ReadFlag() ? SkipPredictedSet(ref bits, pictures) : SkipExplicitSet(ref bits);
        }
    }

    private static int SkipPredictedSet(ref BitReader bits, int pictures)
    {
        bits.Skip(1); // delta_rps_sign
        bits.ReadUnsignedExpGolomb(); // abs_delta_rps_minus1
        var kept = 0;
        for (var j = 0; j <= pictures; j++)
        {
            var used = bits.ReadFlag();
            if (used || bits.ReadFlag()) kept++; // used_by_curr_pic_flag, else use_delta_flag
        }

        return kept;
    }

    private static int SkipExplicitSet(ref BitReader bits)
    {
        var negative = (int)bits.ReadUnsignedExpGolomb(MaxPicturesInSet, "num_negative_pics");
        var positive = (int)bits.ReadUnsignedExpGolomb(MaxPicturesInSet, "num_positive_pics");
        for (var i = 0; i < negative + positive; i++)
        {
            bits.ReadUnsignedExpGolomb(); // delta_poc_minus1
            bits.Skip(1); // used_by_curr_pic_flag
        }

        return negative + positive;
    }

    private static double ReadVuiFrameRate(ref BitReader bits)
    {
        if (bits.ReadFlag() && bits.ReadBits(8) == ExtendedSar) bits.Skip(32); // sar_width, sar_height
        if (bits.ReadFlag()) bits.Skip(1); // overscan_appropriate_flag
        if (bits.ReadFlag())
        {
            bits.Skip(4); // video_format, video_full_range_flag
            if (bits.ReadFlag()) bits.Skip(24); // colour_primaries, transfer_characteristics, matrix_coeffs
        }

        if (bits.ReadFlag()) SkipExpGolomb(ref bits, 2); // chroma_sample_loc_type
        bits.Skip(3); // neutral_chroma_indication_flag, field_seq_flag, frame_field_info_present_flag
        if (bits.ReadFlag()) SkipExpGolomb(ref bits, 4); // default display window
        return bits.ReadFlag() ? ReadTiming(ref bits) : 0;
    }

    internal static double ReadTiming(ref BitReader bits)
    {
        var unitsInTick = bits.ReadBits(32);
        var timeScale = bits.ReadBits(32);
        return unitsInTick == 0 ? 0 : (double)timeScale / unitsInTick;
    }

    private static void SkipExpGolomb(ref BitReader bits, int count)
    {
        for (var i = 0; i < count; i++) bits.ReadUnsignedExpGolomb();
    }
}
