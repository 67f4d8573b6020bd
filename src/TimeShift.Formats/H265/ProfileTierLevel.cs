using TimeShift.Formats.Nal;

namespace TimeShift.Formats.H265;

/// <summary>The general part of profile_tier_level() (ITU-T H.265 §7.3.3), as hvcC and the codec string repeat it.</summary>
public readonly record struct ProfileTierLevel
{
    /// <summary>general_profile_space, 0 to 3.</summary>
    public byte ProfileSpace { get; init; }

    /// <summary>True for the High tier, false for Main.</summary>
    public bool HighTier { get; init; }

    /// <summary>general_profile_idc: 1 Main, 2 Main 10, 3 Main Still Picture, 4 range extensions.</summary>
    public byte ProfileIdc { get; init; }

    /// <summary>general_profile_compatibility_flag[0] in the highest bit.</summary>
    public uint CompatibilityFlags { get; init; }

    /// <summary>The 48 bits from general_progressive_source_flag on, in the low bits.</summary>
    public ulong ConstraintFlags { get; init; }

    /// <summary>Thirty times the level: 93 is 3.1.</summary>
    public byte LevelIdc { get; init; }

    internal static ProfileTierLevel Read(ref BitReader bits, int maxSubLayersMinus1)
    {
        var general = new ProfileTierLevel
        {
            ProfileSpace = (byte)bits.ReadBits(2),
            HighTier = bits.ReadFlag(),
            ProfileIdc = (byte)bits.ReadBits(5),
            CompatibilityFlags = bits.ReadBits(32),
            ConstraintFlags = (ulong)bits.ReadBits(16) << 32 | bits.ReadBits(32),
            LevelIdc = (byte)bits.ReadBits(8),
        };
        SkipSubLayers(ref bits, maxSubLayersMinus1);
        return general;
    }

    private static void SkipSubLayers(ref BitReader bits, int maxSubLayersMinus1)
    {
        if (maxSubLayersMinus1 == 0) return;
        var present = bits.ReadBits(16); // eight pairs: profile present, level present; the unused ones are reserved
        for (var i = 0; i < maxSubLayersMinus1; i++)
        {
            if ((present & 0x8000 >> 2 * i) != 0) bits.Skip(88);
            if ((present & 0x4000 >> 2 * i) != 0) bits.Skip(8);
        }
    }
}
