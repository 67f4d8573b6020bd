using System.Diagnostics.CodeAnalysis;
using TimeShift.Core.Media;

namespace TimeShift.Playback.Queries;

/// <summary>What a viewer asks of a timeline; the same for every protocol.</summary>
public abstract record TimelineQuery
{
    /// <summary>Longer windows, ranges and delays are taken for mistakes.</summary>
    public static readonly TimeSpan MaxLength = TimeSpan.FromDays(366);

    private TimelineQuery()
    {
    }

    /// <summary>Live, with so much behind it; null for the stream's own rewind window.</summary>
    public sealed record Live(TimeSpan? Window = null) : TimelineQuery;

    /// <summary>From here (included) to there (not included); growing while the end is in the future.</summary>
    public sealed record Range(Instant From, Instant To) : TimelineQuery;

    /// <summary>From here on, with everything that is still to come.</summary>
    public sealed record Growing(Instant From) : TimelineQuery;

    /// <summary>
    /// An endless stream that starts here and never catches up. <paramref name="Since"/> is when the viewer began: at a later instant <c>t</c> it is at
    /// <c>Start + (t - Since)</c>. Null in a viewer's first request, which fixes it.
    /// </summary>
    public sealed record At(Instant Start, Instant? Since = null) : TimelineQuery;

    /// <summary>Live, that much later.</summary>
    public sealed record Delay(TimeSpan By) : TimelineQuery;

    /// <summary>
    /// Reads a query string. Parameters of other names are let through: players and CDNs add their own. Names are case-sensitive.
    /// <list type="bullet">
    /// <item>nothing, or <c>window</c>: <see cref="Live"/></item>
    /// <item><c>from</c> with <c>to</c> or <c>dur</c>: <see cref="Range"/>; <c>to=now</c>, <c>dur=now</c> or none of them: <see cref="Growing"/></item>
    /// <item><c>at</c>, optionally with <c>since</c>: <see cref="At"/></item>
    /// <item><c>delay</c>: <see cref="Delay"/></item>
    /// <item><c>utc</c>, optionally with <c>lutc</c> (Kodi's clock, which is read and not used): <see cref="At"/></item>
    /// </list>
    /// </summary>
    /// <param name="now">Bounds how far in the future an instant may lie.</param>
    public static bool TryParse(IEnumerable<KeyValuePair<string, string>> parameters, Instant now, [NotNullWhen(true)] out TimelineQuery? query,
        [NotNullWhen(false)] out QueryFault? fault)
    {
        query = null;
        if (!QueryParameters.TryCollect(parameters, out var known, out fault)) return false;
        fault = known.Conflict();
        if (fault is not null) return false;
        query = known.From is not null ? FromWords(known, now, out fault)
            : known.At is not null ? AtWords("at", known.At, known.Since, "since", now, out fault)
            : known.Utc is not null ? AtWords("utc", known.Utc, known.Lutc, "lutc", now, out fault)
            : known.Delay is not null ? (Length("delay", known.Delay, out fault) is { } delay ? new Delay(delay) : null)
            : known.Window is null ? new Live()
            : Length("window", known.Window, out fault) is { } window ? new Live(window) : null;
        return fault is null;
    }

    /// <summary>A fault where the range is empty, turned round or longer than <see cref="MaxLength"/>.</summary>
    internal static TimelineQuery? Between(Instant from, Instant to, string parameter, string came, out QueryFault? fault)
    {
        fault = to <= from ? new QueryFault(parameter, came, $"an instant after the start, {from}")
            : to - from > MaxLength ? new QueryFault(parameter, came, $"a range of at most {MaxLength.Days} days")
            : null;
        return fault is null ? new Range(from, to) : null;
    }

    internal static Instant? Point(string parameter, string text, Instant now, out QueryFault? fault)
    {
        fault = !TimeWords.TryParseInstant(text, out var instant) ? new QueryFault(parameter, text, TimeWords.InstantExpected)
            : instant > now + MaxLength ? new QueryFault(parameter, text, $"an instant at most {MaxLength.Days} days from now; this is {instant}")
            : null;
        return fault is null ? instant : null;
    }

    internal static TimeSpan? Length(string parameter, string text, out QueryFault? fault)
    {
        fault = !TimeWords.TryParseDuration(text, out var length) ? new QueryFault(parameter, text, TimeWords.DurationExpected)
            : length <= TimeSpan.Zero || length > MaxLength ? new QueryFault(parameter, text, $"a duration above 0 and of at most {MaxLength.Days} days")
            : null;
        return fault is null ? length : null;
    }

    private static TimelineQuery? FromWords(QueryParameters known, Instant now, out QueryFault? fault)
    {
        if (Point("from", known.From!, now, out fault) is not { } from) return null;
        if (known.To is TimeWords.Now || known.Dur is TimeWords.Now || (known.To ?? known.Dur) is null) return new Growing(from);
        if (known.To is not null) return Point("to", known.To, now, out fault) is { } to ? Between(from, to, "to", known.To, out fault) : null;
        return Length("dur", known.Dur!, out fault) is { } length ? new Range(from, from + length) : null;
    }

    private static At? AtWords(string name, string text, string? since, string sinceName, Instant now, out QueryFault? fault)
    {
        if (Point(name, text, now, out fault) is not { } start) return null;
        if (since is null) return new At(start);
        if (Point(sinceName, since, now, out fault) is not { } began) return null;
        if (sinceName == "lutc") return new At(start);
        // From the future there is nothing to show: it would be at + (now - since) > now.
        fault = began < start ? new QueryFault(sinceName, since, $"an instant that is not before 'at', {start}") : null;
        return fault is null ? new At(start, began) : null;
    }
}
