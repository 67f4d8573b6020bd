using TimeShift.Formats.Nal;

namespace TimeShift.Formats.Aac;

/// <summary>samplingFrequencyIndex (ISO/IEC 14496-3 table 1.18).</summary>
internal static class SamplingFrequency
{
    /// <summary>Says that the frequency itself follows, in 24 bits.</summary>
    public const int Escape = 15;

    private static ReadOnlySpan<int> Table => [96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350];

    /// <exception cref="BitstreamException">A reserved index.</exception>
    public static int FromIndex(int index) => index < Table.Length
        ? Table[index]
        : throw new BitstreamException($"AAC: samplingFrequencyIndex is {index}; expected 0 to {Table.Length - 1}");

    /// <returns>-1 for a frequency that has no index.</returns>
    public static int IndexOf(int frequency) => Table.IndexOf(frequency);

    public static int Read(ref BitReader bits)
    {
        var index = (int)bits.ReadBits(4);
        var frequency = index == Escape ? (int)bits.ReadBits(24) : FromIndex(index);
        return frequency > 0 ? frequency : throw new BitstreamException("AAC: the sampling frequency is 0");
    }
}
