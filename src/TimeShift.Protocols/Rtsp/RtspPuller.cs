using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using TimeShift.Core.Hub;
using TimeShift.Core.Media;
using TimeShift.Core.Packets;
using TimeShift.Protocols.Sockets;

namespace TimeShift.Protocols.Rtsp;

/// <summary>Fetches any number of streams from cameras over RTSP, with few threads that receive for all of them and one timer.</summary>
public sealed class RtspPuller : IDisposable
{
    private static readonly TimeSpan _tick = TimeSpan.FromSeconds(1);
    private readonly StreamHub _hub;
    private readonly PacketPool _pool;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly ReceivePump _pump;
    private readonly ConcurrentDictionary<RtspPull, byte> _pulls = new();
    private readonly ITimer _timer;

    /// <param name="pool">Where packets come from; null for the shared one.</param>
    public RtspPuller(StreamHub hub, TimeProvider clock, ILogger logger, PacketPool? pool = null)
    {
        (_hub, _clock, _logger, _pool) = (hub, clock, logger, pool ?? PacketPool.Shared);
        _pump = new ReceivePump(clock, "rtsp");
        _timer = clock.CreateTimer(static puller => ((RtspPuller)puller!).Tick(), this, _tick, _tick);
    }

    /// <summary>One session, until it ends; never throws. Ends within a second of the token's cancellation.</summary>
    /// <param name="peer">The masked address, for people.</param>
    /// <param name="onRunning">Called at the first packet.</param>
    public async Task<RtspEnd> RunAsync(RtspUrl url, string peer, StreamName name, RtspPullOptions options, Action onRunning, CancellationToken stop)
    {
        var pull = new RtspPull(url, peer, name, options, _hub, _pool, _pump, _clock, _logger, onRunning);
        _pulls[pull] = 0;
        try
        {
            return await pull.RunAsync(stop).ConfigureAwait(false);
        }
        finally
        {
            _pulls.TryRemove(pull, out _);
        }
    }

    /// <summary>When all sessions have ended.</summary>
    public void Dispose()
    {
        _timer.Dispose();
        _pump.Dispose();
    }

    private void Tick()
    {
        foreach (var (pull, _) in _pulls) pull.Tick();
    }
}
