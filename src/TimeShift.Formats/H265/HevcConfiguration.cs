using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using TimeShift.Formats.Nal;

namespace TimeShift.Formats.H265;

/// <summary>HEVCDecoderConfigurationRecord, the content of <c>hvcC</c> (ISO/IEC 14496-15 §8.3.3.1).</summary>
/// <remarks>
/// <code>
///  0  configurationVersion = 1                                    15  111111, parallelismType (2 bits)
///  1  general_profile_space (2), tier_flag, profile_idc (5)       16  111111, chroma_format_idc (2)
///  2  general_profile_compatibility_flags (4 bytes)               17  11111, bit_depth_luma_minus8 (3)
///  6  general_constraint_indicator_flags (6 bytes)                18  11111, bit_depth_chroma_minus8 (3)
/// 12  general_level_idc                                           19  avgFrameRate (2 bytes, frames in 256 seconds)
/// 13  1111, min_spatial_segmentation_idc (12 bits)                21  constantFrameRate (2), numTemporalLayers (3), temporalIdNested, lengthSizeMinusOne (2)
///                                                                 22  numOfArrays, then each: array_completeness, 0, NAL_unit_type (6),
///                                                                     numNalus (2 bytes), then each: length (2), NAL unit
/// </code>
/// </remarks>
public sealed class HevcConfiguration
{
    private const int HeaderSize = 23;

    public required ProfileTierLevel ProfileTierLevel { get; init; }

    /// <summary>0 where nothing is known.</summary>
    public int MinSpatialSegmentation { get; init; }

    /// <summary>0 where nothing is known.</summary>
    public int ParallelismType { get; init; }

    public required int ChromaFormat { get; init; }

    public required int BitDepthLuma { get; init; }

    public required int BitDepthChroma { get; init; }

    /// <summary>Frames in 256 seconds; 0 where nothing is said.</summary>
    public int AverageFrameRate { get; init; }

    public int ConstantFrameRate { get; init; }

    /// <summary>0 where nothing is known.</summary>
    public required int TemporalLayers { get; init; }

    public required bool TemporalIdNested { get; init; }

    /// <summary>Bytes of the length before each NAL unit of a sample: 1, 2 or 4.</summary>
    public required int LengthSize { get; init; }

    public required ImmutableArray<HevcArray> Arrays { get; init; }

    /// <summary>
    /// ISO/IEC 14496-15 §E.3, such as <c>hvc1.1.6.L93.B0</c>: profile space and number, compatibility flags from the last to the first in
    /// hexadecimal, tier and level,
    /// then the constraint bytes without those at the end that are zero.
    /// </summary>
    public string CodecString
    {
        get
        {
            var profile = ProfileTierLevel;
            var text = new StringBuilder("hvc1.");
            if (profile.ProfileSpace > 0) text.Append((char)('A' + profile.ProfileSpace - 1));
            text.Append(CultureInfo.InvariantCulture, $"{profile.ProfileIdc}.{Reverse(profile.CompatibilityFlags):X}.");
            text.Append(CultureInfo.InvariantCulture, $"{(profile.HighTier ? 'H' : 'L')}{profile.LevelIdc}");
            for (var left = profile.ConstraintFlags << 16; left != 0; left <<= 8)
                text.Append(CultureInfo.InvariantCulture, $".{left >> 56:X}");
            return text.ToString();
        }
    }

    /// <summary>NAL units of one type, with their headers.</summary>
    public IEnumerable<byte[]> Units(int nalType) => Arrays.Where(array => array.NalType == nalType).SelectMany(array => array.Units);

    /// <summary>The first SPS, parsed.</summary>
    /// <exception cref="BitstreamException">There is none, or it is broken.</exception>
    public H265Sps ParseSps() =>
        H265Sps.Parse(Units(H265Nal.Sps).FirstOrDefault() ?? throw new BitstreamException("hvcC holds no SPS; expected at least one"));

    /// <summary>The rate that the SPS declares, or else the VPS; 0 where neither does.</summary>
    public double FrameRate(H265Sps sps)
    {
        if (sps.FrameRate > 0 || Units(H265Nal.Vps).FirstOrDefault() is not { } vps) return sps.FrameRate;
        try
        {
            return H265Vps.Parse(vps).FrameRate;
        }
        catch (BitstreamException)
        {
            return 0; // the picture does not depend on what a VPS says
        }
    }

    /// <summary>
    /// A record with 4-byte lengths and complete arrays, as <c>hvc1</c> wants them; profile, depths and layers are the first SPS's.
    /// </summary>
    /// <exception cref="BitstreamException">A VPS, an SPS or a PPS is missing, broken or too long.</exception>
    public static HevcConfiguration Build(ReadOnlySpan<byte[]> vps, ReadOnlySpan<byte[]> sps, ReadOnlySpan<byte[]> pps)
    {
        if (vps.IsEmpty || sps.IsEmpty || pps.IsEmpty)
            throw new BitstreamException($"hvcC needs at least one VPS, SPS and PPS; got {vps.Length}, {sps.Length} and {pps.Length}");
        var first = H265Sps.Parse(sps[0]);
        return new HevcConfiguration
        {
            ProfileTierLevel = first.ProfileTierLevel,
            ChromaFormat = first.ChromaFormat,
            BitDepthLuma = first.BitDepthLuma,
            BitDepthChroma = first.BitDepthChroma,
            TemporalLayers = first.SubLayers,
            TemporalIdNested = first.TemporalIdNesting,
            LengthSize = 4,
            Arrays = [new(H265Nal.Vps, true, [.. vps]), new(H265Nal.Sps, true, [.. sps]), new(H265Nal.Pps, true, [.. pps])],
        };
    }

