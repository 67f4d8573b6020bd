using System.Globalization;
using TimeShift.Core.Media;

namespace TimeShift.Playback.Queries;

/// <summary>
/// The words for time that every address understands. Instants: Unix seconds (<c>1763800000</c>, decimals allowed), Unix milliseconds
/// (13 digits), ISO 8601 with its zone. Durations: seconds with decimals, or counts with units, such as <c>1h30m</c>, <c>2d</c>, <c>500ms</c>.
/// </summary>
public static class TimeWords
{
    public const string Now = "now";

    public const string InstantExpected = "Unix seconds, Unix milliseconds (13 digits), or ISO 8601 with a zone such as 2026-11-22T16:00:00Z";
    public const string DurationExpected = "seconds, or units from large to small, such as 90, 1.5, 1h30m, 2d, 500ms";

    private const int MaxIsoLength = 48;

    private const int MillisecondDigits = 13;

    // To the year 5138: what is longer is a mistake or in another unit.
    private const int MaxSecondDigits = 11;

    // Far beyond what any query lets through, far below the end of a TimeSpan.
    private const long MaxDurationSeconds = 1_000_000_000;

    private static readonly (string Name, long Ticks)[] Units =
    [
        ("d", TimeSpan.TicksPerDay), ("h", TimeSpan.TicksPerHour), ("m", TimeSpan.TicksPerMinute), ("s", TimeSpan.TicksPerSecond),
        ("ms", TimeSpan.TicksPerMillisecond),
    ];

    public static bool TryParseInstant(ReadOnlySpan<char> text, out Instant instant)
    {
        instant = default;
        if (text.Length == 0) return false;
        if (!text.ContainsAnyExcept("0123456789."))
        {
            var whole = text.IndexOf('.') is var dot && dot < 0 ? text.Length : dot;
            if (whole == MillisecondDigits && whole == text.Length)
            {
                instant = new Instant(long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture) * 1000);
                return true;
            }

            if (whole > MaxSecondDigits || !TryReadNumber(ref text, TimeSpan.TicksPerSecond, out var ticks) || text.Length > 0) return false;
            instant = new Instant(ticks / TimeSpan.TicksPerMicrosecond);
            return true;
        }

        if (IsoInstant.TryParse(text, out instant, out var zoned)) return zoned;
        // A plus that was not percent-encoded comes out of a query string as a space; nothing else can stand at a zone's place.
        var sign = text.LastIndexOf(' ');
        if (sign < 16 || text.Length > MaxIsoLength) return false;
        Span<char> mended = stackalloc char[MaxIsoLength];
        text.CopyTo(mended);
        mended[sign] = '+';
        return IsoInstant.TryParse(mended[..text.Length], out instant, out zoned) && zoned;
    }

    /// <summary>Never negative; decimals beyond 100 ns are cut.</summary>
    public static bool TryParseDuration(ReadOnlySpan<char> text, out TimeSpan duration)
    {
        duration = default;
        if (text.Length == 0) return false;
        if (!text.ContainsAnyExcept("0123456789."))
        {
            if (!TryReadNumber(ref text, TimeSpan.TicksPerSecond, out var seconds) || text.Length > 0) return false;
            duration = TimeSpan.FromTicks(seconds);
            return true;
        }

        var total = 0L;
        var next = 0;
        while (text.Length > 0)
        {
            var digits = text.IndexOfAnyExcept("0123456789.");
            if (digits <= 0) return false;
            var letters = text[digits..].IndexOfAnyInRange('0', '9');
            var name = letters < 0 ? text[digits..] : text[digits..(digits + letters)];
            var unit = next;
            while (unit < Units.Length && !name.Equals(Units[unit].Name, StringComparison.OrdinalIgnoreCase)) unit++;
            if (unit == Units.Length) return false;
            var number = text[..digits];
            if (!TryReadNumber(ref number, Units[unit].Ticks, out var ticks) || number.Length > 0) return false;
            total += ticks;
            if (total > MaxDurationSeconds * TimeSpan.TicksPerSecond) return false;
            text = text[(digits + name.Length)..];
            next = unit + 1;
        }

        duration = TimeSpan.FromTicks(total);
        return true;
    }

    /// <summary>
    /// Digits with at most one point, at least one digit before it, in units of <paramref name="unit"/> ticks; what follows stays in
    /// <paramref name="text"/>.
    /// </summary>
    private static bool TryReadNumber(ref ReadOnlySpan<char> text, long unit, out long ticks)
    {
        ticks = 0;
        var i = 0;
        Int128 whole = 0;
        for (; i < text.Length && char.IsAsciiDigit(text[i]); i++)
        {
            whole = whole * 10 + (text[i] - '0');
            if (whole * unit > (Int128)100 * MaxDurationSeconds * TimeSpan.TicksPerSecond) return false;
        }

        if (i == 0) return false;
        Int128 fraction = 0;
        Int128 scale = 1;
        if (i < text.Length && text[i] == '.')
        {
            var first = ++i;
            // 18 decimals are more than any unit has ticks; further ones are read and have no weight.
            for (; i < text.Length && char.IsAsciiDigit(text[i]); i++)
            {
                if (i - first >= 18) continue;
                fraction = fraction * 10 + (text[i] - '0');
                scale *= 10;
            }

            if (i == first) return false;
        }

        ticks = (long)(whole * unit + fraction * unit / scale);
        text = text[i..];
        return true;
    }
}
