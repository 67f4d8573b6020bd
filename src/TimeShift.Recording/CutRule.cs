using TimeShift.Core.Media;

namespace TimeShift.Recording;

internal enum Cut : byte
{
    None,
    Part,

    /// <summary>A segment ends here and the next begins with a key frame.</summary>
    Segment,

    /// <summary>A segment ends here, in the middle of a group of pictures that is longer than the target duration allows.</summary>
    Forced,
}

/// <summary>
/// Where a stream is cut, as a function of times alone (all in microseconds). RFC 8216bis §4.4.3.1: EXTINF, rounded, is never above the target duration, so a
/// segment may be up to half a second longer than it; parts never exceed the part target (§4.4.4.9).
/// </summary>
/// <param name="Segment">Least length of a segment.</param>
/// <param name="Part">Longest part.</param>
internal readonly record struct CutRule(long Segment, long Part)
{
    /// <summary>Added to the target duration: what rounding forgives, less a frame's worth of safety.</summary>
    public const long Overshoot = 450_000;

    /// <summary>Rounded times of a group of pictures that should be just as long as a segment.</summary>
    private const long Tolerance = 50_000;
    private const long Rounding = 1_000;

    /// <param name="segmentSoFar">From the segment's start to the packet that came.</param>
    /// <param name="partSoFar">From the part's start to the packet that came.</param>
    /// <param name="step">Length that the packet is expected to have.</param>
    /// <param name="gop">Length of the last whole group of pictures, 0 where none is known.</param>
    /// <param name="target">The stream's target duration.</param>
    public Cut Decide(long segmentSoFar, long partSoFar, long step, long gop, bool isKey, long target)
    {
        var longest = target + Overshoot;
        // A key frame before the segment is full ends it all the same when the next one would come too late.
        if (isKey && segmentSoFar > 0 && (segmentSoFar >= Segment - Tolerance || segmentSoFar + gop > longest)) return Cut.Segment;
        if (segmentSoFar + step > longest && segmentSoFar > 0) return Cut.Forced;
        return partSoFar > 0 && partSoFar + step > Part + Rounding ? Cut.Part : Cut.None;
    }

    /// <summary>Target duration that a group of pictures of this length needs, whole seconds.</summary>
    public static int TargetFor(long gop) => (int)Math.Ceiling((gop - Rounding) / 1e6);

    public static CutRule From(RecordingOptions options) => new((long)(options.SegmentSeconds * 1e6), options.PartMilliseconds * 1000L);

    public static long ToMicroseconds(MediaTime time) => time.Microseconds;
}
