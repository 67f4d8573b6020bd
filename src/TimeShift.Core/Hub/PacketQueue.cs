using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;
using TimeShift.Core.Packets;

namespace TimeShift.Core.Hub;

/// <summary>What <see cref="PacketQueue.ReadAsync"/> gives: a packet, a new epoch, or the end; exactly one of them is set.</summary>
public readonly record struct QueuedItem(OwnedPacket Packet, StreamEpoch? Epoch, StreamEnd? End)
{
    public bool IsPacket => !Packet.IsDefault;
}

/// <summary>
/// A bounded queue between the hub and one reader that may be slow. It never makes the publisher wait: when it is full, packets are dropped up to the next key
/// frame of the lead track, and <see cref="Dropped"/> counts them. Epochs and the end are never dropped. One reader at a time.
/// </summary>
public sealed class PacketQueue : IPacketSink, IValueTaskSource<QueuedItem>, IDisposable
{
    private readonly Lock _gate = new();
    private readonly Queue<QueuedItem> _items;
    private readonly int _capacity;
    private ManualResetValueTaskSourceCore<QueuedItem> _waiter = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _cancel;
    private bool _waiting;
    private bool _skipping = true;
    private bool _disposed;
    private int _leadIndex;
    private long _dropped;

    /// <param name="capacity">Packets that wait at most.</param>
    public PacketQueue(int capacity = 512)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _capacity = capacity;
        _items = new Queue<QueuedItem>(capacity + 8);
    }

    /// <summary>Packets that this reader lost because it was too slow, or that came before its first key frame.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    public void OnEpoch(StreamEpoch epoch)
    {
        lock (_gate)
        {
            _leadIndex = epoch.Tracks.IndexOf(epoch.Tracks.Lead);
            _skipping = true;
            Offer(new QueuedItem(default, epoch, null));
        }
    }

    public void OnPacket(MediaPacket packet)
    {
        lock (_gate)
        {
            if (_skipping && packet.IsKey && packet.TrackIndex == _leadIndex && _items.Count <= _capacity / 2) _skipping = false;
            if (_items.Count >= _capacity) _skipping = true;
            if (_skipping || _disposed) _dropped++;
            else Offer(new QueuedItem(packet.Share(), null, null));
        }
    }

    public void OnEnd(StreamEnd end)
    {
        lock (_gate) Offer(new QueuedItem(default, null, end));
    }

    /// <summary>The next item, in order; the caller owns the packet in it. Allocates nothing.</summary>
    /// <exception cref="OperationCanceledException">Cancelled, or the queue was disposed.</exception>
    public ValueTask<QueuedItem> ReadAsync(CancellationToken cancel = default)
    {
        cancel.ThrowIfCancellationRequested();
        lock (_gate)
        {
            if (_items.TryDequeue(out var item)) return new ValueTask<QueuedItem>(item);
            if (_disposed) throw new OperationCanceledException("The queue was closed.");
            if (_waiting) throw new InvalidOperationException("Only one read at a time.");
            _waiter.Reset();
            _waiting = true;
        }

        if (cancel.CanBeCanceled) _cancel = cancel.UnsafeRegister(static (queue, token) => ((PacketQueue)queue!).Abandon(token), this);
        return new ValueTask<QueuedItem>(this, _waiter.Version);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            while (_items.TryDequeue(out var item)) item.Packet.Dispose();
        }

        Abandon(default);
    }

    private void Offer(QueuedItem item)
    {
        if (_disposed)
        {
            item.Packet.Dispose();
        }
        else if (_waiting)
        {
            _waiting = false;
            _waiter.SetResult(item);
        }
        else
        {
            _items.Enqueue(item);
        }
    }

    private void Abandon(CancellationToken token)
    {
        lock (_gate)
        {
            if (!_waiting) return;
            _waiting = false;
            _waiter.SetException(new OperationCanceledException(token));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    QueuedItem IValueTaskSource<QueuedItem>.GetResult(short token)
    {
        _cancel.Dispose();
        _cancel = default;
        return _waiter.GetResult(token);
    }

    ValueTaskSourceStatus IValueTaskSource<QueuedItem>.GetStatus(short token) => _waiter.GetStatus(token);

    void IValueTaskSource<QueuedItem>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _waiter.OnCompleted(continuation, state, token, flags);
}
