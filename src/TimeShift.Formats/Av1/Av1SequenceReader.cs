using TimeShift.Formats.Nal;

namespace TimeShift.Formats.Av1;

/// <summary>sequence_header_obu(), AV1 specification §5.5.1.</summary>
internal static class Av1SequenceReader
{
    public static Av1SequenceHeader Read(ref BitReader bits)
    {
        var profile = (int)bits.ReadBits(3);
        if (profile > 2) throw new BitstreamException($"AV1 sequence header: seq_profile is {profile}; expected 0 to 2");
        bits.Skip(1); // still_picture
        var reduced = bits.ReadFlag();
        var rate = 0.0;
        var level = 0;
        var highTier = false;
        if (reduced) level = (int)bits.ReadBits(5);
        else (rate, level, highTier) = ReadOperatingPoints(ref bits);
        var widthBits = 1 + (int)bits.ReadBits(4);
        var heightBits = 1 + (int)bits.ReadBits(4);
        var width = 1 + (int)bits.ReadBits(widthBits);
        var height = 1 + (int)bits.ReadBits(heightBits);
        SkipTools(ref bits, reduced);
        var (depth, monochrome, subsamplingX, subsamplingY, position) = ReadColor(ref bits, profile);
        return new Av1SequenceHeader
        {
            Profile = profile,
            LevelIndex = level,
            HighTier = highTier,
            ReducedStillPicture = reduced,
            Width = width,
            Height = height,
            FrameRate = rate,
            BitDepth = depth,
            Monochrome = monochrome,
            SubsamplingX = subsamplingX,
            SubsamplingY = subsamplingY,
            ChromaSamplePosition = position,
        };
    }

    private static (double Rate, int Level, bool HighTier) ReadOperatingPoints(ref BitReader bits)
    {
        var rate = 0.0;
        var hasDecoderModel = false;
        var delayBits = 0;
        if (bits.ReadFlag())
        {
            rate = ReadTiming(ref bits);
            hasDecoderModel = bits.ReadFlag();
            if (hasDecoderModel)
            {
                delayBits = 1 + (int)bits.ReadBits(5);
                bits.Skip(32 + 5 + 5); // num_units_in_decoding_tick, buffer_removal_time_length, frame_presentation_time_length
            }
        }

        var hasDelay = bits.ReadFlag(); // initial_display_delay_present_flag
        var points = 1 + (int)bits.ReadBits(5);
        var (level, highTier) = (0, false);
        for (var i = 0; i < points; i++)
        {
            bits.Skip(12); // operating_point_idc
            var pointLevel = (int)bits.ReadBits(5);
            var pointTier = pointLevel > 7 && bits.ReadFlag();
            if (hasDecoderModel && bits.ReadFlag()) bits.Skip(2 * delayBits + 1); // operating_parameters_info()
            if (hasDelay && bits.ReadFlag()) bits.Skip(4); // initial_display_delay_minus_1
            if (i == 0) (level, highTier) = (pointLevel, pointTier);
        }

        return (rate, level, highTier);
    }

    // timing_info(), §5.5.3
    private static double ReadTiming(ref BitReader bits)
    {
        var unitsInTick = bits.ReadBits(32);
        var timeScale = bits.ReadBits(32);
        if (!bits.ReadFlag()) return 0; // equal_picture_interval: without it a picture may last any number of ticks
        var ticks = 1.0 + bits.ReadUnsignedExpGolomb(); // uvlc() is coded as ue(v)
        return unitsInTick == 0 ? 0 : timeScale / (unitsInTick * ticks);
    }

    private static void SkipTools(ref BitReader bits, bool reduced)
    {
        if (!reduced && bits.ReadFlag()) bits.Skip(4 + 3); // delta_frame_id_length_minus_2, additional_frame_id_length_minus_1
        bits.Skip(3); // use_128x128_superblock, enable_filter_intra, enable_intra_edge_filter
        if (!reduced)
        {
            bits.Skip(4); // interintra and masked compound, warped motion, dual filter
            var orderHint = bits.ReadFlag();
            if (orderHint) bits.Skip(2); // enable_jnt_comp, enable_ref_frame_mvs
            var screenContent = bits.ReadFlag() || bits.ReadFlag(); // chosen per frame, else forced on or off
            if (screenContent && !bits.ReadFlag()) bits.Skip(1); // seq_force_integer_mv
            if (orderHint) bits.Skip(3); // order_hint_bits_minus_1
        }

        bits.Skip(3); // enable_superres, enable_cdef, enable_restoration
    }

    // color_config(), §5.5.2
    private static (int Depth, bool Monochrome, bool SubsamplingX, bool SubsamplingY, int Position) ReadColor(ref BitReader bits, int profile)
    {
        const int Bt709 = 1, Srgb = 13, Identity = 0, Unspecified = 2;
        var high = bits.ReadFlag();
        var depth = !high ? 8 : profile == 2 && bits.ReadFlag() ? 12 : 10;
        var monochrome = profile != 1 && bits.ReadFlag();
        var (primaries, transfer, matrix) = bits.ReadFlag()
            ? (bits.ReadBits(8), bits.ReadBits(8), bits.ReadBits(8))
            : (Unspecified, Unspecified, Unspecified);
        if (!monochrome && primaries == Bt709 && transfer == Srgb && matrix == Identity) return (depth, false, false, false, 0);
        bits.Skip(1); // color_range
        if (monochrome) return (depth, true, true, true, 0);
        var subsamplingX = profile == 0 || profile == 2 && (depth < 12 || bits.ReadFlag());
        var subsamplingY = profile == 0 || depth == 12 && subsamplingX && bits.ReadFlag();
        var position = subsamplingX && subsamplingY ? (int)bits.ReadBits(2) : 0;
        return (depth, false, subsamplingX, subsamplingY, position);
    }
}
