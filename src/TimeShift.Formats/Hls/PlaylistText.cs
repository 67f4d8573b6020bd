using System.Buffers;
using System.Buffers.Text;
using System.Text;
using TimeShift.Core.Media;

namespace TimeShift.Formats.Hls;

/// <summary>
/// Lines of a playlist as UTF-8, straight into the output's own memory. Numbers are formatted by <see cref="Utf8Formatter"/>, so no culture
/// comes in. <see cref="Flush"/> ends it.
/// </summary>
internal ref struct PlaylistText(IBufferWriter<byte> output)
{
    // A fresh block for a whole tag line, in most cases: asking the output for memory costs more than writing into it.
    private const int BlockSize = 512;

    private Span<byte> _block;
    private int _used;
    private bool _inAttributes;

    public void Flush()
    {
        output.Advance(_used);
        _block = default;
        _used = 0;
    }

    public void Raw(scoped ReadOnlySpan<byte> utf8)
    {
        utf8.CopyTo(Reserve(utf8.Length));
        _used += utf8.Length;
    }

    /// <summary>A tag with an attribute list; its line is ended by <see cref="EndLine"/>.</summary>
    public void Tag(scoped ReadOnlySpan<byte> tag)
    {
        Raw(tag);
        _inAttributes = false;
    }

    public void EndLine() => Raw("\n"u8);

    public void Line(scoped ReadOnlySpan<byte> tag)
    {
        Raw(tag);
        EndLine();
    }

    public void Line(scoped ReadOnlySpan<byte> tag, long value)
    {
        Raw(tag);
        Number(value);
        EndLine();
    }

    public void Number(long value)
    {
        Utf8Formatter.TryFormat(value, Reserve(20), out var written);
        _used += written;
    }

    /// <summary>
    /// Seconds with six decimals, rounded to the nearest microsecond; or with three where those are enough and <paramref name="shorten"/> is set.
    /// </summary>
    public void Seconds(TimeSpan span, bool shorten)
    {
        var microseconds = (span.Duration().Ticks + TimeSpan.TicksPerMicrosecond / 2) / TimeSpan.TicksPerMicrosecond;
        if (span < TimeSpan.Zero && microseconds > 0) Raw("-"u8);
        var (seconds, fraction) = Math.DivRem(microseconds, 1_000_000);
        Number(seconds);
        Raw("."u8);
        var short3 = shorten && fraction % 1000 == 0;
        Utf8Formatter.TryFormat(short3 ? fraction / 1000 : fraction, Reserve(8), out var written, new StandardFormat('D', short3 ? (byte)3 : (byte)6));
        _used += written;
    }

    /// <summary>As <see cref="Instant.ToString"/>.</summary>
    public void Time(Instant time)
    {
        // The round-trip format has a fast path in the runtime; it gives seven decimals, of which three are kept.
        var span = Reserve(40);
        time.ToDateTimeOffset().UtcDateTime.TryFormat(span, out _, "O");
        span[23] = (byte)'Z';
        _used += 24;
    }

    /// <summary>A line that is a URI.</summary>
    /// <exception cref="ArgumentException">It would be read as something else.</exception>
    public void Uri(string uri)
    {
        if (uri.Length == 0 || uri[0] == '#' || char.IsWhiteSpace(uri[0]) || char.IsWhiteSpace(uri[^1]))
            throw new ArgumentException($"'{uri}' cannot stand as a line of a playlist; expected a URI", nameof(uri));
        Text(uri, quoted: false);
        EndLine();
    }

    /// <exception cref="ArgumentException">
    /// The text has a control character or, quoted, a quote, which no playlist can carry (RFC 8216bis §4.1, §4.2).
    /// </exception>
    public void Text(string text, bool quoted)
    {
        var bad = text.AsSpan().IndexOfAny(Controls);
        if (quoted && bad < 0) bad = text.IndexOf('"', StringComparison.Ordinal);
        if (bad >= 0)
            throw new ArgumentException($"U+{(int)text[bad]:X4} cannot be written in a playlist's {(quoted ? "quoted string" : "line")}", nameof(text));
        // Not one statement: the room may be a new block, with a new count of what is used.
        var room = Reserve(Encoding.UTF8.GetMaxByteCount(text.Length));
        _used += Encoding.UTF8.GetBytes(text, room);
    }

    public void Name(scoped ReadOnlySpan<byte> nameAndEquals)
    {
        if (_inAttributes) Raw(","u8);
        _inAttributes = true;
        Raw(nameAndEquals);
    }

    public void Attribute(scoped ReadOnlySpan<byte> nameAndEquals, long value)
    {
        Name(nameAndEquals);
        Number(value);
    }

    public void Attribute(scoped ReadOnlySpan<byte> nameAndEquals, TimeSpan value)
    {
        Name(nameAndEquals);
        Seconds(value, shorten: true);
    }

    public void Attribute(scoped ReadOnlySpan<byte> nameAndEquals, Instant value)
    {
        Name(nameAndEquals);
        Raw("\""u8);
        Time(value);
        Raw("\""u8);
    }

    /// <summary>Written where the value is not null.</summary>
    public void Quoted(scoped ReadOnlySpan<byte> nameAndEquals, string? value)
    {
        if (value is null) return;
        Name(nameAndEquals);
        Raw("\""u8);
        Text(value, quoted: true);
        Raw("\""u8);
    }

    /// <summary><c>NAME=YES</c>, or nothing.</summary>
    public void Flag(scoped ReadOnlySpan<byte> nameAndEquals, bool value)
    {
        if (!value) return;
        Name(nameAndEquals);
        Raw("YES"u8);
    }

    public void Attribute(PlaylistAttribute attribute)
    {
        if (attribute.Name.Length == 0 || attribute.Name.AsSpan().ContainsAnyExcept(Names))
            throw new ArgumentException($"'{attribute.Name}' is no attribute name; expected A-Z, 0-9 and '-'", nameof(attribute));
        if (!attribute.Quoted && (attribute.Value.Length == 0 || attribute.Value.AsSpan().ContainsAny(NeedQuotes)))
            throw new ArgumentException($"{attribute.Name}: a value with these characters must be quoted", nameof(attribute));
        Name(default);
        Text(attribute.Name, quoted: true);
        Raw(attribute.Quoted ? "=\""u8 : "="u8);
        Text(attribute.Value, attribute.Quoted);
        if (attribute.Quoted) Raw("\""u8);
    }

    /// <summary>What RFC 8216bis §4.1 forbids, but for the tab, which RECENTLY-REMOVED-DATERANGES is made with.</summary>
    internal static readonly SearchValues<char> Controls =
        SearchValues.Create([.. Enumerable.Range(0, 0x20).Concat(Enumerable.Range(0x7F, 0x21)).Where(c => c != '\t').Select(c => (char)c)]);

    internal static readonly SearchValues<char> NeedQuotes = SearchValues.Create(",\" \t");

    internal static readonly SearchValues<char> Names = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");

    private Span<byte> Reserve(int length)
    {
        if (_block.Length - _used < length)
        {
            output.Advance(_used);
            _block = output.GetSpan(Math.Max(length, BlockSize));
            _used = 0;
        }

        return _block[_used..];
    }
}
