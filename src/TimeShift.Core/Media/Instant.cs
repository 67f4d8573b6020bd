using System.Globalization;

namespace TimeShift.Core.Media;

/// <summary>A point on the timeline: whole microseconds since 1970-01-01T00:00:00Z, always UTC.</summary>
public readonly record struct Instant(long Microseconds) : IComparable<Instant>
{
    public static Instant From(DateTimeOffset time) => new((time.UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond);

    public static Instant Now(TimeProvider clock) => From(clock.GetUtcNow());

    public DateTimeOffset ToDateTimeOffset() => DateTimeOffset.UnixEpoch.AddTicks(Microseconds * TimeSpan.TicksPerMicrosecond);

    public int CompareTo(Instant other) => Microseconds.CompareTo(other.Microseconds);

    public static Instant operator +(Instant a, TimeSpan b) => new(a.Microseconds + b.Ticks / TimeSpan.TicksPerMicrosecond);

    public static Instant operator -(Instant a, TimeSpan b) => new(a.Microseconds - b.Ticks / TimeSpan.TicksPerMicrosecond);

    public static TimeSpan operator -(Instant a, Instant b) => TimeSpan.FromTicks((a.Microseconds - b.Microseconds) * TimeSpan.TicksPerMicrosecond);

    public static bool operator <(Instant a, Instant b) => a.Microseconds < b.Microseconds;

    public static bool operator >(Instant a, Instant b) => a.Microseconds > b.Microseconds;

    public static bool operator <=(Instant a, Instant b) => a.Microseconds <= b.Microseconds;

    public static bool operator >=(Instant a, Instant b) => a.Microseconds >= b.Microseconds;

    public static Instant Max(Instant a, Instant b) => a >= b ? a : b;

    public static Instant Min(Instant a, Instant b) => a <= b ? a : b;

    /// <summary>ISO 8601 with milliseconds and <c>Z</c>, as EXT-X-PROGRAM-DATE-TIME wants it (RFC 8216 §4.3.2.6).</summary>
    public override string ToString() => ToDateTimeOffset().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
