using TimeShift.Formats.Nal;

namespace TimeShift.Formats.H264;

/// <summary>seq_parameter_set_data(), ITU-T H.264 §7.3.2.1.1.</summary>
internal static class H264SpsReader
{
    // Width and height of a visual sample entry are 16 bits (ISO/IEC 14496-12 §12.1.3).
    private const int MaxDimension = 65535;

    private const int ExtendedSar = 255;
    private const int MaxDpbFrames = 16;

    public static H264Sps Read(ReadOnlySpan<byte> rbsp)
    {
        var bits = new BitReader(rbsp);
        var profile = (byte)bits.ReadBits(8);
        var constraints = (byte)bits.ReadBits(8);
        var level = (byte)bits.ReadBits(8);
        var id = (int)bits.ReadUnsignedExpGolomb(31, "seq_parameter_set_id");
        var (chromaFormat, separatePlanes, luma, chroma) = HasChromaFormat(profile) ? ReadChromaFormat(ref bits) : (1, false, 8, 8);
        bits.ReadUnsignedExpGolomb(12, "log2_max_frame_num_minus4");
        var orderType = ReadPictureOrderCount(ref bits);
        bits.ReadUnsignedExpGolomb(); // max_num_ref_frames
        bits.Skip(1); // gaps_in_frame_num_value_allowed_flag
        var (width, height) = ReadSize(ref bits, separatePlanes ? 0 : chromaFormat);
        var (frameRate, reorderDepth) = ReadVui(ref bits);
        return new H264Sps
        {
            Id = id,
            ProfileIdc = profile,
            Constraints = constraints,
            LevelIdc = level,
            ChromaFormat = chromaFormat,
            BitDepthLuma = luma,
            BitDepthChroma = chroma,
            Width = width,
            Height = height,
            FrameRate = frameRate,
            ReorderDepth = NeverReorders(profile, constraints, orderType) ? 0 : reorderDepth,
        };
    }

    // Baseline has no B slices; pic_order_cnt_type 2 is output in decoding order (§8.2.1.3); constraint_set3 makes the High profiles intra ones (§A.2.8 on).
    private static bool NeverReorders(byte profile, byte constraints, int orderType) =>
        profile == 66 || orderType == 2 || profile is 44 || profile is 100 or 110 or 122 or 244 && (constraints & 0x10) != 0;

    private static bool HasChromaFormat(byte profile) =>
        profile is 100 or 110 or 122 or 244 or 44 or 83 or 86 or 118 or 128 or 138 or 139 or 134 or 135;

    private static (int ChromaFormat, bool SeparatePlanes, int Luma, int Chroma) ReadChromaFormat(ref BitReader bits)
    {
        var format = (int)bits.ReadUnsignedExpGolomb(3, "chroma_format_idc");
        var separate = format == 3 && bits.ReadFlag();
        var luma = 8 + (int)bits.ReadUnsignedExpGolomb(6, "bit_depth_luma_minus8");
        var chroma = 8 + (int)bits.ReadUnsignedExpGolomb(6, "bit_depth_chroma_minus8");
        bits.Skip(1); // qpprime_y_zero_transform_bypass_flag
        if (!bits.ReadFlag()) return (format, separate, luma, chroma);
        var lists = format == 3 ? 12 : 8;
        for (var i = 0; i < lists; i++)
        {
            if (bits.ReadFlag()) SkipScalingList(ref bits, i < 6 ? 16 : 64);
        }

        return (format, separate, luma, chroma);
    }

    // §7.3.2.1.1.1: the deltas stop when a scale of 0 says that the rest repeats.
    private static void SkipScalingList(ref BitReader bits, int size)
    {
        var last = 8;
        for (var j = 0; j < size; j++)
        {
            var delta = bits.ReadSignedExpGolomb();
            if (delta is < -128 or > 127) throw new BitstreamException($"H.264 SPS: delta_scale is {delta}; expected -128 to 127");
            var next = (last + delta + 256) % 256;
            if (next == 0) return;
            last = next;
        }
    }

    private static int ReadPictureOrderCount(ref BitReader bits)
    {
        var type = (int)bits.ReadUnsignedExpGolomb(2, "pic_order_cnt_type");
        switch (type)
        {
            case 0:
                bits.ReadUnsignedExpGolomb(12, "log2_max_pic_order_cnt_lsb_minus4");
                break;
            case 1:
                bits.Skip(1); // delta_pic_order_always_zero_flag
                bits.ReadSignedExpGolomb(); // offset_for_non_ref_pic
                bits.ReadSignedExpGolomb(); // offset_for_top_to_bottom_field
                var frames = bits.ReadUnsignedExpGolomb(255, "num_ref_frames_in_pic_order_cnt_cycle");
                for (var i = 0; i < frames; i++) bits.ReadSignedExpGolomb(); // offset_for_ref_frame
                break;
        }

        return type;
    }

