namespace TimeShift.FFmpeg.Inputs;

public sealed record MediaInputOptions
{
    public static readonly MediaInputOptions Default = new();

    /// <summary>The stream's name for FFmpeg's log lines.</summary>
    public string? Stream { get; init; }

    /// <summary>
    /// Connecting and finding the tracks together; default 15 s, above the 10 s that a camera may take between key frames. Above 0.
    /// </summary>
    public TimeSpan OpenTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Longest silence between two packets; default 10 s, as TCP cameras stall that long on bad radio and come back. Above 0.
    /// </summary>
    public TimeSpan ReadTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Most media to look at for the tracks' parameters, default 5 s (FFmpeg's own for live sources). Looking ends as soon as all are
    /// known, so this costs
    /// time only where parameters are missing or a declared track is silent. What was looked at is read afterwards, not lost.
    /// </summary>
    public TimeSpan ProbeDuration { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Most bytes to look at, default 5 MB: 5 s at 8 Mbit/s.</summary>
    public int ProbeBytes { get; init; } = 5_000_000;
}
