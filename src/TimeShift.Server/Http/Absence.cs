using TimeShift.Core.Media;
using TimeShift.Playback.Queries;

namespace TimeShift.Server.Http;

/// <summary>Says in words, with instants in ISO 8601 UTC, that there is no footage where it was asked for, and where there is some.</summary>
internal static class Absence
{
    /// <summary>Ranges that a sentence can name and still be read; all are in the problem document.</summary>
    private const int Named = 3;

    /// <param name="ranges">Oldest first.</param>
    public static string OfFootage(StreamName stream, TimelineQuery question, IReadOnlyList<(Instant Start, Instant End)> ranges)
    {
        if (ranges.Count == 0) return $"Stream '{stream}' has no footage yet.";
        var named = string.Join(", ", ranges.TakeLast(Named).Select(r => $"from {r.Start} to {r.End}"));
        var older = ranges.Count > Named ? $", and {ranges.Count - Named} older ranges" : "";
        return $"Stream '{stream}' has no footage {Words(question)}; it has footage {named}{older}.";
    }

    private static string Words(TimelineQuery question) => question switch
    {
        TimelineQuery.Range range => $"from {range.From} to {range.To}",
        TimelineQuery.Growing growing => $"from {growing.From} on",
        TimelineQuery.At at => $"from {at.Start} on",
        TimelineQuery.Delay delay => $"of {delay.By.TotalSeconds:0.###} s ago",
        TimelineQuery.Live { Window: { } window } => $"of the last {window.TotalSeconds:0.###} s",
        _ => "now",
    };
}