    /// <param name="chromaArrayType">chroma_format_idc, or 0 where the planes are coded apart.</param>
    private static (int Width, int Height) ReadSize(ref BitReader bits, int chromaArrayType)
    {
        var macroblocksWide = bits.ReadUnsignedExpGolomb(MaxDimension / 16, "pic_width_in_mbs_minus1") + 1;
        var mapUnitsHigh = bits.ReadUnsignedExpGolomb(MaxDimension / 16, "pic_height_in_map_units_minus1") + 1;
        var framesOnly = bits.ReadFlag();
        if (!framesOnly) bits.Skip(1); // mb_adaptive_frame_field_flag
        bits.Skip(1); // direct_8x8_inference_flag
        var fields = framesOnly ? 1 : 2;
        long width = macroblocksWide * 16;
        long height = mapUnitsHigh * 16 * fields;
        if (bits.ReadFlag())
        {
            var unitX = chromaArrayType is 1 or 2 ? 2 : 1;
            var unitY = (chromaArrayType == 1 ? 2 : 1) * fields;
            width -= unitX * ((long)bits.ReadUnsignedExpGolomb() + bits.ReadUnsignedExpGolomb());
            height -= unitY * ((long)bits.ReadUnsignedExpGolomb() + bits.ReadUnsignedExpGolomb());
        }

        if (width is < 1 or > MaxDimension || height is < 1 or > MaxDimension)
            throw new BitstreamException($"H.264 SPS: the picture is {width}x{height}; expected 1 to {MaxDimension} luma samples each way");
        return ((int)width, (int)height);
    }

    // Cameras cut their VUI short or fill it with noise; all that decoding needs came before it, so a broken one only costs what it
    // declares.
    private static (double FrameRate, int? ReorderDepth) ReadVui(ref BitReader bits)
    {
        double frameRate = 0;
        try
        {
            if (!bits.ReadFlag()) return (0, null);
            frameRate = ReadVuiFrameRate(ref bits);
            return (frameRate, ReadVuiReorderDepth(ref bits));
        }
        catch (BitstreamException)
        {
            return (frameRate, null);
        }
    }

    private static double ReadVuiFrameRate(ref BitReader bits)
    {
        if (bits.ReadFlag() && bits.ReadBits(8) == ExtendedSar) bits.Skip(32); // sar_width, sar_height
        if (bits.ReadFlag()) bits.Skip(1); // overscan_appropriate_flag
        if (bits.ReadFlag())
        {
            bits.Skip(4); // video_format, video_full_range_flag
            if (bits.ReadFlag()) bits.Skip(24); // colour_primaries, transfer_characteristics, matrix_coefficients
        }

        if (bits.ReadFlag())
        {
            bits.ReadUnsignedExpGolomb(5, "chroma_sample_loc_type_top_field");
            bits.ReadUnsignedExpGolomb(5, "chroma_sample_loc_type_bottom_field");
        }

        if (!bits.ReadFlag()) return 0;
        var unitsInTick = bits.ReadBits(32);
        var timeScale = bits.ReadBits(32);
        bits.Skip(1); // fixed_frame_rate_flag
        // A tick is a field (§E.2.1), two to the frame, also where all pictures are frames.
        return unitsInTick == 0 ? 0 : timeScale / 2.0 / unitsInTick;
    }

    private static int? ReadVuiReorderDepth(ref BitReader bits)
    {
        var nal = bits.ReadFlag();
        if (nal) SkipHypotheticalDecoder(ref bits);
        var vcl = bits.ReadFlag();
        if (vcl) SkipHypotheticalDecoder(ref bits);
        if (nal || vcl) bits.Skip(1); // low_delay_hrd_flag
        bits.Skip(1); // pic_struct_present_flag
        if (!bits.ReadFlag()) return null;
        bits.Skip(1); // motion_vectors_over_pic_boundaries_flag
        for (var i = 0; i < 4; i++) bits.ReadUnsignedExpGolomb(16, "a limit of bitstream_restriction");
        return (int)bits.ReadUnsignedExpGolomb(MaxDpbFrames, "max_num_reorder_frames");
    }

    // hrd_parameters(), §E.1.2
    private static void SkipHypotheticalDecoder(ref BitReader bits)
    {
        var count = bits.ReadUnsignedExpGolomb(31, "cpb_cnt_minus1") + 1;
        bits.Skip(8); // bit_rate_scale, cpb_size_scale
        for (var i = 0; i < count; i++)
        {
            bits.ReadUnsignedExpGolomb(); // bit_rate_value_minus1
            bits.ReadUnsignedExpGolomb(); // cpb_size_value_minus1
            bits.Skip(1); // cbr_flag
        }

        bits.Skip(20); // four lengths
    }
}
