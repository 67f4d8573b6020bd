using System.Text.RegularExpressions;

namespace TimeShift.FFmpeg.Generator;

/// <summary>A C type as clang spells it (<c>int (*)(void *, const uint8_t *)</c>), taken apart.</summary>
internal abstract record CType
{
    public static CType Parse(string text) => new CTypeParser(text).Parse();
}

/// <param name="Name">Without <c>struct</c>, <c>union</c> and <c>enum</c>; <see cref="Unnamed"/> where the type has none.</param>
internal sealed record CName(string Name, bool IsConst) : CType
{
    public const string Unnamed = "(unnamed)";
}

internal sealed record CPointer(CType To) : CType;

internal sealed record CArray(CType Of, int Count) : CType;

internal sealed record CFunction(CType Result, IReadOnlyList<CType> Parameters) : CType;

internal sealed partial class CTypeParser(string text)
{
    private readonly string[] _tokens = [.. Token().Matches(text).Select(m => m.Value)];
    private int _at;

    public CType Parse()
    {
        var type = ParseType();
        return _at == _tokens.Length ? type : throw new FormatException($"The C type '{text}' goes on after '{_tokens[_at - 1]}'.");
    }

    // A type in an abstract declaration: specifiers, then pointers, then "(*)" or nothing, then arrays or parameters.
    private CType ParseType()
    {
        CType type = ParseSpecifiers();
        while (TryTake("*"))
        {
            type = new CPointer(type);
            while (TryTake("const") || TryTake("restrict") || TryTake("volatile"))
            {
            }
        }

        if (Peek() == "(" && Peek(1) == "*")
        {
            _at++;
            var pointers = 0;
            while (Peek() is "*" or "const") pointers += _tokens[_at++] == "*" ? 1 : 0;
            var inner = Peek() == "[" ? ParseCount() : (int?)null;
            Take(")");
            type = ParseSuffix(type);
            for (; pointers > 0; pointers--) type = new CPointer(type);
            return inner is { } count ? new CArray(type, count) : type;
        }

        return ParseSuffix(type);
    }

    private CType ParseSuffix(CType type)
    {
        if (TryTake("("))
        {
            var parameters = new List<CType>();
            while (!TryTake(")"))
            {
                if (TryTake("...") || TryTake(",")) continue;
                parameters.Add(ParseType());
            }

            return new CFunction(type, parameters is [CName { Name: "void" }] ? [] : parameters);
        }

        if (Peek() != "[") return type;
        var count = ParseCount();
        return new CArray(ParseSuffix(type), count);
    }

    private int ParseCount()
    {
        Take("[");
        var count = int.TryParse(Peek(), out var n) ? n : 0;
        if (count > 0) _at++;
        Take("]");
        return count;
    }

    private CName ParseSpecifiers()
    {
        var words = new List<string>();
        var isConst = false;
        while (Peek() is { } token && (char.IsLetter(token[0]) || token[0] == '_' || token.StartsWith("(un", StringComparison.Ordinal)))
        {
            _at++;
            if (token == "const") isConst = true;
            else if (token[0] == '(') words.Add(CName.Unnamed);
            else if (token is not ("struct" or "union" or "enum" or "volatile")) words.Add(token);
        }

        return new CName(string.Join(' ', words), isConst);
    }

    private string? Peek(int ahead = 0) => _at + ahead < _tokens.Length ? _tokens[_at + ahead] : null;

    private bool TryTake(string token)
    {
        if (Peek() != token) return false;
        _at++;
        return true;
    }

    private void Take(string token)
    {
        if (!TryTake(token)) throw new FormatException($"The C type '{text}' has '{Peek()}' where '{token}' is expected.");
    }

    [GeneratedRegex(@"\((?:unnamed|anonymous)[^)]*\)|\w+|\.\.\.|[*()\[\],]")]
    private static partial Regex Token();
}
