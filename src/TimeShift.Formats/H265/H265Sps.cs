using TimeShift.Formats.Nal;

namespace TimeShift.Formats.H265;

/// <summary>A sequence parameter set of H.265, as far as a server needs it (ITU-T H.265 §7.3.2.2 and §E.2.1).</summary>
public sealed record H265Sps
{
    /// <summary>sps_seq_parameter_set_id, 0 to 15.</summary>
    public required int Id { get; init; }

    public required int VpsId { get; init; }

    public required ProfileTierLevel ProfileTierLevel { get; init; }

    /// <summary>Temporal sub-layers, 1 to 7.</summary>
    public required int SubLayers { get; init; }

    public required bool TemporalIdNesting { get; init; }

    /// <summary>0 monochrome, 1 4:2:0, 2 4:2:2, 3 4:4:4.</summary>
    public required int ChromaFormat { get; init; }

    public required int BitDepthLuma { get; init; }

    public required int BitDepthChroma { get; init; }

    /// <summary>Luma samples inside the conformance window.</summary>
    public required int Width { get; init; }

    /// <inheritdoc cref="Width"/>
    public required int Height { get; init; }

    /// <summary>Pictures per second as the VUI declares it; 0 where it does not.</summary>
    public required double FrameRate { get; init; }

    /// <summary>sps_max_num_reorder_pics of the highest temporal sub-layer, §7.4.3.2.1; null where the SPS is damaged before it.</summary>
    public required int? ReorderDepth { get; init; }

    /// <param name="nal">The NAL unit of the base layer with its header and its emulation prevention bytes.</param>
    /// <exception cref="BitstreamException">
    /// It is no SPS, is cut short before the picture's size is known, or has values that the standard excludes.
    /// </exception>
    public static H265Sps Parse(ReadOnlySpan<byte> nal)
    {
        if (nal.Length < 16 || H265Nal.TypeOf(nal[0]) != H265Nal.Sps)
            throw new BitstreamException($"H.265 SPS: got {ParameterSetBytes.Describe(nal)}; expected a NAL unit of type 33");
        return H265SpsReader.Read(ParameterSetBytes.Unescape(nal[H265Nal.HeaderSize..]));
    }
}
