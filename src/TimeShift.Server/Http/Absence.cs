using TimeShift.Core.Media;
using TimeShift.Playback.Playlists;
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

    /// <param name="tracks">What can be played there.</param>
    /// <param name="leftOut">What is recorded there and cannot be played.</param>
    public static string OfTrack(StreamName stream, ResourceName asked, IReadOnlyList<TrackSelector> tracks, IReadOnlyList<Track> leftOut)
    {
        var silent = leftOut.Count == 0 ? "" : $"; {string.Join(" and ", leftOut)} {(leftOut.Count == 1 ? "is" : "are")} recorded, but not played over HLS: no player decodes {(leftOut.Count == 1 ? "it" : "them")}";
        return tracks.Count > 0
            ? $"Stream '{stream}' has no {asked} there; it has {string.Join(" and ", tracks.Select(t => ResourceName.Playlist(t.Kind, t.Position)))}{silent}."
            : $"Stream '{stream}' has nothing there that HLS can play{silent}.";
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
