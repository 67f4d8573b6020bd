using TimeShift.Core.Media;

namespace TimeShift.Formats.Mp4;

/// <summary>A track as <c>moov</c> declares it.</summary>
/// <param name="Codec">Null for what this program cannot carry (encrypted, subtitles, another codec).</param>
/// <param name="SampleEntryType">Four-character code of the first sample entry; 0 where there is none.</param>
/// <param name="Config">Content of <c>avcC</c>, <c>hvcC</c> or <c>av1C</c>, or the AudioSpecificConfig; empty for G.711 and where
/// <paramref name="Codec"/> is null.</param>
/// <param name="Width">Of the sample entry; 0 for audio.</param>
/// <param name="SampleRate">Hz; of the sample entry, or the timescale where that has no room for it; 0 for what is not audio.</param>
public sealed record Mp4TrackInfo(
    int Id, Codec? Codec, uint SampleEntryType, Timescale Timescale, ReadOnlyMemory<byte> Config,
    int Width, int Height, int SampleRate, int Channels)
{
    /// <summary>What fragments of this track leave out; all 0 where there is no <c>trex</c>.</summary>
    public FragmentDefaults Defaults { get; init; } = new(Id, 0, 0, 0);
}

/// <summary>The <c>trex</c> box (ISO/IEC 14496-12 §8.8.3): values of samples whose fragment does not say them.</summary>
/// <param name="Duration">Ticks.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Flags">Sample flags (§8.8.3.1).</param>
public readonly record struct FragmentDefaults(int TrackId, uint Duration, uint Size, uint Flags);
