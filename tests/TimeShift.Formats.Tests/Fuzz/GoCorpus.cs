using System.Globalization;
using System.Text;

namespace TimeShift.Formats.Tests.Fuzz;

/// <summary>
/// Seed corpora in the format of Go's fuzzer: a first line with the version, then one quoted Go value a line, such as
/// <c>[]byte("\x00abc")</c>.
/// </summary>
public static class GoCorpus
{
    /// <summary>
    /// Every byte slice and string of every file under <c>media/fuzz/<paramref name="folder"/></c>, in the order of file names; nothing
    /// where the corpus is absent.
    /// </summary>
    /// <param name="folder">Such as <c>mediacommon/h264/fuzz/FuzzSPSUnmarshal</c>.</param>
    public static IEnumerable<byte[]> Read(string folder)
    {
        if (SharedMedia.Find(Path.Combine("fuzz", folder)) is not { } path) yield break;
        foreach (var file in Directory.GetFiles(path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            foreach (var line in File.ReadLines(file).Skip(1))
            {
                if (ParseValue(line) is { } value) yield return value;
            }
        }
    }

    /// <summary>The bytes of one line, or null for a value of another type (numbers and booleans).</summary>
    internal static byte[]? ParseValue(string line)
    {
        var start = line.IndexOf('"', StringComparison.Ordinal);
        var end = line.LastIndexOf('"');
        if (start < 0 || end <= start || !(line.StartsWith("[]byte(", StringComparison.Ordinal) || line.StartsWith("string(", StringComparison.Ordinal)))
            return null;
        return Unquote(line[(start + 1)..end]);
    }

    // The escapes of an interpreted string literal, Go specification "String literals".
    private static byte[] Unquote(string text)
    {
        var result = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                var rune = Rune.GetRuneAt(text, i);
                result.AddRange(Encoding.UTF8.GetBytes(rune.ToString()));
                i += rune.Utf16SequenceLength - 1;
                continue;
            }

            i++;
            switch (text[i])
            {
                case 'x':
                    result.Add(byte.Parse(text.AsSpan(i + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                    i += 2;
                    break;
                case 'u' or 'U':
                    var digits = text[i] == 'u' ? 4 : 8;
                    var code = int.Parse(text.AsSpan(i + 1, digits), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                    result.AddRange(Encoding.UTF8.GetBytes(char.ConvertFromUtf32(code)));
                    i += digits;
                    break;
                case >= '0' and <= '7':
                    result.Add(Convert.ToByte(text.Substring(i, 3), 8));
                    i += 2;
                    break;
                case var c:
                    result.Add(Simple(c));
                    break;
            }
        }

        return [.. result];
    }

    private static byte Simple(char c) => c switch
    {
        'a' => 7,
        'b' => 8,
        't' => 9,
        'n' => 10,
        'v' => 11,
        'f' => 12,
        'r' => 13,
        '\\' or '"' or '\'' => (byte)c,
        _ => throw new FormatException($"'\\{c}' is no escape of a Go string literal"),
    };
}
