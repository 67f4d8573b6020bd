using System.Globalization;
using TimeShift.LoadTest.Hls;
using TimeShift.LoadTest.Media;
using TimeShift.LoadTest.Processes;
using TimeShift.LoadTest.Push;
using TimeShift.LoadTest.Report;
using TimeShift.LoadTest.Rtmp;

namespace TimeShift.LoadTest;

/// <summary>A run from the first connection to the report.</summary>
/// <param name="progress">Told the phase and how much of it is done, 0 to 1.</param>
internal sealed class LoadRun(LoadOptions options, Clip? clip, TimeProvider clock, Action<string, double> progress)
{
    private static readonly TimeSpan ProbeLimit = TimeSpan.FromSeconds(30);
    private readonly long _origin = clock.GetTimestamp();
    private readonly ViewStatistics _views = new();
    private readonly List<string> _faults = [];

    public async Task<LoadReport> RunAsync(CancellationToken cancel)
    {
        using var publishers = clip is null ? null : new Publishers(options, clip, clock);
        var connected = 0;
        publishers?.Start(() => progress("connecting", (double)Interlocked.Increment(ref connected) / options.Publishers), cancel);
        using var viewing = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        HlsViewer[] viewers = [];
        try
        {
            await WaitAsync("warm-up", options.Warmup, cancel).ConfigureAwait(false);
            viewers = [.. Enumerable.Range(0, options.Viewers).Select(i => new HlsViewer(AddressOf(i % Math.Max(1, options.Publishers)), options.Http2, options.Parts, _views, clock))];
            var watching = Task.WhenAll(viewers.Select(viewer => viewer.RunAsync(viewing.Token)));

            publishers?.Loop.ResetOwnLateness();
            var first = Measurement.Take(options, publishers, clock, _origin);
            await WaitAsync("measuring", options.Duration, cancel).ConfigureAwait(false);
            var last = Measurement.Take(options, publishers, clock, _origin);
            var push = PushFigures(publishers, first, last);

            await viewing.CancelAsync().ConfigureAwait(false);
            await watching.ConfigureAwait(false);
            var startup = publishers is null ? [] : await ProbeAsync(publishers, cancel).ConfigureAwait(false);
            return Report(push, first, last, startup);
        }
        finally
        {
            await viewing.CancelAsync().ConfigureAwait(false);
            foreach (var viewer in viewers) viewer.Dispose();
        }
    }

    private LoadReport Report(PushReport push, Measurement first, Measurement last, IReadOnlyList<double> startup)
    {
        var streams = push.Publishers - push.Refused;
        var servers = first.ServersUntil(last, streams);
        var gone = options.Processes.Except(last.Servers.Select(s => s.Id)).Select(id => $"process {id} is not there");
        return new LoadReport
        {
            Push = push,
            Servers = servers,
            Server = servers.Count > 0 ? Measurement.Sum(servers) : null,
            LoadTest = first.OwnUntil(last, streams),
            Garbage = first.GarbageUntil(last, streams),
            View = options.Viewers > 0 ? _views.Report(options.Viewers) : null,
            StartupMilliseconds = startup,
            Faults = [.. _faults, .. gone, .. _views.Faults.Values],
        };
    }

    private PushReport PushFigures(Publishers? publishers, Measurement first, Measurement last)
    {
        var seconds = last.At - first.At;
        if (publishers is null || clip is null) return new PushReport(0, 0, 0, seconds, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        var streams = publishers.Streams;
        var refused = publishers.Refusals.ToList();
        if (refused.Count > 0) _faults.Add($"{refused.Count} refused: {refused[0]}");
        var broken = streams.Where(stream => stream.Fault is not null).ToList();
        if (broken.Count > 0) _faults.Add($"{broken.Count} disconnected: {broken[0].Fault}");
        var late = last.Late - first.Late;
        var worst = streams.Select(stream => stream.WorstLateness).DefaultIfEmpty().Max();
        if (late > 0) _faults.Add(string.Create(CultureInfo.InvariantCulture, $"{late} bytes late: the server did not read; {worst:F0} ms at worst since the start"));
        return new PushReport(
            options.Publishers, refused.Count, broken.Count, seconds, seconds * streams.Count, clip.BitsPerSecond / 1e6, last.Accepted - first.Accepted,
            (long)(clip.BitsPerSecond / 8 * seconds * streams.Count), late, worst, ProcTcp.UnreadBytes(RtmpAddress.Of(options.Rtmp!, 0).EndPoint.Port),
            (last.Sends - first.Sends) / Math.Max(1, seconds * streams.Count), publishers.Loop.OwnLateness.Percentile(0.99), publishers.Loop.OwnLateness.Max);
    }

    private async Task<IReadOnlyList<double>> ProbeAsync(Publishers publishers, CancellationToken cancel)
    {
        var times = new List<double>();
        using var client = new HlsClient(options.Http2, clock);
        for (var i = 0; i < options.StartupProbes; i++)
        {
            progress("start-up of a stream", (double)i / options.StartupProbes);
            PushedStream? stream = null;
            try
            {
                (stream, var number, var began) = publishers.StartProbe();
                if (await StartupProbe.WaitAsync(client, AddressOf(number), began, ProbeLimit, clock, cancel).ConfigureAwait(false) is { } took) times.Add(took);
                else _faults.Add($"{AddressOf(number)} did not play within {ProbeLimit.TotalSeconds} s of its push");
            }
            catch (PublishRefusedException e)
            {
                _faults.Add(e.Message);
            }
            finally
            {
                if (stream is not null) PushLoop.Remove(stream);
            }
        }

        return [.. times.Order()];
    }

    private async Task WaitAsync(string phase, TimeSpan length, CancellationToken cancel)
    {
        var began = clock.GetTimestamp();
        while (clock.GetElapsedTime(began) is var passed && passed < length)
        {
            progress(phase, passed / length);
            var rest = length - passed;
            await Task.Delay(rest < TimeSpan.FromSeconds(1) ? rest : TimeSpan.FromSeconds(1), clock, cancel).ConfigureAwait(false);
        }

        progress(phase, 1);
    }

    private Uri AddressOf(int number) => new(options.Hls!.Replace("{0}", number.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
}
