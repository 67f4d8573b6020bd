namespace TimeShift.Storage;

/// <summary>When recorded bytes are forced from the operating system's cache to the disk.</summary>
public enum FlushPolicy
{
    /// <summary>Whenever the operating system likes: a power cut may take up to half a minute of footage with it.</summary>
    None,

    /// <summary>At the end of each segment: a power cut takes at most the segment that was open.</summary>
    Segment,

    /// <summary>After each part; on a hard disk this is several seeks a second for each stream.</summary>
    Part,
}

/// <summary>Where recordings live and how they get there.</summary>
public sealed record ArchiveOptions
{
    /// <summary>Folder of the archive; made when it is missing.</summary>
    public required string Root { get; init; }

    public FlushPolicy Flush { get; init; } = FlushPolicy.Segment;

    /// <summary>
    /// Longest reel. An hour keeps the number of files small and still lets retention free the disk in small steps. 10 s to 24 h.
    /// </summary>
    public TimeSpan MaxReelLength { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// Bytes of one stream that may wait for the disk, 1 MiB or more. 16 MiB is a minute of a 2 Mbit/s camera; beyond it the recorder drops, live goes on.
    /// </summary>
    public int MaxPendingBytes { get; init; } = 16 << 20;

    /// <summary>The same for all streams together, 16 MiB or more: hundreds of streams on a stalled disk must not fill the memory. A quarter of what the machine gives the process.</summary>
    public long MaxPendingBytesInAll { get; init; } = Math.Max(16 << 20, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4);

    /// <summary>
    /// Threads that write, 1 to 64. A stalled disk blocks these and nothing else; a few keep several disks' or an SSD's queue busy.
    /// </summary>
    public int WriterThreads { get; init; } = 4;

    /// <summary>What is wrong with these values; empty when nothing is.</summary>
    public IEnumerable<string> Faults()
    {
        if (string.IsNullOrWhiteSpace(Root)) yield return "Archive:Root is empty; expected the folder for recordings";
        if (MaxReelLength < TimeSpan.FromSeconds(10) || MaxReelLength > TimeSpan.FromHours(24))
            yield return $"Recording:ReelLength is {MaxReelLength}; expected 00:00:10 to 24:00:00";
        if (MaxPendingBytesInAll < 16 << 20) yield return $"Recording:MaxPendingBytesInAll is {MaxPendingBytesInAll}; expected at least {16 << 20}";
        if (MaxPendingBytes < 1 << 20) yield return $"Recording:MaxPendingBytes is {MaxPendingBytes}; expected at least {1 << 20}";
        if (WriterThreads is < 1 or > 64) yield return $"Archive:WriterThreads is {WriterThreads}; expected 1 to 64";
    }
}