    /// <exception cref="BitstreamException">The record is cut short, or not of version 1.</exception>
    public static HevcConfiguration Read(ReadOnlySpan<byte> record)
    {
        // Version 0 was written before the standard was final, and libavformat still gives it for such files; the layout is the same.
        if (record.Length < HeaderSize || record[0] > 1)
            throw new BitstreamException($"hvcC: got {ParameterSetBytes.Describe(record)}; expected version 1 and at least {HeaderSize} bytes");
        var lengthSize = (record[21] & 3) + 1;
        if (lengthSize == 3) throw new BitstreamException("hvcC: lengthSizeMinusOne is 2; expected 0, 1 or 3");
        return new HevcConfiguration
        {
            ProfileTierLevel = new ProfileTierLevel
            {
                ProfileSpace = (byte)(record[1] >> 6),
                HighTier = (record[1] & 0x20) != 0,
                ProfileIdc = (byte)(record[1] & 0x1F),
                CompatibilityFlags = BinaryPrimitives.ReadUInt32BigEndian(record[2..]),
                ConstraintFlags = (ulong)BinaryPrimitives.ReadUInt16BigEndian(record[6..]) << 32 | BinaryPrimitives.ReadUInt32BigEndian(record[8..]),
                LevelIdc = record[12],
            },
            MinSpatialSegmentation = BinaryPrimitives.ReadUInt16BigEndian(record[13..]) & 0xFFF,
            ParallelismType = record[15] & 3,
            ChromaFormat = record[16] & 3,
            BitDepthLuma = 8 + (record[17] & 7),
            BitDepthChroma = 8 + (record[18] & 7),
            AverageFrameRate = BinaryPrimitives.ReadUInt16BigEndian(record[19..]),
            ConstantFrameRate = record[21] >> 6,
            TemporalLayers = record[21] >> 3 & 7,
            TemporalIdNested = (record[21] & 4) != 0,
            LengthSize = lengthSize,
            Arrays = HevcArray.ReadAll(record[HeaderSize..], record[22]),
        };
    }

    /// <summary>The same decoder configuration for samples with 4-byte lengths and no parameter sets in band.</summary>
    public HevcConfiguration ForNormalizedSamples() => new()
    {
        ProfileTierLevel = ProfileTierLevel,
        MinSpatialSegmentation = MinSpatialSegmentation,
        ParallelismType = ParallelismType,
        ChromaFormat = ChromaFormat,
        BitDepthLuma = BitDepthLuma,
        BitDepthChroma = BitDepthChroma,
        AverageFrameRate = AverageFrameRate,
        ConstantFrameRate = ConstantFrameRate,
        TemporalLayers = TemporalLayers,
        TemporalIdNested = TemporalIdNested,
        LengthSize = 4,
        Arrays = [.. Arrays.Select(array => array with { Complete = array.Complete || array.NalType is H265Nal.Vps or H265Nal.Sps or H265Nal.Pps })],
    };

    /// <exception cref="BitstreamException">More or longer NAL units than the record has room for.</exception>
    public byte[] Write()
    {
        var record = new byte[HeaderSize + Arrays.Sum(array => array.Size)];
        var profile = ProfileTierLevel;
        record[0] = 1;
        record[1] = (byte)(profile.ProfileSpace << 6 | (profile.HighTier ? 0x20 : 0) | profile.ProfileIdc);
        BinaryPrimitives.WriteUInt32BigEndian(record.AsSpan(2), profile.CompatibilityFlags);
        BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(6), (ushort)(profile.ConstraintFlags >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(record.AsSpan(8), (uint)profile.ConstraintFlags);
        record[12] = profile.LevelIdc;
        BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(13), (ushort)(0xF000 | MinSpatialSegmentation));
        record[15] = (byte)(0xFC | ParallelismType);
        record[16] = (byte)(0xFC | ChromaFormat);
        record[17] = (byte)(0xF8 | BitDepthLuma - 8 & 7);
        record[18] = (byte)(0xF8 | BitDepthChroma - 8 & 7);
        BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(19), (ushort)AverageFrameRate);
        record[21] = (byte)(ConstantFrameRate << 6 | TemporalLayers << 3 | (TemporalIdNested ? 4 : 0) | LengthSize - 1);
        record[22] = (byte)Arrays.Length;
        var rest = record.AsSpan(HeaderSize);
        foreach (var array in Arrays) rest = rest[array.Write(rest)..];
        return record;
    }

    private static uint Reverse(uint flags)
    {
        flags = (flags >> 1 & 0x5555_5555) | (flags & 0x5555_5555) << 1;
        flags = (flags >> 2 & 0x3333_3333) | (flags & 0x3333_3333) << 2;
        flags = (flags >> 4 & 0x0F0F_0F0F) | (flags & 0x0F0F_0F0F) << 4;
        return BinaryPrimitives.ReverseEndianness(flags);
    }
}
