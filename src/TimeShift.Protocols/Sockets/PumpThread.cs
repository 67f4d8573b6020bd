using System.Net.Sockets;

namespace TimeShift.Protocols.Sockets;

/// <summary>One thread of a <see cref="ReceivePump"/> with its sockets.</summary>
internal sealed class PumpThread : IDisposable
{
    /// <summary>Sockets above which another thread, where there is a processor for it, is worth its wake-ups.</summary>
    public const int FullLoad = 100;

    private const int BufferBytes = 256 << 10;

    /// <summary>Full buffers that one socket may give before the others have their turn.</summary>
    private const int MaxReceives = 4;

    private readonly Lock _gate = new();
    private readonly TimeProvider _clock;
    private readonly AutoResetEvent _wake = new(false);
    private readonly Thread _thread;
    private Entry[] _entries = [];
    private bool _stopping;
    private volatile bool _isSaturated;

    public PumpThread(TimeProvider clock, string name)
    {
        _clock = clock;
        _thread = new Thread(Run) { IsBackground = true, Name = name };
        _thread.Start();
    }

    public int Load => Volatile.Read(ref _entries).Length;

    /// <summary>It takes so long to go round that bytes wait too long for their turn.</summary>
    public bool IsSaturated => _isSaturated;

    public Task<bool> Add(Socket socket, IReceiver receiver, CancellationToken stop)
    {
        var entry = new Entry(socket, receiver, stop);
        bool first;
        lock (_gate)
        {
            first = _entries.Length == 0;
            Volatile.Write(ref _entries, [.. _entries, entry]);
        }

        if (first) _wake.Set();
        return entry.Done.Task;
    }

    public void Dispose()
    {
        Volatile.Write(ref _stopping, true);
        _wake.Set();
        _thread.Join();
        _wake.Dispose();
    }

    private void Run()
    {
        var buffer = GC.AllocateUninitializedArray<byte>(BufferBytes, pinned: true);
        while (!Volatile.Read(ref _stopping))
        {
            var began = _clock.GetTimestamp();
            var entries = Volatile.Read(ref _entries);
            if (entries.Length == 0)
            {
                _isSaturated = false;
                _wake.WaitOne();
                continue;
            }

            var more = false;
            foreach (var entry in entries)
            {
                switch (Receive(entry, buffer))
                {
                    case Turn.More: more = true; break;
                    case Turn.Over: Remove(entry); break;
                }
            }

            var took = _clock.GetElapsedTime(began);
            // Half of that is rest enough: the limit is not to be met again with the next publisher.
            _isSaturated = took > (_isSaturated ? ReceivePump.SaturatedRound / 2 : ReceivePump.SaturatedRound);
            var pause = ReceivePump.Pause(entries.Length) - took;
            if (!more && pause > TimeSpan.Zero) _wake.WaitOne(pause);
        }

        foreach (var entry in Volatile.Read(ref _entries)) entry.Done.TrySetException(new ObjectDisposedException(nameof(ReceivePump)));
    }

    private static Turn Receive(Entry entry, byte[] buffer)
    {
        if (entry.Stop.IsCancellationRequested)
        {
            entry.Done.SetCanceled(entry.Stop);
            return Turn.Over;
        }

        try
        {
            for (var i = 0; i < MaxReceives; i++)
            {
                var length = entry.Socket.Receive(buffer, SocketFlags.None, out var error);
                if (error is SocketError.WouldBlock or SocketError.Interrupted) return Turn.Empty;
                if (error != SocketError.Success) throw new SocketException((int)error);
                if (length == 0)
                {
                    entry.Done.SetResult(true);
                    return Turn.Over;
                }

                if (!entry.Receiver.Receive(buffer.AsSpan(0, length)))
                {
                    entry.Done.SetResult(false);
                    return Turn.Over;
                }

                if (length < buffer.Length) return Turn.Empty;
            }

            return Turn.More;
        }
#pragma warning disable CA1031 // whatever one receiver throws is its own affair, and goes to whoever waits for it
        catch (Exception e)
#pragma warning restore CA1031
        {
            entry.Done.SetException(e);
            return Turn.Over;
        }
    }

    private void Remove(Entry entry)
    {
        lock (_gate) Volatile.Write(ref _entries, [.. _entries.Where(e => e != entry)]);
    }

    private enum Turn
    {
        Empty,
        More,
        Over,
    }

    private sealed class Entry(Socket socket, IReceiver receiver, CancellationToken stop)
    {
        public Socket Socket { get; } = socket;

        public IReceiver Receiver { get; } = receiver;

        public CancellationToken Stop { get; } = stop;

        public TaskCompletionSource<bool> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
