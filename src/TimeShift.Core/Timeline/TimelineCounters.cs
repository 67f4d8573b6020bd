namespace TimeShift.Core.Timeline;

/// <summary>What the timeline had to do to the source's times.</summary>
/// <param name="Mended">Packets whose time jumped, ran backwards or was absurd, and was replaced.</param>
/// <param name="Dropped">Packets from before the epoch's beginning.</param>
/// <param name="Jumps">Epochs that began because time could not be mended.</param>
public readonly record struct TimelineCounters(long Mended, long Dropped, long Jumps);

internal enum TimestampVerdict
{
    Ok,

    /// <summary>Time cannot go on unbroken: begin an epoch, and stamp the packet again.</summary>
    NewEpoch,

    Drop,
}
