using System.Globalization;
using TimeShift.Core.Media;

namespace TimeShift.Protocols.Rtsp;

/// <summary>An address of a camera, taken apart. <see cref="RequestUri"/> is all that a server sees of it: without user, password and our own parameter.</summary>
public sealed record RtspUrl(string RequestUri, string Host, int Port, string User, string Password, string? Transport)
{
    public const int DefaultPort = 554;

    /// <summary>False for what is not <c>rtsp://host…</c>, with a port that is one.</summary>
    public static bool TryParse(SourceUrl source, out RtspUrl url) => TryParse(source.Value, out url);

    /// <inheritdoc cref="TryParse(SourceUrl, out RtspUrl)"/>
    public static bool TryParse(string text, out RtspUrl url)
    {
        url = new RtspUrl("", "", 0, "", "", null);
        const string Scheme = "rtsp://";
        if (!text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) return false;
        var rest = TakeTransport(text[Scheme.Length..], out var transport);
        var end = rest.AsSpan().IndexOfAny('/', '?', '#');
        var authority = end < 0 ? rest : rest[..end];
        var path = end < 0 ? "" : rest[end..];
        // A password may itself hold an @ that nobody escaped.
        var at = authority.LastIndexOf('@');
        var credentials = at < 0 ? "" : authority[..at];
        authority = authority[(at + 1)..];
        var colon = credentials.IndexOf(':', StringComparison.Ordinal);
        var user = Uri.UnescapeDataString(colon < 0 ? credentials : credentials[..colon]);
        var password = colon < 0 ? "" : Uri.UnescapeDataString(credentials[(colon + 1)..]);
        var portAt = authority.LastIndexOf(':');
        if (portAt >= 0 && authority.EndsWith(']')) portAt = -1;
        var port = DefaultPort;
        if (portAt >= 0 && (!int.TryParse(authority[(portAt + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is < 1 or > 65535)) return false;
        var host = (portAt < 0 ? authority : authority[..portAt]).Trim('[', ']');
        if (host.Length == 0) return false;
        url = new RtspUrl($"{Scheme}{authority}{path}", host, port, user, password, transport);
        return true;
    }

    /// <summary>Where a redirection leads. On the same host the user stays the same; another one does not learn the password, unless the redirection names its own.</summary>
    public bool TryRedirect(string location, out RtspUrl url)
    {
        if (!TryParse(location, out url)) return false;
        if (url.User.Length == 0 && url.Host.Equals(Host, StringComparison.OrdinalIgnoreCase)) url = url with { User = User, Password = Password };
        return true;
    }

    private static string TakeTransport(string text, out string? transport)
    {
        transport = null;
        var question = text.LastIndexOf('?');
        if (question < 0) return text;
        var kept = new List<string>();
        foreach (var pair in text[(question + 1)..].Split('&'))
        {
            if (pair.StartsWith("transport=", StringComparison.OrdinalIgnoreCase)) transport = pair["transport=".Length..].ToLowerInvariant();
            else kept.Add(pair);
        }

        return transport is null ? text : kept.Count == 0 ? text[..question] : $"{text[..question]}?{string.Join('&', kept)}";
    }

    // A record's own text would show the password.
    public override string ToString() => RequestUri;
}
