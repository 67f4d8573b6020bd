using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using TimeShift.Core.Hub;
using TimeShift.Core.Packets;
using TimeShift.Protocols.Sockets;

namespace TimeShift.Protocols.Rtmp;

/// <summary>Takes streams in over RTMP: any number of publishers on one port, <c>rtmp://host:port/app/name</c> becomes stream <c>app/name</c>.</summary>
public sealed class RtmpServer : IAsyncDisposable
{
    private static readonly TimeSpan _sweepInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _pauseAfterFault = TimeSpan.FromMilliseconds(100);
    private readonly RtmpServerOptions _options;
    private readonly StreamHub _hub;
    private readonly PacketPool _pool;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<RtmpConnection, Task> _connections = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly ReceivePump _pump;
    private Socket? _listener;
    private ITimer? _sweeper;
    private Task _accepting = Task.CompletedTask;
    private long _refused;
    private long _refusedInAll;
    private bool _disposed;

    /// <param name="pool">Where packets come from; null for the shared one.</param>
    /// <exception cref="ArgumentException">The options have a fault; the message lists all.</exception>
    public RtmpServer(RtmpServerOptions options, StreamHub hub, TimeProvider clock, ILogger<RtmpServer> logger, PacketPool? pool = null)
    {
        var faults = string.Join("; ", options.Validate());
        if (faults.Length > 0) throw new ArgumentException(faults, nameof(options));
        (_options, _hub, _clock, _logger, _pool) = (options, hub, clock, logger, pool ?? PacketPool.Shared);
        _pump = new ReceivePump(clock, "rtmp");
    }

    /// <summary>Where it listens, with the port that was really taken; null before the start.</summary>
    public IPEndPoint? EndPoint { get; private set; }

    /// <summary>Connections that are open now.</summary>
    public int Connections => _connections.Count;

    /// <summary>Publishers and connections that were not let in, because the server was at its limit or had its most connections.</summary>
    public long Refused => Interlocked.Read(ref _refusedInAll);

    /// <summary>Listens from here on.</summary>
    /// <exception cref="SocketException">The address cannot be had.</exception>
    public Task StartAsync(CancellationToken cancel = default)
    {
        cancel.ThrowIfCancellationRequested();
        var listener = new Socket(_options.Listen.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (_options.Listen.Address.Equals(IPAddress.IPv6Any)) listener.DualMode = true;
            listener.Bind(_options.Listen);
            listener.Listen(512);
        }
        catch
        {
            listener.Dispose();
            throw;
        }

        _listener = listener;
        EndPoint = (IPEndPoint)listener.LocalEndPoint!;
        _sweeper = _clock.CreateTimer(static server => ((RtmpServer)server!).Sweep(), this, _sweepInterval, _sweepInterval);
        _accepting = Task.Run(() => AcceptAsync(listener), CancellationToken.None);
        Log.RtmpListening(_logger, EndPoint);
        return Task.CompletedTask;
    }

    /// <summary>Listens no more, ends every connection, and waits until all are gone.</summary>
    public async Task StopAsync(CancellationToken cancel = default)
    {
        if (_sweeper is not null) await _sweeper.DisposeAsync().ConfigureAwait(false);
        await _stopping.CancelAsync().ConfigureAwait(false);
        _listener?.Dispose();
        await _accepting.WaitAsync(cancel).ConfigureAwait(false);
        foreach (var connection in _connections.Keys) connection.BreakOff(StreamEnd.Stopped, "the server is stopping");
        await Task.WhenAll(_connections.Values).WaitAsync(cancel).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed) return;
        _disposed = true;
        await StopAsync().ConfigureAwait(false);
        _pump.Dispose();
        _stopping.Dispose();
    }

    private async Task AcceptAsync(Socket listener)
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                Serve(await listener.AcceptAsync(_stopping.Token).ConfigureAwait(false));
            }
            catch (Exception e) when (_stopping.IsCancellationRequested && e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException e)
            {
                // No more file handles, say, or a peer that was gone before it was accepted: later ones may fare better.
                Log.RtmpAcceptFailed(_logger, e);
                await Task.Delay(_pauseAfterFault, _clock, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void Serve(Socket socket)
    {
        if (_connections.Count >= _options.MaxConnections)
        {
            Interlocked.Increment(ref _refused);
            Interlocked.Increment(ref _refusedInAll);
            socket.Dispose();
            return;
        }

        RtmpConnection connection;
        try
        {
            socket.NoDelay = true;
            var peer = socket.RemoteEndPoint?.ToString() ?? "?";
            connection = new RtmpConnection(
                socket, peer, output => new RtmpSession(_options, _hub, _pool, _clock, _logger, peer, output, Admit), _pump, _logger);
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            // Gone already.
            socket.Dispose();
            return;
        }

        _connections[connection] = Task.CompletedTask;
        var running = Task.Run(connection.RunAsync);
        _connections[connection] = running;
        _ = running.ContinueWith(
            (_, state) => _connections.TryRemove((RtmpConnection)state!, out var _),
            connection,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    private string? Admit()
    {
        if (!_pump.IsSaturated) return null;
        Interlocked.Increment(ref _refusedInAll);
        return $"the server is at its limit: what its publishers send waits longer than {ReceivePump.SaturatedRound.TotalMilliseconds:0} ms; try again later, or elsewhere";
    }

    // One pass for all connections, once a second: no timer of their own.
    private void Sweep()
    {
        foreach (var connection in _connections.Keys) connection.Sweep();
        var refused = Interlocked.Exchange(ref _refused, 0);
        if (refused > 0) Log.RtmpFull(_logger, refused, _options.MaxConnections);
    }
}
