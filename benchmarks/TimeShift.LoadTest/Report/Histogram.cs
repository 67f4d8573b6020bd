namespace TimeShift.LoadTest.Report;

/// <summary>Counts values of 1 µs to hours, in buckets 3 % wide, without keeping them. One writer or a lock; reading beside a writer may miss the last.</summary>
internal sealed class Histogram
{
    private const double Lowest = 0.001;
    private const double Growth = 1.03;
    private static readonly double LogGrowth = Math.Log(Growth);
    private readonly long[] _buckets = new long[800];
    private readonly Lock _lock = new();

    public long Count { get; private set; }

    public double Max { get; private set; }

    /// <param name="value">Milliseconds; what is below a microsecond counts as one.</param>
    public void Add(double value)
    {
        var bucket = value <= Lowest ? 0 : Math.Min(_buckets.Length - 1, 1 + (int)(Math.Log(value / Lowest) / LogGrowth));
        lock (_lock)
        {
            _buckets[bucket]++;
            Count++;
            Max = Math.Max(Max, value);
        }
    }

    /// <summary>The value that a share of all does not exceed, 3 % too high at most; 0 where nothing was counted.</summary>
    /// <param name="share">0 to 1.</param>
    public double Percentile(double share)
    {
        lock (_lock)
        {
            var rank = Math.Max(1, (long)Math.Ceiling(share * Count));
            long seen = 0;
            for (var i = 0; i < _buckets.Length; i++)
            {
                seen += _buckets[i];
                if (Count > 0 && seen >= rank) return Math.Min(Max, i == 0 ? Lowest : Lowest * Math.Pow(Growth, i));
            }

            return 0;
        }
    }
}
