namespace TimeShift.Recording;

/// <summary>How streams are cut.</summary>
public sealed record RecordingOptions
{
    /// <summary>
    /// Least length of a segment in seconds, 0.5 to 60. Two seconds are the usual group of pictures of live encoders: shorter ones cost requests, longer ones latency.
    /// </summary>
    public double SegmentSeconds { get; init; } = 2;

    /// <summary>Longest part in milliseconds, 100 to 5000 and at most the segment. A crash loses at most one; low-latency players wait for one.</summary>
    public int PartMilliseconds { get; init; } = 500;

    /// <summary>What is wrong with these values; empty when nothing is.</summary>
    public IEnumerable<string> Faults()
    {
        if (!(SegmentSeconds is >= 0.5 and <= 60)) yield return $"Recording:SegmentSeconds is {SegmentSeconds}; expected 0.5 to 60";
        if (PartMilliseconds is < 100 or > 5000) yield return $"Recording:PartMilliseconds is {PartMilliseconds}; expected 100 to 5000";
        else if (PartMilliseconds > SegmentSeconds * 1000) yield return $"Recording:PartMilliseconds is {PartMilliseconds}, longer than a segment ({SegmentSeconds} s)";
    }

    /// <summary>Target duration of a stream whose groups of pictures are not known yet: whole seconds.</summary>
    public int InitialTargetDuration => (int)Math.Ceiling(SegmentSeconds);
}
