using System.Globalization;
using TimeShift.Formats.Nal;

namespace TimeShift.Formats.Av1;

/// <summary>AV1CodecConfigurationRecord, the content of <c>av1C</c> (AV1 in ISOBMFF §2.3).</summary>
/// <remarks>
/// <code>
/// 0  marker 1, version = 1 (7 bits)
/// 1  seq_profile (3), seq_level_idx_0 (5)
/// 2  seq_tier_0, high_bitdepth, twelve_bit, monochrome, chroma_subsampling_x, chroma_subsampling_y, chroma_sample_position (2)
/// 3  000, initial_presentation_delay_present, initial_presentation_delay_minus_one (4)
/// 4  configOBUs: the sequence header first, then metadata
/// </code>
/// </remarks>
public sealed class Av1Configuration
{
    private const int HeaderSize = 4;
    private const byte MarkerAndVersion = 0x81;

    public required int Profile { get; init; }

    public required int LevelIndex { get; init; }

    public required bool HighTier { get; init; }

    /// <summary>8, 10 or 12.</summary>
    public required int BitDepth { get; init; }

    public required bool Monochrome { get; init; }

    public required bool SubsamplingX { get; init; }

    public required bool SubsamplingY { get; init; }

    public required int ChromaSamplePosition { get; init; }

    /// <summary>The fourth byte as it came; 0 where nothing is said about the delay.</summary>
    public byte PresentationDelay { get; init; }

    /// <summary>OBUs with size fields; may be empty where the sequence header comes in band only.</summary>
    public required ReadOnlyMemory<byte> Obus { get; init; }

    /// <summary>AV1 in ISOBMFF §5, without the optional part: profile, level, tier and bit depth, such as <c>av01.0.08M.08</c>.</summary>
    public string CodecString =>
        string.Create(CultureInfo.InvariantCulture, $"av01.{Profile}.{LevelIndex:00}{(HighTier ? 'H' : 'M')}.{BitDepth:00}");

    /// <exception cref="BitstreamException">There is none, or it is broken.</exception>
    public Av1SequenceHeader ParseSequenceHeader() =>
        Av1SequenceHeader.Find(Obus.Span) ?? throw new BitstreamException("av1C holds no sequence header; expected one");

    /// <param name="sequenceHeader">A whole OBU of type 1; given a size field where it has none.</param>
    /// <exception cref="BitstreamException">It is another OBU, or broken.</exception>
    public static Av1Configuration Build(ReadOnlySpan<byte> sequenceHeader)
    {
        var header = Av1SequenceHeader.Find(sequenceHeader)
            ?? throw new BitstreamException($"AV1: got {ParameterSetBytes.Describe(sequenceHeader)}; expected a sequence header OBU");
        return new Av1Configuration
        {
            Profile = header.Profile,
            LevelIndex = header.LevelIndex,
            HighTier = header.HighTier,
            BitDepth = header.BitDepth,
            Monochrome = header.Monochrome,
            SubsamplingX = header.SubsamplingX,
            SubsamplingY = header.SubsamplingY,
            ChromaSamplePosition = header.ChromaSamplePosition,
            Obus = TemporalUnit.WithSizes(sequenceHeader),
        };
    }

    /// <exception cref="BitstreamException">The record is cut short, or not of version 1.</exception>
    public static Av1Configuration Read(ReadOnlySpan<byte> record)
    {
        if (record.Length < HeaderSize || record[0] != MarkerAndVersion)
            throw new BitstreamException($"av1C: got {ParameterSetBytes.Describe(record)}; expected marker and version 0x81 and at least {HeaderSize} bytes");
        var flags = record[2];
        return new Av1Configuration
        {
            Profile = record[1] >> 5,
            LevelIndex = record[1] & 0x1F,
            HighTier = (flags & 0x80) != 0,
            BitDepth = (flags & 0x40) == 0 ? 8 : (flags & 0x20) == 0 ? 10 : 12,
            Monochrome = (flags & 0x10) != 0,
            SubsamplingX = (flags & 8) != 0,
            SubsamplingY = (flags & 4) != 0,
            ChromaSamplePosition = flags & 3,
            PresentationDelay = record[3],
            Obus = record[HeaderSize..].ToArray(),
        };
    }

    public byte[] Write()
    {
        var flags = (HighTier ? 0x80 : 0) | (BitDepth > 8 ? 0x40 : 0) | (BitDepth == 12 ? 0x20 : 0) | (Monochrome ? 0x10 : 0)
            | (SubsamplingX ? 8 : 0) | (SubsamplingY ? 4 : 0) | ChromaSamplePosition;
        return [MarkerAndVersion, (byte)(Profile << 5 | LevelIndex), (byte)flags, PresentationDelay, .. Obus.Span];
    }
}
