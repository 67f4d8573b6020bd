namespace TimeShift.Core.Media;

/// <summary>Reads ISO 8601 / RFC 3339 date-times in the extended format, such as <c>2026-11-22T16:00:00.250+01:00</c>.</summary>
public static class IsoInstant
{
    /// <summary>
    /// <c>YYYY-MM-DD</c>, <c>T</c> or a space, <c>hh:mm</c>, optionally <c>:ss</c> with a fraction (cut after microseconds), then <c>Z</c>,
    /// <c>±hh:mm</c>, <c>±hhmm</c> (as FFmpeg writes it), <c>±hh</c>, or no zone at all.
    /// </summary>
    /// <param name="instant">Taken as UTC where the text names no zone.</param>
    /// <param name="zoned">Whether the text names its zone.</param>
    public static bool TryParse(ReadOnlySpan<char> text, out Instant instant, out bool zoned)
    {
        instant = default;
        zoned = false;
        if (text.Length < 16 || text[4] != '-' || text[7] != '-' || text[10] is not ('T' or 't' or ' ') || text[13] != ':') return false;
        if (!Digits(text[..4], out var year) || !Digits(text[5..7], out var month) || !Digits(text[8..10], out var day)
            || !Digits(text[11..13], out var hour) || !Digits(text[14..16], out var minute)) return false;
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59) return false;
        text = text[16..];

        var second = 0;
        var fraction = 0;
        if (text is [':', ..]
            && (text.Length < 3 || !Digits(text[1..3], out second) || second > 59 || !Fraction(text[3..], out fraction, out text))) return false;
        if (!Zone(text, out var offset, out zoned)) return false;

        var local = new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc);
        var microseconds = (local.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond + fraction - offset * 60_000_000L;
        // The zone may lead out of the years that a DateTimeOffset can show.
        if (microseconds < (DateTime.MinValue.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond
            || microseconds > (DateTime.MaxValue.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond) return false;
        instant = new Instant(microseconds);
        return true;
    }

    private static bool Digits(ReadOnlySpan<char> text, out int value)
    {
        value = 0;
        foreach (var c in text)
        {
            if (!char.IsAsciiDigit(c)) return false;
            value = value * 10 + (c - '0');
        }

        return true;
    }

    private static bool Fraction(ReadOnlySpan<char> text, out int microseconds, out ReadOnlySpan<char> rest)
    {
        microseconds = 0;
        rest = text;
        if (text is not ['.' or ',', ..]) return true;
        var digits = 0;
        var weight = 100_000;
        for (; digits + 1 < text.Length && char.IsAsciiDigit(text[digits + 1]); digits++, weight /= 10)
            microseconds += (text[digits + 1] - '0') * weight;
        rest = text[(digits + 1)..];
        return digits > 0;
    }

    private static bool Zone(ReadOnlySpan<char> text, out int minutes, out bool zoned)
    {
        minutes = 0;
        zoned = text.Length > 0;
        if (text.Length == 0 || text is ['Z' or 'z']) return true;
        if (text[0] is not ('+' or '-')) return false;
        if (text.Length is not (3 or 5) && !(text.Length == 6 && text[3] == ':')) return false;
        if (!Digits(text[1..3], out var hours) || !Digits(text.Length == 3 ? default : text[^2..], out var rest) || hours > 23 || rest > 59) return false;
        minutes = (hours * 60 + rest) * (text[0] == '-' ? -1 : 1);
        return true;
    }
}
