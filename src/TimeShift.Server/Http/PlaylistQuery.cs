using System.Globalization;
using System.Text;
using TimeShift.Core.Media;
using TimeShift.Playback.Queries;

namespace TimeShift.Server.Http;

/// <summary>The query string that a multivariant playlist hands on to its media playlists: what was asked, and whatever else came along (tokens of a CDN, say).</summary>
internal static class PlaylistQuery
{
    /// <summary>Names with this prefix are the protocol's own and never handed on (RFC 8216bis §6.2.5).</summary>
    private const string ProtocolPrefix = "_HLS_";

    /// <param name="fromPath">What an alias says in its path; null where the query string says it.</param>
    /// <param name="question">What is asked, from wherever.</param>
    /// <param name="now">When an endless stream's viewer begins.</param>
    /// <returns>With its question mark, or empty.</returns>
    public static string For(IQueryCollection parameters, TimelineQuery? fromPath, TimelineQuery question, Instant now)
    {
        var text = new StringBuilder();
        // Kodi's utc is an alias of at and has no since; from here on it is at.
        var fixesStart = fromPath is null && question is TimelineQuery.At { Since: null } && parameters.ContainsKey("utc");
        if (fixesStart || fromPath is not null) Append(text, fromPath ?? question);
        foreach (var (name, values) in parameters)
        {
            if (name.StartsWith(ProtocolPrefix, StringComparison.Ordinal) || fixesStart && (name is "utc" or "lutc")) continue;
            foreach (var value in values) Append(text, name, value ?? "");
        }

        if (question is TimelineQuery.At { Since: null }) Append(text, "since", Seconds(now));

        return text.ToString();
    }

    private static void Append(StringBuilder text, TimelineQuery query)
    {
        switch (query)
        {
            case TimelineQuery.Live { Window: { } window }: Append(text, "window", Seconds(window)); break;
            case TimelineQuery.Range range:
                Append(text, "from", Seconds(range.From));
                Append(text, "to", Seconds(range.To));
                break;
            case TimelineQuery.Growing growing: Append(text, "from", Seconds(growing.From)); break;
            case TimelineQuery.At at: Append(text, "at", Seconds(at.Start)); break;
            case TimelineQuery.Delay delay: Append(text, "delay", Seconds(delay.By)); break;
        }
    }

    private static void Append(StringBuilder text, string name, string value) =>
        text.Append(text.Length == 0 ? '?' : '&').Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(value));

    private static string Seconds(Instant instant) => (instant.Microseconds / 1e6m).ToString("0.######", CultureInfo.InvariantCulture);

    private static string Seconds(TimeSpan length) => (length.Ticks / 1e7m).ToString("0.######", CultureInfo.InvariantCulture);
}
