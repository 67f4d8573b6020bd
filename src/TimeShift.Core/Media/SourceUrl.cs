using System.Text.RegularExpressions;

namespace TimeShift.Core.Media;

/// <summary>
/// Where a stream comes from: <c>rtsp://user:password@camera/1</c>, <c>file:clip.mp4</c>, <c>test:?size=1280x720</c>. As text it is masked,
/// so that a password
/// reaches no log, error or answer by accident; <see cref="Value"/> is for who opens it.
/// </summary>
public sealed partial record SourceUrl
{
    private const string Masked = "***";

    /// <exception cref="ArgumentException">The text is empty.</exception>
    public SourceUrl(string value)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(value);
        Value = value.Trim();
        var colon = Value.IndexOf(':', StringComparison.Ordinal);
        Scheme = colon > 0 ? Value[..colon].ToLowerInvariant() : "";
    }

    /// <summary>The address as written, with its secrets.</summary>
    public string Value { get; }

    /// <summary>In lower case, without the colon; empty where there is none.</summary>
    public string Scheme { get; }

    public override string ToString() => Mask(Value);

    /// <summary>
    /// Any text with the secrets of the addresses in it replaced by <c>***</c>: the password of <c>user:password@</c>, values of keys such
    /// as
    /// <c>password</c>, <c>passphrase</c>, <c>token</c> and <c>key</c>, and credentials in an <c>Authorization</c> header.
    /// </summary>
    public static string Mask(string text)
    {
        if (text.Contains("://", StringComparison.Ordinal)) text = PasswordWithSlash().Replace(Password().Replace(text, $"$1:{Masked}@"), $"$1:{Masked}@");
        if (text.Contains('=', StringComparison.Ordinal)) text = SecretValue().Replace(text, $"$1={Masked}");
        return text.Contains("uthorization", StringComparison.OrdinalIgnoreCase) ? Authorization().Replace(text, $"$1 {Masked}") : text;
    }

    // RFC 3986 §3.2: the authority ends at the first slash, question mark or hash; a password may itself hold an @ that nobody escaped.
    [GeneratedRegex(@"(://[^\s/?#:@\[]*):[^\s/?#]*@")]
    private static partial Regex Password();

    // "user:pa/ss@host", which no parser accepts, but which ends up in the message that says so. A port is not taken for a password.
    [GeneratedRegex(@"(://[^\s/?#:@\[]*):(?!\d{1,5}(?:[/?#\s]|$)|\*\*\*@)\S*@")]
    private static partial Regex PasswordWithSlash();

    [GeneratedRegex(@"(?<=^|[?&;,\s'""])([\w.-]*(?:password|passwd|passphrase|pwd|token|secret|signature|api[_-]?key)|key|pass|auth|sig)=[^&;\s#'""]*",
        RegexOptions.IgnoreCase)]
    private static partial Regex SecretValue();

    [GeneratedRegex(@"(authorization:)[^\r\n]*", RegexOptions.IgnoreCase)]
    private static partial Regex Authorization();
}
