namespace TimeShift.Core.Media;

/// <summary>Ticks per second of a track's clock (ISO/IEC 14496-12 <c>timescale</c>): 90 000 for most video, the sample rate for audio.</summary>
public readonly record struct Timescale
{
    public static readonly Timescale Milliseconds = new(1_000);
    public static readonly Timescale Mpeg = new(90_000);
    public static readonly Timescale Microseconds = new(1_000_000);

    /// <param name="ticksPerSecond">1 to 2^31-1.</param>
    public Timescale(int ticksPerSecond)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ticksPerSecond, 1);
        TicksPerSecond = ticksPerSecond;
    }

    public int TicksPerSecond { get; }

    public override string ToString() => $"1/{TicksPerSecond} s";
}
