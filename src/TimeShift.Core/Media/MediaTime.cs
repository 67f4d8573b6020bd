using System.Globalization;

namespace TimeShift.Core.Media;

/// <summary>A point or a length on a track's own clock: a count of ticks and what a tick is. The default value has no timescale and must not be used.</summary>
public readonly record struct MediaTime(long Ticks, Timescale Scale) : IComparable<MediaTime>
{
    public static MediaTime Zero(Timescale scale) => new(0, scale);

    public static MediaTime FromSeconds(double seconds, Timescale scale) => new((long)Math.Round(seconds * scale.TicksPerSecond), scale);

    public static MediaTime FromMicroseconds(long microseconds, Timescale scale) => new MediaTime(microseconds, Timescale.Microseconds).Rescale(scale);

    public double Seconds => (double)Ticks / Scale.TicksPerSecond;

    /// <summary>Whole microseconds, rounded to the nearest.</summary>
    public long Microseconds => Rescale(Timescale.Microseconds).Ticks;

    public TimeSpan Span => TimeSpan.FromTicks(Rescale(new Timescale((int)TimeSpan.TicksPerSecond)).Ticks);

    /// <summary>The same time on another clock, rounded to the nearest tick (halves away from zero); exact for up to 2^63 ticks of result.</summary>
    public MediaTime Rescale(Timescale to)
    {
        if (to == Scale) return this;
        long from = Scale.TicksPerSecond;
        // Split first: the whole seconds multiply without overflow, and the rest fits 64 bits.
        var (whole, rest) = Math.DivRem(Ticks, from);
        var product = rest * to.TicksPerSecond;
        var half = from / 2;
        var rounded = (product + (product < 0 ? -half : half)) / from;
        return new MediaTime(checked(whole * to.TicksPerSecond + rounded), to);
    }

    public int CompareTo(MediaTime other) => Scale == other.Scale
        ? Ticks.CompareTo(other.Ticks)
        : ((Int128)Ticks * other.Scale.TicksPerSecond).CompareTo((Int128)other.Ticks * Scale.TicksPerSecond);

    public static MediaTime operator +(MediaTime a, MediaTime b) => new(a.Ticks + b.Rescale(a.Scale).Ticks, a.Scale);

    public static MediaTime operator -(MediaTime a, MediaTime b) => new(a.Ticks - b.Rescale(a.Scale).Ticks, a.Scale);

    public static bool operator <(MediaTime a, MediaTime b) => a.CompareTo(b) < 0;

    public static bool operator >(MediaTime a, MediaTime b) => a.CompareTo(b) > 0;

    public static bool operator <=(MediaTime a, MediaTime b) => a.CompareTo(b) <= 0;

    public static bool operator >=(MediaTime a, MediaTime b) => a.CompareTo(b) >= 0;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Seconds:0.000000} s");
}
