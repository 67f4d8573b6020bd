namespace TimeShift.Storage.Writing;

/// <summary>
/// The threads that write. Streams with something to write wait in line; a thread takes one, writes all it has, and takes the next, so that each stream's bytes go
/// down in order and a stalled disk blocks these threads and nothing else.
/// </summary>
internal sealed class DiskWriter : IDisposable
{
    // A monitor and not a semaphore: it does not spin before it sleeps, which with many short writes costs more than they do.
    private readonly object _gate = new();
    private readonly Queue<WriteQueue> _ready = new();
    private readonly Thread[] _threads;
    private int _idle;
    private bool _stopping;
    private long _pendingBytes;

    public DiskWriter(int threads)
    {
        _threads = new Thread[threads];
        for (var i = 0; i < threads; i++)
        {
            _threads[i] = new Thread(Run) { IsBackground = true, Name = $"disk-writer-{i}" };
            _threads[i].Start();
        }
    }

    /// <summary>Bytes of parts that wait, of all streams.</summary>
    public long PendingBytes => Interlocked.Read(ref _pendingBytes);

    internal void Count(int bytes) => Interlocked.Add(ref _pendingBytes, bytes);

    internal void Schedule(WriteQueue queue)
    {
        lock (_gate)
        {
            if (_stopping) return;
            _ready.Enqueue(queue);
            if (_idle > 0) Monitor.Pulse(_gate);
        }
    }

    /// <summary>Writes what waits, then ends the threads.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_stopping) return;
            _stopping = true;
            Monitor.PulseAll(_gate);
        }

        foreach (var thread in _threads) thread.Join();
    }

    private void Run()
    {
        var gather = new GatheredWrite();
        while (Take() is { } queue) queue.Drain(gather);
    }

    private WriteQueue? Take()
    {
        lock (_gate)
        {
            while (true)
            {
                if (_ready.TryDequeue(out var queue)) return queue;
                if (_stopping) return null;
                _idle++;
                Monitor.Wait(_gate);
                _idle--;
            }
        }
    }
}
