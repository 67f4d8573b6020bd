namespace TimeShift.Formats.Mp4;

/// <summary>The sample flags of ISO/IEC 14496-12 §8.8.3.1, as far as a live server knows them.</summary>
internal static class SampleFlags
{
    /// <summary>sample_depends_on = 2 (on no other).</summary>
    public const uint Key = 2u << 24;

    /// <summary>sample_depends_on = 1 (on others), sample_is_non_sync_sample.</summary>
    public const uint NonKey = 1u << 24 | NonSync;

    private const uint NonSync = 1u << 16;

    public static uint Of(bool isKey) => isKey ? Key : NonKey;

    public static bool IsKey(uint flags) => (flags & NonSync) == 0;
}

/// <summary>Flags of <c>tfhd</c> (§8.8.7.1).</summary>
internal static class TfhdFlags
{
    public const uint BaseDataOffset = 0x01;
    public const uint SampleDescriptionIndex = 0x02;
    public const uint DefaultDuration = 0x08;
    public const uint DefaultSize = 0x10;
    public const uint DefaultFlags = 0x20;
    public const uint DurationIsEmpty = 0x010000;
    public const uint DefaultBaseIsMoof = 0x020000;
}

/// <summary>Flags of <c>trun</c> (§8.8.8.1).</summary>
internal static class TrunFlags
{
    public const uint DataOffset = 0x001;
    public const uint FirstSampleFlags = 0x004;
    public const uint Duration = 0x100;
    public const uint Size = 0x200;
    public const uint Flags = 0x400;
    public const uint CompositionOffset = 0x800;
}
