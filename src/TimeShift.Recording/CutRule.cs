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
/// segment may be up to half a second longer than it; parts never exceed the part target (§4.4.4.9), and but for the last of a segment have 85 % of it (§4.4.3.7).
/// </summary>
/// <param name="Segment">Least length of a segment.</param>
/// <param name="Part">Longest part.</param>
internal readonly record struct CutRule(long Segment, long Part)
{
    /// <summary>Added to the target duration: what rounding forgives, less a frame's worth of safety.</summary>
    public const long Overshoot = 450_000;

    /// <summary>Rounded times of a group of pictures that should be just as long as a segment.</summary>
    private const long Tolerance = 50_000;

    /// <summary>Of times in milliseconds.</summary>
    public const long Rounding = 1_000;

    /// <param name="segmentSoFar">From the segment's start to the packet that came.</param>
    /// <param name="partSoFar">From the part's start to the packet that came.</param>
    /// <param name="step">Length that the packet is expected to have.</param>
    /// <param name="gop">Longest group of pictures that is to be expected, 0 where none is known.</param>
    /// <param name="longest">Of a segment, see <see cref="Longest"/>.</param>
    public Cut Decide(long segmentSoFar, long partSoFar, long step, long gop, bool isKey, long longest)
    {
        // A key frame before the segment is full ends it all the same when the next one would come too late.
        if (isKey && segmentSoFar > 0 && (IsFull(segmentSoFar) || segmentSoFar + gop > longest)) return Cut.Segment;
        if (segmentSoFar > 0 && segmentSoFar + step > longest) return Cut.Forced;
        return partSoFar > 0 && partSoFar + step > PartLimit(step, gop, longest) ? Cut.Part : Cut.None;
    }

    public bool IsFull(long segmentSoFar) => segmentSoFar >= Segment - Tolerance;

    /// <summary>Longest segment that a target duration, in seconds, allows.</summary>
    public static long Longest(int targetDuration) => targetDuration * 1_000_000L + Overshoot;

    /// <summary>Target duration that a group of pictures of this length needs, whole seconds.</summary>
    public static int TargetFor(long gop) => (int)Math.Ceiling((gop - Rounding) / 1e6);

    public static CutRule From(RecordingOptions options) => new((long)(options.SegmentSeconds * 1e6), options.PartMilliseconds * 1000L);

    // Parts of about the same length: twelve, twelve, twelve, twelve and two frames would leave the last one, now and then, without a frame of the other tracks.
    private long PartLimit(long step, long gop, long longest)
    {
        var most = step > 0 ? Part / step : 0;
        if (gop <= 0 || most < 2) return Part;
        var segment = IsFull(gop) ? gop : (Segment - Tolerance + gop - 1) / gop * gop;
        if (segment > longest) return Part;
        var frames = (segment + step / 2) / step;
        var parts = (frames + most - 1) / most;
        var least = (Part * 85 / 100 + step - 1) / step;
        var even = Math.Max((frames + parts - 1) / parts, least);
        return Math.Min(Part, even * step + step / 2);
    }
}
