namespace TimeShift.Storage.Writing;

/// <summary>
/// The threads that write. Streams with something to write wait in line; a thread takes one, writes all it has, and takes the next, so that each stream's bytes go
/// down in order and a stalled disk blocks these threads and nothing else.
/// </summary>
internal sealed class DiskWriter : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Queue<WriteQueue> _ready = new();
    private readonly SemaphoreSlim _signal = new(0);
    private readonly Thread[] _threads;
    private bool _stopping;

    public DiskWriter(int threads)
    {
        _threads = new Thread[threads];
        for (var i = 0; i < threads; i++)
        {
            _threads[i] = new Thread(Run) { IsBackground = true, Name = $"disk-writer-{i}" };
            _threads[i].Start();
        }
    }

    internal void Schedule(WriteQueue queue)
    {
        lock (_gate)
        {
            if (_stopping) return;
            _ready.Enqueue(queue);
        }

        _signal.Release();
    }

    /// <summary>Writes what waits, then ends the threads.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_stopping) return;
            _stopping = true;
        }

        _signal.Release(_threads.Length);
        foreach (var thread in _threads) thread.Join();
        _signal.Dispose();
    }

    private void Run()
    {
        var gather = new GatheredWrite();
        while (true)
        {
            _signal.Wait();
            WriteQueue? queue;
            lock (_gate)
            {
                if (!_ready.TryDequeue(out queue) && _stopping) return;
            }

            queue?.Drain(gather);
        }
    }
}
