using TimeShift.Core.Media;

namespace TimeShift.Formats.Hls;

/// <summary>
/// The attributes of one tag (RFC 8216bis §4.2): <c>NAME=value,NAME="quoted, with commas"</c>. White space after a comma is let through,
/// since it is common and harmless; a name that comes twice is not.
/// </summary>
internal readonly ref struct AttributeList
{
    /// <summary>The tag with the most has some twenty; a bound keeps the search for duplicates short.</summary>
    private const int MaxCount = 128;

    private readonly PlaylistLine _line;
    private readonly List<PlaylistAttribute> _attributes;

    private AttributeList(PlaylistLine line, List<PlaylistAttribute> attributes)
    {
        _line = line;
        _attributes = attributes;
    }

    public IReadOnlyList<PlaylistAttribute> All => _attributes;

    public static AttributeList Parse(PlaylistLine line)
    {
        var attributes = new List<PlaylistAttribute>();
        var list = new AttributeList(line, attributes);
        var rest = line.Value;
        while (rest.Length > 0)
        {
            var equals = rest.IndexOf('=');
            var name = equals < 0 ? rest : rest[..equals].TrimStart();
            if (equals < 0 || name.Length == 0 || name.ContainsAnyExcept(PlaylistText.Names))
                throw line.Fault("attributes of the form NAME=value, with names of A-Z, 0-9 and '-'");
            if (list.Find(name) is not null) throw line.Fault($"each attribute once, and {name} came twice");
            if (attributes.Count == MaxCount) throw line.Fault($"at most {MaxCount} attributes");
            rest = rest[(equals + 1)..];
            var quoted = rest is ['"', ..];
            var end = quoted ? rest[1..].IndexOf('"') + 1 : rest.IndexOf(',');
            if (quoted && end == 0) throw line.Fault($"a closing quote after {name}");
            if (end < 0) end = rest.Length;
            var value = quoted ? rest[1..end] : rest[..end].TrimEnd();
            if (!quoted && (value.Length == 0 || value.Contains('"'))) throw line.Fault($"a value after {name}");
            // The draft's own example leaves the quotes off a list that is joined by tabs.
            attributes.Add(new PlaylistAttribute(name.ToString(), value.ToString(), quoted || value.ContainsAny(PlaylistText.NeedQuotes)));
            rest = rest[(quoted ? end + 1 : end)..].TrimStart();
            if (rest.Length > 0 && rest[0] != ',') throw line.Fault($"a comma after {name}");
            if (rest.Length > 0) rest = rest[1..];
        }

        return list;
    }

    public string? Text(string name) => Find(name)?.Value;

    /// <summary>A quoted value where it is there. Unquoted ones are let through, as players do.</summary>
    public string RequiredText(string name) => Find(name)?.Value is { Length: > 0 } value ? value : throw _line.Fault($"an attribute {name}");

    /// <summary>An enumerated-string: not quoted.</summary>
    public string? Word(string name) => Find(name) is not { } attribute ? null
        : attribute.Quoted ? throw _line.Fault($"{name} without quotes") : attribute.Value;

    public bool Flag(string name) => Text(name) switch
    {
        null or "NO" => false,
        "YES" => true,
        _ => throw _line.Fault($"{name} to be YES or NO"),
    };

    public long? Integer(string name) => Text(name) is { } text ? _line.Integer(text, $"{name} to be a whole number") : null;

    public long RequiredInteger(string name) => _line.Integer(RequiredText(name), $"{name} to be a whole number");

    public int? SmallInteger(string name) => Text(name) is { } text ? _line.SmallInteger(text, $"{name} to be a whole number below 2^31") : null;

    public TimeSpan? Seconds(string name) => Text(name) is { } text ? _line.Seconds(text, $"{name} to be a number of seconds") : null;

    public TimeSpan RequiredSeconds(string name, bool signed = false) =>
        _line.Seconds(RequiredText(name), $"{name} to be a number of seconds", signed);

    public Instant? Time(string name) => Text(name) is { } text ? _line.Time(text, $"{name} to be an ISO 8601 date and time") : null;

    public Resolution? Resolution(string name)
    {
        if (Text(name) is not { } text) return null;
        var expected = $"{name} to be <width>x<height>";
        var x = text.IndexOf('x');
        if (x < 0) throw _line.Fault(expected);
        return new Resolution(_line.SmallInteger(text.AsSpan(0, x), expected), _line.SmallInteger(text.AsSpan(x + 1), expected));
    }

    /// <summary>Frames per second and the like: digits with a point, at least 0.</summary>
    public double? Decimal(string name) => Text(name) is { } text ? _line.Seconds(text, $"{name} to be a decimal number").TotalSeconds : null;

    private PlaylistAttribute? Find(ReadOnlySpan<char> name)
    {
        foreach (var attribute in _attributes)
        {
            if (name.SequenceEqual(attribute.Name)) return attribute;
        }

        return null;
    }
}
