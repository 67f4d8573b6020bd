using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using TimeShift.Formats.Rtsp;

namespace TimeShift.Protocols.Rtsp;

/// <summary>Answers a server's challenges: Digest with SHA-256 or MD5 (RFC 7616, and RFC 2069 without qop), Basic (RFC 7617). The strongest offered is taken.</summary>
internal sealed class RtspCredentials(string user, string password)
{
    private RtspChallenge? _challenge;
    private uint _count;
    private bool _accepted;

    public bool IsEmpty => user.Length == 0 && password.Length == 0;

    /// <summary>Takes the challenges of an answer 401.</summary>
    /// <returns>False where asking again is of no use: no user is known, no scheme is, or the same answer was refused already.</returns>
    public bool TryTake(RtspMessage refusal)
    {
        var best = refusal.All("WWW-Authenticate").SelectMany(header => RtspChallenge.Read(header)).Where(c => Rank(c) > 0).MaxBy(Rank);
        if (best is null || IsEmpty) return false;
        // A nonce that ran out is followed by another; the password was good with the first.
        var isNew = _challenge is null || best.IsStale || _accepted && _challenge["nonce"] != best["nonce"];
        if (isNew) (_challenge, _count, _accepted) = (best, 0, false);
        return isNew;
    }

    /// <summary>The last answer was accepted.</summary>
    public void Accept() => _accepted = _challenge is not null;

    /// <summary>The value of <c>Authorization</c>; null before the first challenge.</summary>
    public string? Authorize(string method, string uri)
    {
        if (_challenge is not { } challenge) return null;
        if (challenge.Scheme == "basic") return "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));
        var (realm, nonce) = (challenge["realm"] ?? "", challenge["nonce"] ?? "");
        var algorithm = challenge["algorithm"];
        var isSha = IsSha(algorithm);
        var first = Hash(isSha, $"{user}:{realm}:{password}");
        var second = Hash(isSha, $"{method}:{uri}");
        var fields = new StringBuilder($"Digest username=\"{Quoted(user)}\", realm=\"{Quoted(realm)}\", nonce=\"{Quoted(nonce)}\", uri=\"{uri}\"");
        var isSession = algorithm?.EndsWith("-sess", StringComparison.OrdinalIgnoreCase) == true;
        var client = RandomNumberGenerator.GetHexString(16, lowercase: true);
        if (isSession) first = Hash(isSha, $"{first}:{nonce}:{client}");
        if (HasAuthQuality(challenge))
        {
            var count = (++_count).ToString("x8", CultureInfo.InvariantCulture);
            fields.Append(CultureInfo.InvariantCulture, $", response=\"{Hash(isSha, $"{first}:{nonce}:{count}:{client}:auth:{second}")}\", qop=auth, nc={count}, cnonce=\"{client}\"");
        }
        else
        {
            fields.Append(CultureInfo.InvariantCulture, $", response=\"{Hash(isSha, $"{first}:{nonce}:{second}")}\"");
            if (isSession) fields.Append(CultureInfo.InvariantCulture, $", cnonce=\"{client}\"");
        }

        if (algorithm is not null) fields.Append(CultureInfo.InvariantCulture, $", algorithm={algorithm}");
        if (challenge["opaque"] is { } opaque) fields.Append(CultureInfo.InvariantCulture, $", opaque=\"{Quoted(opaque)}\"");
        return fields.ToString();
    }

    private static int Rank(RtspChallenge challenge) => challenge.Scheme switch
    {
        "digest" when challenge["nonce"] is null || challenge["qop"] is { } qop && qop.Length > 0 && !HasAuthQuality(challenge) => 0,
        "digest" when IsSha(challenge["algorithm"]) => 3,
        "digest" when challenge["algorithm"] is not { } algorithm || algorithm.StartsWith("MD5", StringComparison.OrdinalIgnoreCase) => 2,
        "basic" => 1,
        _ => 0,
    };

    private static bool IsSha(string? algorithm) =>
        algorithm is not null && (algorithm.Equals("SHA-256", StringComparison.OrdinalIgnoreCase) || algorithm.Equals("SHA-256-sess", StringComparison.OrdinalIgnoreCase));

    private static bool HasAuthQuality(RtspChallenge challenge) =>
        challenge["qop"]?.Split(',', StringSplitOptions.TrimEntries).Contains("auth", StringComparer.OrdinalIgnoreCase) == true;

    [SuppressMessage("Security", "CA5351", Justification = "RFC 7616 has MD5, and most cameras nothing else.")]
    private static string Hash(bool isSha, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return Convert.ToHexStringLower(isSha ? SHA256.HashData(bytes) : MD5.HashData(bytes));
    }

    private static string Quoted(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
}
