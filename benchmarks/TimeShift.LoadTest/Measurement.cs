using TimeShift.LoadTest.Processes;
using TimeShift.LoadTest.Report;

namespace TimeShift.LoadTest;

/// <summary>What all processes have used at one moment; two of them span the measured window.</summary>
internal sealed record Measurement(IReadOnlyList<ProcessSample> Servers, ProcessSample? Own, GarbageLog? Garbage, long Accepted, long Sends, long Late, double At)
{
    public static Measurement Take(LoadOptions options, Publishers? publishers, TimeProvider clock, long origin) => new(
        [.. ProcessSample.Family(options.Processes, options.Children).Select(ProcessSample.Take).OfType<ProcessSample>()],
        ProcessSample.Take(Environment.ProcessId),
        options.GarbageFile is null ? null : GarbageLog.Last(options.GarbageFile),
        publishers?.Streams.Sum(stream => stream.Accepted) ?? 0,
        publishers?.Streams.Sum(stream => stream.Sends) ?? 0,
        publishers?.Streams.Sum(stream => stream.LateBytes) ?? 0,
        clock.GetElapsedTime(origin).TotalSeconds);

    /// <summary>From here to <paramref name="end"/>, by process; a process that began in between counts whole.</summary>
    /// <param name="streams">0: the figures are per second instead of per stream-second.</param>
    public IReadOnlyList<ProcessReport> ServersUntil(Measurement end, int streams) =>
        [.. end.Servers.Select(last => Between(Servers.FirstOrDefault(first => first.Id == last.Id), last, end.At - At, streams))];

    public ProcessReport OwnUntil(Measurement end, int streams) => Between(Own, end.Own!, end.At - At, streams);

    public GarbageReport? GarbageUntil(Measurement end, int streams)
    {
        if (Garbage is not { } from || end.Garbage is not { } to || to.Seconds <= from.Seconds) return null;
        var perSecond = (to.Allocated - from.Allocated) / (to.Seconds - from.Seconds);
        return new GarbageReport(perSecond / Math.Max(1, streams), to.Gen0 - from.Gen0, to.Gen1 - from.Gen1, to.Gen2 - from.Gen2, to.Heap / 1e6);
    }

    /// <summary>All processes as one.</summary>
    public static ProcessReport Sum(IReadOnlyList<ProcessReport> all) => new(
        string.Join("+", all.Select(p => p.Name).Distinct()), 0, all.Sum(p => p.UserMilliseconds), all.Sum(p => p.SystemMilliseconds), all.Sum(p => p.CorePercent),
        all.Sum(p => p.ResidentMegabytes), all.Sum(p => p.ResidentMegabytesPerStream), all.Sum(p => p.Threads), all.Sum(p => p.SwitchesPerSecond));

    private static ProcessReport Between(ProcessSample? first, ProcessSample last, double seconds, int streams)
    {
        var streamSeconds = seconds * Math.Max(1, streams);
        var user = 1000.0 * (last.UserTicks - (first?.UserTicks ?? 0)) / ProcStat.TicksPerSecond;
        var system = 1000.0 * (last.SystemTicks - (first?.SystemTicks ?? 0)) / ProcStat.TicksPerSecond;
        return new ProcessReport(
            last.Name, last.Id, user / streamSeconds, system / streamSeconds, (user + system) / seconds / 10, last.ResidentBytes / 1e6,
            streams > 0 ? last.ResidentBytes / 1e6 / streams : double.NaN, last.Threads, Math.Max(0, last.Switches - (first?.Switches ?? 0)) / seconds);
    }
}
