using TimeShift.Formats.Nal;

namespace TimeShift.Formats.Av1;

/// <summary>A sequence header, as far as a server needs it (AV1 specification §5.5).</summary>
public sealed record Av1SequenceHeader
{
    /// <summary>seq_profile: 0 Main, 1 High, 2 Professional.</summary>
    public required int Profile { get; init; }

    /// <summary>seq_level_idx[0]: 8 is 4.0; 31 means no limits.</summary>
    public required int LevelIndex { get; init; }

    /// <summary>seq_tier[0]: true for High, false for Main.</summary>
    public required bool HighTier { get; init; }

    /// <summary>Each frame is a key frame that is shown, and its header does not say so.</summary>
    public required bool ReducedStillPicture { get; init; }

    /// <summary>max_frame_width_minus_1 + 1, luma samples.</summary>
    public required int Width { get; init; }

    /// <summary>max_frame_height_minus_1 + 1, luma samples.</summary>
    public required int Height { get; init; }

    /// <summary>Frames per second where the header declares an equal interval; else 0.</summary>
    public required double FrameRate { get; init; }

    /// <summary>8, 10 or 12.</summary>
    public required int BitDepth { get; init; }

    public required bool Monochrome { get; init; }

    public required bool SubsamplingX { get; init; }

    public required bool SubsamplingY { get; init; }

    /// <summary>chroma_sample_position: 0 unknown, 1 vertical, 2 colocated.</summary>
    public required int ChromaSamplePosition { get; init; }

    /// <param name="payload">The payload of an OBU of type 1.</param>
    /// <exception cref="BitstreamException">Cut short, or with values that the specification excludes.</exception>
    public static Av1SequenceHeader Parse(ReadOnlySpan<byte> payload)
    {
        var bits = new BitReader(payload);
        return Av1SequenceReader.Read(ref bits);
    }

    /// <summary>Finds and parses the first sequence header among OBUs.</summary>
    /// <returns>Null where there is none.</returns>
    /// <exception cref="BitstreamException">The OBUs or the sequence header are broken.</exception>
    public static Av1SequenceHeader? Find(ReadOnlySpan<byte> obus)
    {
        foreach (var obu in Obu.In(obus))
        {
            if (obu.Type == ObuType.SequenceHeader) return Parse(obu.Payload);
        }

        return null;
    }
}
