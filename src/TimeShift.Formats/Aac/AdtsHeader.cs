namespace TimeShift.Formats.Aac;

/// <summary>The header of an ADTS frame, as MPEG-TS carries AAC (ISO/IEC 14496-3 §1.A.2.2).</summary>
/// <remarks>
/// <code>
/// syncword 0xFFF (12) | ID | layer 00 | protection_absent | profile_ObjectType (2) | sampling_frequency_index (4) | private_bit | channel_configuration (3) | original_copy | home
/// copyright_identification_bit | copyright_identification_start | aac_frame_length (13) | adts_buffer_fullness (11) | number_of_raw_data_blocks_in_frame (2) | [crc (16)]
/// </code>
/// </remarks>
public readonly record struct AdtsHeader
{
    /// <summary>Bytes without the CRC.</summary>
    public const int MinSize = 7;

    private const int CrcSize = 2;
    private const int MaxFrameLength = 0x1FFF;

    /// <summary>audioObjectType, 1 to 4.</summary>
    public required int ObjectType { get; init; }

    /// <summary>Hz, of the core coder.</summary>
    public required int SampleRate { get; init; }

    /// <summary>0 where a program_config_element in the frame lists the channels.</summary>
    public required int ChannelConfiguration { get; init; }

    /// <summary>Bytes of the frame with its header.</summary>
    public required int FrameLength { get; init; }

    /// <summary>7, or 9 with a CRC.</summary>
    public required int Size { get; init; }

    /// <summary>AAC frames in this ADTS frame, nearly always 1.</summary>
    public required int RawDataBlocks { get; init; }

    /// <summary>The configuration that a track in MP4 has for such frames.</summary>
    /// <exception cref="BitstreamException">The channels are only in the frame.</exception>
    public AudioSpecificConfig ToConfig() => AudioSpecificConfig.Build(ObjectType, SampleRate, ChannelConfiguration);

    /// <returns>False where fewer than <see cref="MinSize"/> bytes are there.</returns>
    /// <exception cref="BitstreamException">No syncword, or reserved values.</exception>
    public static bool TryRead(ReadOnlySpan<byte> data, out AdtsHeader header)
    {
        header = default;
        if (data.Length < MinSize) return false;
        if (data[0] != 0xFF || (data[1] & 0xF6) != 0xF0)
            throw new BitstreamException($"ADTS: got {data[0]:X2}{data[1]:X2}; expected the syncword FFF and layer 0");
        var size = MinSize + ((data[1] & 1) == 0 ? CrcSize : 0);
        var length = (data[3] & 3) << 11 | data[4] << 3 | data[5] >> 5;
        if (length < size) throw new BitstreamException($"ADTS: aac_frame_length is {length}; expected at least the header's {size} bytes");
        header = new AdtsHeader
        {
            ObjectType = (data[2] >> 6) + 1,
            SampleRate = SamplingFrequency.FromIndex(data[2] >> 2 & 0xF),
            ChannelConfiguration = (data[2] & 1) << 2 | data[3] >> 6,
            FrameLength = length,
            Size = size,
            RawDataBlocks = (data[6] & 3) + 1,
        };
        return true;
    }

    /// <summary>Takes one frame off the front of a stream of them.</summary>
    /// <param name="frame">The AAC frame without its header; a view into <paramref name="data"/>.</param>
    /// <returns>False where the frame is not all there; else the next one begins at <see cref="FrameLength"/>.</returns>
    /// <exception cref="BitstreamException">
    /// No syncword, reserved values, or several AAC frames in one, which cannot be told apart without decoding.
    /// </exception>
    public static bool TryReadFrame(ReadOnlySpan<byte> data, out AdtsHeader header, out ReadOnlySpan<byte> frame)
    {
        frame = default;
        if (!TryRead(data, out header) || data.Length < header.FrameLength) return false;
        if (header.RawDataBlocks > 1)
            throw new BitstreamException($"ADTS: a frame holds {header.RawDataBlocks} raw data blocks; expected 1");
        frame = data[header.Size..header.FrameLength];
        return true;
    }

    /// <summary>Writes the seven bytes that go before an AAC frame: MPEG-4, no CRC, variable bit rate.</summary>
    /// <param name="config">Of object type 1 to 4, a rate that has an index, and 1 to 7 channels.</param>
    /// <param name="frameLength">Bytes of the AAC frame without a header.</param>
    /// <exception cref="BitstreamException">The configuration or the length does not fit the header.</exception>
    public static void Write(Span<byte> destination, in AudioSpecificConfig config, int frameLength)
    {
        var rate = SamplingFrequency.IndexOf(config.SampleRate);
        var length = MinSize + frameLength;
        if (rate < 0 || config.ObjectType is < 1 or > 4 || config.ChannelConfiguration is < 1 or > 7 || frameLength < 0 || length > MaxFrameLength)
            throw new BitstreamException(
                $"ADTS cannot carry {frameLength} bytes of object type {config.ObjectType}, {config.SampleRate} Hz, channel configuration {config.ChannelConfiguration}");
        ReadOnlySpan<byte> header =
        [
            0xFF,
            0xF1,
            (byte)(config.ObjectType - 1 << 6 | rate << 2 | config.ChannelConfiguration >> 2),
            (byte)((config.ChannelConfiguration & 3) << 6 | length >> 11),
            (byte)(length >> 3),
            (byte)((length & 7) << 5 | 0x1F),
            0xFC,
        ];
        header.CopyTo(destination);
    }
}
