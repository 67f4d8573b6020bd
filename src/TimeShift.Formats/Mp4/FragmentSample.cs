namespace TimeShift.Formats.Mp4;

/// <summary>One sample of a movie fragment, as <c>trun</c> describes it (ISO/IEC 14496-12 §8.8.8).</summary>
/// <param name="Size">Bytes.</param>
/// <param name="Duration">To the next sample's decoding time, in ticks of the track's timescale.</param>
/// <param name="CompositionOffset">Presentation time minus decoding time, in ticks.</param>
/// <param name="IsKey">Decoding may start here.</param>
public readonly record struct FragmentSample(uint Size, uint Duration, int CompositionOffset, bool IsKey);
