namespace TimeShift.Storage.Reels;

/// <summary>
/// <c>mfhd.sequence_number</c> of a reel's fragments (ISO/IEC 14496-12 §8.8.5: it must grow): the part's number in the upper 28 bits, the track's position in the
/// lower four, so that the fragments of a part can be told apart from those of the next.
/// </summary>
public static class FragmentSequence
{
    private const int TrackBits = 4;

    public static uint Of(uint part, int trackIndex) => part << TrackBits | (uint)(trackIndex & (1 << TrackBits) - 1);

    public static uint PartOf(uint sequence) => sequence >> TrackBits;
}
