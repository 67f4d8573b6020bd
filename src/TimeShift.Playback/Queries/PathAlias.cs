using System.Diagnostics.CodeAnalysis;
using TimeShift.Core.Media;

namespace TimeShift.Playback.Queries;

/// <summary>Playlists whose time stands in their name, as other servers write them; numbers without leading zeros.</summary>
/// <remarks>
/// <c>archive-UTC-DUR|now</c>, <c>index-UTC-DUR|now</c>, <c>video-UTC-DUR|now</c>: a range, or growing; <c>rewind-S</c>: live with that window;
/// <c>timeshift_abs-UTC</c>: at; <c>timeshift_rel-S</c>: delay.
/// </remarks>
internal static class PathAlias
{
    private const string Ending = ".m3u8";

    private static readonly string[] Ranges = ["archive-", "index-", "video-"];

    /// <summary>False with no fault: it is no alias.</summary>
    public static bool TryParse(ReadOnlySpan<char> name, Instant now, [NotNullWhen(true)] out TimelineQuery? query, out QueryFault? fault)
    {
        query = null;
        fault = null;
        if (!name.EndsWith(Ending, StringComparison.Ordinal)) return false;
        var words = name[..^Ending.Length];
        if (After(words, "rewind-", out var rest)) query = Length(name, rest, out fault) is { } window ? new TimelineQuery.Live(window) : null;
        else if (After(words, "timeshift_rel-", out rest)) query = Length(name, rest, out fault) is { } delay ? new TimelineQuery.Delay(delay) : null;
        else if (After(words, "timeshift_abs-", out rest)) query = Point(name, rest, now, out fault) is { } at ? new TimelineQuery.At(at) : null;
        else
        {
            foreach (var prefix in Ranges)
            {
                if (!After(words, prefix, out rest)) continue;
                query = Range(name, rest, now, out fault);
                break;
            }
        }

        return query is not null;
    }

    private static TimelineQuery? Range(ReadOnlySpan<char> name, ReadOnlySpan<char> words, Instant now, out QueryFault? fault)
    {
        var dash = words.IndexOf('-');
        if (dash < 0)
        {
            fault = new QueryFault("path", name.ToString(), "<start>-<seconds>.m3u8 or <start>-now.m3u8, the start in Unix seconds");
            return null;
        }

        if (Point(name, words[..dash], now, out fault) is not { } from) return null;
        if (words[(dash + 1)..] is TimeWords.Now) return new TimelineQuery.Growing(from);
        return Length(name, words[(dash + 1)..], out fault) is { } length ? new TimelineQuery.Range(from, from + length) : null;
    }

    private static bool After(ReadOnlySpan<char> text, string prefix, out ReadOnlySpan<char> rest)
    {
        rest = text.StartsWith(prefix, StringComparison.Ordinal) ? text[prefix.Length..] : default;
        return rest.Length > 0;
    }

    private static Instant? Point(ReadOnlySpan<char> name, ReadOnlySpan<char> digits, Instant now, out QueryFault? fault)
    {
        fault = Canonical(digits) ? null : new QueryFault("path", name.ToString(), "a start in Unix seconds or milliseconds, without leading zeros");
        return fault is null ? TimelineQuery.Point("path", digits.ToString(), now, out fault) : null;
    }

    private static TimeSpan? Length(ReadOnlySpan<char> name, ReadOnlySpan<char> digits, out QueryFault? fault)
    {
        fault = Canonical(digits) ? null : new QueryFault("path", name.ToString(), "a duration in whole seconds, without leading zeros");
        return fault is null ? TimelineQuery.Length("path", digits.ToString(), out fault) : null;
    }

    private static bool Canonical(ReadOnlySpan<char> digits) => ResourceName.TryReadNumber(ref digits, out _) && digits.Length == 0;
}
