using TimeShift.Formats.Nal;

namespace TimeShift.Formats.H264;

/// <summary>A sequence parameter set of H.264, as far as a server needs it (ITU-T H.264 §7.3.2.1.1 and §E.1.1).</summary>
public sealed record H264Sps
{
    /// <summary>seq_parameter_set_id, 0 to 31.</summary>
    public required int Id { get; init; }

    public required byte ProfileIdc { get; init; }

    /// <summary>constraint_set0_flag (highest bit) to constraint_set5_flag and two reserved bits.</summary>
    public required byte Constraints { get; init; }

    /// <summary>Ten times the level: 31 is 3.1.</summary>
    public required byte LevelIdc { get; init; }

    /// <summary>0 monochrome, 1 4:2:0, 2 4:2:2, 3 4:4:4.</summary>
    public required int ChromaFormat { get; init; }

    public required int BitDepthLuma { get; init; }

    public required int BitDepthChroma { get; init; }

    /// <summary>Luma samples after cropping.</summary>
    public required int Width { get; init; }

    /// <inheritdoc cref="Width"/>
    public required int Height { get; init; }

    /// <summary>Frames (not fields) per second as the VUI declares it; 0 where it does not.</summary>
    public required double FrameRate { get; init; }

    /// <summary>
    /// How many pictures may precede one in decoding order and follow it in output order (max_num_reorder_frames, §E.2.1); null where the SPS says and implies nothing.
    /// </summary>
    public required int? ReorderDepth { get; init; }

    /// <param name="nal">The NAL unit with its header and its emulation prevention bytes.</param>
    /// <exception cref="BitstreamException">
    /// It is no SPS, is cut short before the picture's size is known, or has values that the standard excludes.
    /// </exception>
    public static H264Sps Parse(ReadOnlySpan<byte> nal)
    {
        if (nal.Length < 4 || H264Nal.TypeOf(nal[0]) != H264Nal.Sps)
            throw new BitstreamException($"H.264 SPS: got {ParameterSetBytes.Describe(nal)}; expected a NAL unit of type 7");
        return H264SpsReader.Read(ParameterSetBytes.Unescape(nal[1..]));
    }
}
