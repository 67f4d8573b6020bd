using System.Collections.Immutable;

namespace TimeShift.Formats.Rtsp;

/// <summary>How a server wants to be told who asks: one challenge of <c>WWW-Authenticate</c> (RFC 7235 §4.1, RFC 7616 §3.3).</summary>
/// <param name="Scheme">In lower case: <c>basic</c>, <c>digest</c>.</param>
/// <param name="Parameters">Keys in any case; values without quotes.</param>
public sealed record RtspChallenge(string Scheme, ImmutableDictionary<string, string> Parameters)
{
    private static readonly ImmutableDictionary<string, string> _none = ImmutableDictionary.Create<string, string>(StringComparer.OrdinalIgnoreCase);

    public string? this[string key] => Parameters.GetValueOrDefault(key);

    /// <summary>The nonce before this one was right, but too old: the password need not be doubted.</summary>
    public bool IsStale => string.Equals(this["stale"], "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>All challenges of a header, which may hold several; what is no challenge is passed over.</summary>
    public static ImmutableArray<RtspChallenge> Read(string header)
    {
        var challenges = ImmutableArray.CreateBuilder<RtspChallenge>();
        string? scheme = null;
        var parameters = _none.ToBuilder();
        var at = 0;
        while (at < header.Length)
        {
            var word = Word(header, ref at);
            if (word.Length == 0)
            {
                at++;
            }
            else if (at < header.Length && header[at] == '=' && scheme is not null)
            {
                at++;
                parameters[word] = Value(header, ref at);
            }
            else
            {
                if (scheme is not null) challenges.Add(new RtspChallenge(scheme, parameters.ToImmutable()));
                (scheme, parameters) = (word.ToLowerInvariant(), _none.ToBuilder());
            }
        }

        if (scheme is not null) challenges.Add(new RtspChallenge(scheme, parameters.ToImmutable()));
        return challenges.ToImmutable();
    }

    private static string Word(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && text[at] is not (' ' or '\t' or ',' or '=' or '"')) at++;
        return text[start..at];
    }

    private static string Value(string text, ref int at)
    {
        if (at >= text.Length || text[at] != '"') return Word(text, ref at);
        var value = new System.Text.StringBuilder();
        for (at++; at < text.Length && text[at] != '"'; at++)
        {
            if (text[at] == '\\' && at + 1 < text.Length) at++;
            value.Append(text[at]);
        }

        at++;
        return value.ToString();
    }
}
