using Microsoft.Extensions.Logging;
using TimeShift.Core.Hub;
using TimeShift.Core.Media;
using TimeShift.Ingest.Sources;
using TimeShift.Protocols.Rtsp;

namespace TimeShift.Ingest;

/// <summary>All configured sources. A new configuration starts, stops or restarts those that changed and leaves the others alone.</summary>
public sealed class SourceSupervisor(StreamHub hub, TimeProvider clock, ILogger<SourceSupervisor> logger) : IAsyncDisposable
{
    private readonly SemaphoreSlim _applying = new(1, 1);
    private readonly RtspPuller _rtsp = new(hub, clock, logger);
    private Dictionary<StreamName, SupervisedSource> _sources = [];

    /// <summary>A snapshot.</summary>
    public IEnumerable<SourceState> States => Volatile.Read(ref _sources).Values.Select(s => s.State);

    public async Task ApplyAsync(IEnumerable<SourceOptions> wanted)
    {
        await _applying.WaitAsync().ConfigureAwait(false);
        try
        {
            var next = new Dictionary<StreamName, SupervisedSource>();
            var running = new Dictionary<StreamName, SupervisedSource>(_sources);
            var start = new List<SourceOptions>();
            foreach (var options in wanted.Where(o => o.Enabled))
            {
                if (running.TryGetValue(options.Name, out var same) && same.Options == options)
                {
                    next[options.Name] = same;
                    running.Remove(options.Name);
                }
                else
                {
                    start.Add(options);
                }
            }

            // A changed source gives its stream back before the new one asks for it.
            await Task.WhenAll(running.Values.Select(s => s.DisposeAsync().AsTask())).ConfigureAwait(false);
            foreach (var options in start)
            {
                Log.SourceAdded(logger, options.Name, options.Source);
                next[options.Name] = new SupervisedSource(options, _rtsp, hub, clock, logger);
            }

            foreach (var gone in running.Keys.Where(n => !next.ContainsKey(n))) Log.SourceRemoved(logger, gone);
            Volatile.Write(ref _sources, next);
        }
        finally
        {
            _applying.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await ApplyAsync([]).ConfigureAwait(false);
        _rtsp.Dispose();
        _applying.Dispose();
    }
}
