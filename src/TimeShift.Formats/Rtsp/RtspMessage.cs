using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace TimeShift.Formats.Rtsp;

/// <summary>A request or response of RTSP 1.0 (RFC 2326 §6, §7).</summary>
public sealed record RtspMessage
{
    /// <summary>Longest head, and longest body.</summary>
    public const int MaxPart = 64 << 10;
    private const int MaxHeaders = 200;

    /// <summary>Of a response; 0 for a request.</summary>
    public int Status { get; init; }

    /// <summary>The reason phrase of a response.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Of a request; empty for a response.</summary>
    public string Method { get; init; } = "";

    public string Uri { get; init; } = "";

    public ImmutableArray<(string Name, string Value)> Headers { get; init; } = [];

    public ReadOnlyMemory<byte> Body { get; init; }

    public bool IsResponse => Status != 0;

    /// <summary>The first header of a name, in any case; null where there is none.</summary>
    public string? this[string name] => All(name).FirstOrDefault();

    /// <summary>-1 where it is missing.</summary>
    public int Sequence => int.TryParse(this["CSeq"], NumberStyles.None, CultureInfo.InvariantCulture, out var sequence) ? sequence : -1;

    public IEnumerable<string> All(string name) => Headers.Where(h => h.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(h => h.Value);

    /// <param name="data">Begins with the message; more may follow it.</param>
    /// <param name="length">Bytes of the message.</param>
    /// <returns>False where more bytes are needed.</returns>
    /// <exception cref="RtspFormatException">It is no RTSP, or too long.</exception>
    public static bool TryRead(ReadOnlySpan<byte> data, out RtspMessage? message, out int length)
    {
        (message, length) = (null, 0);
        // Blank lines before a message are to be passed over (§4.1).
        var start = 0;
        while (start < data.Length && data[start] is (byte)'\r' or (byte)'\n') start++;
        if (!TryFindHead(data[start..], out var head, out var headLength)) return false;
        var lines = Encoding.UTF8.GetString(head).Split('\n');
        var headers = ReadHeaders(lines);
        var size = BodyLength(headers);
        if (data.Length - start - headLength < size) return false;
        length = start + headLength + size;
        message = ReadFirstLine(lines[0].Trim()) with { Headers = headers, Body = data.Slice(start + headLength, size).ToArray() };
        return true;
    }

    private static bool TryFindHead(ReadOnlySpan<byte> data, out ReadOnlySpan<byte> head, out int length)
    {
        // The head ends at a blank line; some cameras end lines with LF alone.
        for (var at = 0; ; at++)
        {
            var line = data[at..].IndexOf((byte)'\n');
            if (line < 0 || at + line >= MaxPart)
            {
                if (data.Length > MaxPart) throw new RtspFormatException($"a message's head is not over after {MaxPart} bytes");
                head = default;
                length = 0;
                return false;
            }

            var isBlank = line == 0 || line == 1 && data[at] == '\r';
            at += line;
            if (!isBlank) continue;
            length = at + 1;
            head = data[..length];
            return true;
        }
    }

    private static ImmutableArray<(string Name, string Value)> ReadHeaders(string[] lines)
    {
        var headers = ImmutableArray.CreateBuilder<(string Name, string Value)>();
        foreach (var raw in lines.Skip(1))
        {
            var line = raw.TrimEnd();
            if (line.Length == 0) continue;
            if (line[0] is ' ' or '\t' && headers.Count > 0)
            {
                // Folded (§4.2 with RFC 822).
                headers[^1] = (headers[^1].Name, headers[^1].Value + " " + line.Trim());
                continue;
            }

            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0) continue;
            if (headers.Count == MaxHeaders) throw new RtspFormatException($"a message has more than {MaxHeaders} headers");
            headers.Add((line[..colon].Trim(), line[(colon + 1)..].Trim()));
        }

        return headers.ToImmutable();
    }

    private static int BodyLength(ImmutableArray<(string Name, string Value)> headers)
    {
        var text = headers.FirstOrDefault(h => h.Name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)).Value;
        if (string.IsNullOrEmpty(text)) return 0;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var length) || length > MaxPart)
            throw new RtspFormatException($"Content-Length is '{Shown(text)}'; expected 0 to {MaxPart}");
        return length;
    }

    // "RTSP/1.0 200 OK" or "OPTIONS rtsp://host/path RTSP/1.0"
    private static RtspMessage ReadFirstLine(string line)
    {
        var fields = line.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length >= 2 && fields[0].StartsWith("RTSP/", StringComparison.OrdinalIgnoreCase)
            && int.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out var status) && status is >= 100 and <= 999)
            return new RtspMessage { Status = status, Reason = fields.Length > 2 ? Shown(fields[2]) : "" };
        if (fields.Length == 3 && fields[2].StartsWith("RTSP/", StringComparison.OrdinalIgnoreCase) && fields[0].All(c => char.IsAsciiLetterUpper(c) || c == '_'))
            return new RtspMessage { Method = fields[0], Uri = fields[1] };
        throw new RtspFormatException($"a message begins with '{Shown(line)}'; expected RTSP/1.0 with a status, or a request");
    }

    // A peer's text in an error: short, and no control characters.
    private static string Shown(string text) => string.Concat(text.Take(80).Select(c => char.IsControl(c) ? '?' : c));
}
