namespace TimeShift.Formats.Rtsp;

/// <summary>Where requests about a session or a track go, from <c>a=control</c> (RFC 2326 §C.1.1).</summary>
public static class RtspControl
{
    /// <param name="baseUri">Content-Base, Content-Location, or the address of DESCRIBE.</param>
    /// <param name="control">Null or <c>*</c> for the base itself; absolute, or relative as cameras mean it: put behind the base, queries and all.</param>
    public static string Resolve(string baseUri, string? control)
    {
        if (string.IsNullOrEmpty(control) || control == "*") return baseUri;
        if (control.StartsWith("rtsp://", StringComparison.OrdinalIgnoreCase) || control.StartsWith("rtsps://", StringComparison.OrdinalIgnoreCase)) return control;
        if (control[0] == '/')
        {
            var authority = baseUri.IndexOf("://", StringComparison.Ordinal);
            var path = authority < 0 ? -1 : baseUri.AsSpan(authority + 3).IndexOfAny('/', '?');
            return path < 0 ? baseUri + control : string.Concat(baseUri.AsSpan(0, authority + 3 + path), control);
        }

        return control[0] == '?' || baseUri.EndsWith('/') ? baseUri + control : $"{baseUri}/{control}";
    }
}
