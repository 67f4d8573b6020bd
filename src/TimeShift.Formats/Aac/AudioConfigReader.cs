using TimeShift.Formats.Nal;

namespace TimeShift.Formats.Aac;

/// <summary>AudioSpecificConfig(), GASpecificConfig() and program_config_element(), ISO/IEC 14496-3 §1.6.2.1, §4.4.1.</summary>
internal static class AudioConfigReader
{
    private const int SbrSync = 0x2B7;
    private const int ParametricStereoSync = 0x548;
    private const int BitSlicedCoding = 22;

    public static AudioSpecificConfig Read(ReadOnlySpan<byte> config)
    {
        var bits = new BitReader(config);
        var type = ReadObjectType(ref bits);
        var rate = SamplingFrequency.Read(ref bits);
        var channelConfiguration = (int)bits.ReadBits(4);
        var outputRate = rate;
        var parametricStereo = type == AudioSpecificConfig.ParametricStereo;
        var sbr = parametricStereo || type == AudioSpecificConfig.Sbr;
        if (sbr)
        {
            // Explicit hierarchical signalling (§1.6.6.1.1): the extension first, then the core's own type.
            outputRate = SamplingFrequency.Read(ref bits);
            type = ReadObjectType(ref bits);
            if (type == BitSlicedCoding) bits.Skip(4); // extensionChannelConfiguration
        }

        var (samples, channels) = type == AudioSpecificConfig.EnhancedLowDelay
            ? ReadEnhancedLowDelay(ref bits, channelConfiguration, ref outputRate)
            : ReadGeneralAudio(ref bits, type, channelConfiguration);
        if (!sbr && type is >= 1 and <= 4) (sbr, parametricStereo) = ReadSyncExtension(ref bits, ref outputRate);
        return new AudioSpecificConfig
        {
            ObjectType = type,
            SampleRate = rate,
            OutputSampleRate = outputRate,
            ChannelConfiguration = channelConfiguration,
            Channels = parametricStereo && channels == 1 ? 2 : channels,
            SamplesPerFrame = samples,
            HasSbr = sbr,
            HasParametricStereo = parametricStereo,
        };
    }

    /// <summary>Channels of a channelConfiguration (ISO/IEC 14496-3 table 1.19, ISO/IEC 23001-8 table 8).</summary>
    /// <exception cref="BitstreamException">Reserved, or 0, which only a program_config_element explains.</exception>
    public static int ChannelsOf(int channelConfiguration) => channelConfiguration switch
    {
        >= 1 and <= 6 => channelConfiguration,
        7 or 12 or 14 => 8,
        11 => 7,
        13 => 24,
        _ => throw new BitstreamException($"AAC: channelConfiguration is {channelConfiguration}; expected 1 to 7 or 11 to 14"),
    };

    private static int ReadObjectType(ref BitReader bits)
    {
        var type = bits.ReadBits(5);
        return (int)(AudioSpecificConfig.IsEscape(type) ? 32 + bits.ReadBits(6) : type);
    }

    private static (int Samples, int Channels) ReadGeneralAudio(ref BitReader bits, int type, int channelConfiguration)
    {
        if (type is not (1 or 2 or 3 or 4 or 6 or 17 or 19 or 20 or BitSlicedCoding or AudioSpecificConfig.LowDelay))
            throw new BitstreamException($"audio object type {type} is none of AAC's that are known here (1 to 6, 17, 19, 20, 22, 23, 29, 39)");
        var shortFrames = bits.ReadFlag(); // frameLengthFlag
        if (bits.ReadFlag()) bits.Skip(14); // dependsOnCoreCoder, coreCoderDelay
        var extension = bits.ReadFlag();
        var channels = channelConfiguration == 0 ? ReadProgramConfig(ref bits) : ChannelsOf(channelConfiguration);
        if (type is 6 or 20) bits.Skip(3); // layerNr
        if (extension)
        {
            if (type == BitSlicedCoding) bits.Skip(5 + 11); // numOfSubFrame, layer_length
            if (type is 17 or 19 or 20 or AudioSpecificConfig.LowDelay) bits.Skip(3); // resilience flags
            bits.Skip(1); // extensionFlag3
        }

        return (type, shortFrames) switch
        {
            (AudioSpecificConfig.LowDelay, true) => (480, channels),
            (AudioSpecificConfig.LowDelay, false) => (512, channels),
            (_, true) => (960, channels),
            _ => (1024, channels),
        };
    }

    // ELDSpecificConfig(), §4.6.20.3
    private static (int Samples, int Channels) ReadEnhancedLowDelay(ref BitReader bits, int channelConfiguration, ref int outputRate)
    {
        var shortFrames = bits.ReadFlag();
        bits.Skip(3); // resilience flags
        if (bits.ReadFlag() && bits.ReadFlag()) outputRate *= 2; // ldSbrPresentFlag, ldSbrSamplingRate
        return (shortFrames ? 480 : 512, ChannelsOf(channelConfiguration));
    }

    // Explicit backward-compatible signalling (§1.6.6.1.2): behind what an old decoder reads, marked by a sync word.
    private static (bool Sbr, bool ParametricStereo) ReadSyncExtension(ref BitReader bits, ref int outputRate)
    {
        if (bits.BitsLeft < 16 || bits.ReadBits(11) != SbrSync || ReadObjectType(ref bits) != AudioSpecificConfig.Sbr || !bits.ReadFlag())
            return (false, false);
        outputRate = SamplingFrequency.Read(ref bits);
        return (true, bits.BitsLeft >= 12 && bits.ReadBits(11) == ParametricStereoSync && bits.ReadFlag());
    }

    private static int ReadProgramConfig(ref BitReader bits)
    {
        bits.Skip(4 + 2 + 4); // element_instance_tag, object_type, sampling_frequency_index
        var mains = (int)(bits.ReadBits(4) + bits.ReadBits(4) + bits.ReadBits(4)); // front, side, back
        var effects = (int)bits.ReadBits(2);
        var data = (int)bits.ReadBits(3);
        var couplings = (int)bits.ReadBits(4);
        if (bits.ReadFlag()) bits.Skip(4); // mono_mixdown_element_number
        if (bits.ReadFlag()) bits.Skip(4); // stereo_mixdown_element_number
        if (bits.ReadFlag()) bits.Skip(3); // matrix_mixdown_idx, pseudo_surround_enable
        var channels = effects;
        for (var i = 0; i < mains; i++)
        {
            channels += bits.ReadFlag() ? 2 : 1; // element_is_cpe
            bits.Skip(4);
        }

        bits.Skip(4 * effects + 4 * data + 5 * couplings);
        bits.AlignToByte();
        bits.Skip(8L * bits.ReadBits(8)); // comment_field_data
        return channels > 0 ? channels : throw new BitstreamException("AAC: a program_config_element lists no channels");
    }
}
