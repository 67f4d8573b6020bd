using TimeShift.Core.Media;

namespace TimeShift.Formats.Hls;

/// <summary>One line of a playlist, split at the colon when it is a tag, and the readers of the values that stand there (RFC 8216bis §4.2).</summary>
internal readonly ref struct PlaylistLine
{
    // 31 years: far beyond any sum of segments, far below the end of a TimeSpan.
    private const long MaxSeconds = 1_000_000_000;

    public PlaylistLine(ReadOnlySpan<char> text, int number)
    {
        Text = text;
        Number = number;
        IsTag = text.StartsWith("#EXT", StringComparison.Ordinal);
        if (!IsTag) return;
        var colon = text.IndexOf(':');
        Name = colon < 0 ? text : text[..colon];
        Value = colon < 0 ? default : text[(colon + 1)..].Trim();
    }

    public ReadOnlySpan<char> Text { get; }

    /// <summary>1-based.</summary>
    public int Number { get; }

    public bool IsTag { get; }

    /// <summary>With its <c>#</c>; empty for a URI.</summary>
    public ReadOnlySpan<char> Name { get; }

    /// <summary>What follows the colon, without white space around it.</summary>
    public ReadOnlySpan<char> Value { get; }

    public PlaylistFormatException Fault(string expected) => new(Number, Text.ToString(), expected);

    public AttributeList Attributes() => AttributeList.Parse(this);

    /// <summary>A decimal-integer of at most 2^63-1.</summary>
    public long Integer(ReadOnlySpan<char> digits, string what)
    {
        var value = 0L;
        if (digits.Length is 0 or > 20) throw Fault(what);
        foreach (var c in digits)
        {
            if (!char.IsAsciiDigit(c) || value > (long.MaxValue - (c - '0')) / 10) throw Fault(what);
            value = value * 10 + (c - '0');
        }

        return value;
    }

    public int SmallInteger(ReadOnlySpan<char> digits, string what)
    {
        var value = Integer(digits, what);
        return value <= int.MaxValue ? (int)value : throw Fault(what);
    }

    /// <summary>A decimal-floating-point in seconds, rounded to 100 ns; with <paramref name="signed"/>, a signed one.</summary>
    public TimeSpan Seconds(ReadOnlySpan<char> number, string what, bool signed = false)
    {
        var negative = signed && number is ['-', ..];
        if (negative) number = number[1..];
        var dot = number.IndexOf('.');
        var fraction = dot < 0 ? default : number[(dot + 1)..];
        if (dot < 0) dot = number.Length;
        if (dot == 0 && fraction.Length == 0) throw Fault(what);
        var seconds = dot == 0 ? 0 : Integer(number[..dot], what);
        if (seconds > MaxSeconds) throw Fault(what);
        var ticks = 0L;
        var weight = TimeSpan.TicksPerSecond;
        for (var i = 0; i < fraction.Length; i++)
        {
            if (!char.IsAsciiDigit(fraction[i])) throw Fault(what);
            weight /= 10;
            ticks += weight * (fraction[i] - '0');
            if (i == 7 && fraction[i] >= '5') ticks++;
        }

        ticks += seconds * TimeSpan.TicksPerSecond;
        return TimeSpan.FromTicks(negative ? -ticks : ticks);
    }

    /// <summary>A date-time; one without a zone is taken as UTC, since the zone is only a SHOULD (§4.4.4.6).</summary>
    public Instant Time(ReadOnlySpan<char> text, string what) => IsoInstant.TryParse(text, out var time, out _) ? time : throw Fault(what);
}
