namespace TimeShift.LoadTest;

/// <summary>What a run does. Addresses hold <c>{0}</c> for the stream's number.</summary>
internal sealed record LoadOptions
{
    /// <summary>Null: nothing is pushed.</summary>
    public string? Rtmp { get; init; }

    public string? Hls { get; init; }

    public int Publishers { get; init; }

    public int Viewers { get; init; }

    public TimeSpan Warmup { get; init; }

    public TimeSpan Duration { get; init; }

    /// <summary>All publishers begin at once, so that all key frames fall together; else they are spread over one group of pictures.</summary>
    public bool Burst { get; init; }

    public bool Parts { get; init; }

    public bool Http2 { get; init; }

    /// <summary>How often the time from a push to a playlist that plays is taken.</summary>
    public int StartupProbes { get; init; }

    /// <summary>Milliseconds.</summary>
    public double Tick { get; init; }

    public IReadOnlyList<int> Processes { get; init; } = [];

    public bool Children { get; init; }

    /// <summary>Where the server's <see cref="StartupHook"/> writes; null for none.</summary>
    public string? GarbageFile { get; init; }
}
