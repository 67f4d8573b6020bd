using System.Collections.Concurrent;
using TimeShift.LoadTest.Report;

namespace TimeShift.LoadTest.Hls;

/// <summary>What all viewers saw.</summary>
internal sealed class ViewStatistics
{
    private long _bytes;
    private long _missed;
    private long _late;
    private long _failed;

    public Histogram Playlists { get; } = new();

    public Histogram Segments { get; } = new();

    public Histogram Parts { get; } = new();

    /// <summary>Kind of a fault to the first of that kind.</summary>
    public ConcurrentDictionary<string, string> Faults { get; } = new(StringComparer.Ordinal);

    public long Bytes => Interlocked.Read(ref _bytes);

    public void AddBytes(long bytes) => Interlocked.Add(ref _bytes, bytes);

    public void AddMissed(long segments) => Interlocked.Add(ref _missed, segments);

    public void AddLate() => Interlocked.Increment(ref _late);

    public void Fail(string kind, string fault)
    {
        Interlocked.Increment(ref _failed);
        Faults.TryAdd(kind, $"{kind}: {fault}");
    }

    public ViewReport Report(int viewers) => new(
        viewers, Playlists.Count, Segments.Count, Parts.Count, Bytes / 1e6,
        Playlists.Percentile(0.5), Playlists.Percentile(0.99), Segments.Percentile(0.5), Segments.Percentile(0.99), Parts.Percentile(0.5), Parts.Percentile(0.99),
        Interlocked.Read(ref _missed), Interlocked.Read(ref _late), Interlocked.Read(ref _failed));
}
