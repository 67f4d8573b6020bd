using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace TimeShift.Core.Media;

/// <summary>
/// A stream's name, such as <c>front-door</c> or <c>live/front-door</c>: parts of letters, digits and <c>- _ . ~ @ +</c> joined by slashes.
/// It is a path on disk and in URLs, so anything that could leave its folder or end as a file name of the server is refused.
/// </summary>
public readonly record struct StreamName
{
    /// <summary>UTF-8 bytes; leaves room for the reel's own path under the 255-byte limit of a file name.</summary>
    public const int MaxBytes = 200;

    private static readonly string[] ReservedFirstParts = ["api", "healthz", "metrics", "openapi", "assets"];
    private static readonly string[] ReservedEndings =
        [".m3u8", ".mpd", ".m4s", ".mp4", ".flv", ".ts", ".m3u", ".jpg", ".vtt", ".json", ".idx", ".bif", ".html", ".js", ".css"];

    private readonly string? _value;

    private StreamName(string value) => _value = value;

    public string Value => _value ?? throw new InvalidOperationException("The default StreamName has no value.");

    /// <param name="error">What came and what is expected, when the result is false.</param>
    public static bool TryParse([NotNullWhen(true)] string? text, out StreamName name, [NotNullWhen(false)] out string? error)
    {
        name = default;
        error = Fault(text);
        if (error is not null) return false;
        name = new StreamName(text!);
        return true;
    }

    /// <exception cref="FormatException">The text is no stream name; the message says why.</exception>
    public static StreamName Parse(string text) => TryParse(text, out var name, out var error) ? name : throw new FormatException(error);

    public override string ToString() => _value ?? "";

    private static string? Fault(string? text)
    {
        if (string.IsNullOrEmpty(text)) return "a stream name is empty; expected something like 'front-door' or 'live/front-door'";
        if (Encoding.UTF8.GetByteCount(text) > MaxBytes) return $"a stream name has {Encoding.UTF8.GetByteCount(text)} bytes; at most {MaxBytes} are allowed";
        var shown = new string([.. text.Select(c => char.IsControl(c) ? '?' : c)]);
        foreach (var part in text.Split('/'))
        {
            if (part.Length == 0) return $"stream name '{shown}' has an empty part; expected parts joined by single slashes";
            if (part[0] == '.') return $"stream name '{shown}' has a part that begins with a dot";
            foreach (var rune in part.EnumerateRunes())
            {
                if (!Rune.IsLetterOrDigit(rune) && rune.Value is not ('-' or '_' or '.' or '~' or '@' or '+'))
                    return $"stream name '{shown}' has a character that is not allowed; expected letters, digits and - _ . ~ @ +";
            }
        }

        if (ReservedFirstParts.Contains(text.Split('/')[0], StringComparer.OrdinalIgnoreCase))
            return $"stream name '{shown}' begins with a word that the server keeps for itself ({string.Join(", ", ReservedFirstParts)})";
        return ReservedEndings.Any(e => text.EndsWith(e, StringComparison.OrdinalIgnoreCase))
            ? $"stream name '{shown}' ends like a file of the server; leave the ending off"
            : null;
    }
}
