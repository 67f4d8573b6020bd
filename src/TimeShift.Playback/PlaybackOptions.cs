namespace TimeShift.Playback;

/// <summary>What playlists offer where a request does not say.</summary>
public sealed record PlaybackOptions
{
    /// <summary>
    /// Footage behind the live edge in a playlist without a query, 10 s to 7 days. An hour is what a viewer drags back through; more is asked for with <c>?window=</c>,
    /// since every list of live media is fetched again and again.
    /// </summary>
    public TimeSpan RewindWindow { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Longest part, as the recorder cuts them.</summary>
    public TimeSpan PartTarget { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>What is wrong with these values; empty when nothing is.</summary>
    public IEnumerable<string> Faults()
    {
        if (RewindWindow < TimeSpan.FromSeconds(10) || RewindWindow > TimeSpan.FromDays(7))
            yield return $"Recording:RewindWindow is {RewindWindow}; expected 00:00:10 to 7.00:00:00";
    }
}
