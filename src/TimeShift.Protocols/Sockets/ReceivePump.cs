using System.Net.Sockets;

namespace TimeShift.Protocols.Sockets;

/// <summary>
/// Receives for many sockets with few threads: at a steady pace a thread takes all that has arrived on each of its sockets. Media comes in small packets, and to be
/// woken for each costs more than the packet; what the kernel has gathered meanwhile comes in one call, into a buffer that the thread keeps.
/// </summary>
/// <param name="name">Of what it receives, for its threads' names.</param>
internal sealed class ReceivePump(TimeProvider clock, string name) : IDisposable
{
    /// <summary>The pace with many sockets: the time that a packet waits at most. With few, when processor time is plenty, it is shorter.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(40);

    /// <summary>A thread that takes this long to receive once from each of its sockets is at its limit: live pictures come late by as much.</summary>
    public static readonly TimeSpan SaturatedRound = TimeSpan.FromMilliseconds(500);

    private const int BytesToWakeFor = 64 << 10;
    private static readonly TimeSpan _shortestPause = TimeSpan.FromMilliseconds(10);
    private static readonly int _maxThreads = Math.Clamp(Environment.ProcessorCount, 1, 16);
    private readonly Lock _gate = new();
    private readonly List<PumpThread> _threads = [];
    private bool _stopped;

    /// <summary>One more socket would make all the others wait: see <see cref="SaturatedRound"/>.</summary>
    public bool IsSaturated
    {
        get
        {
            lock (_gate) return _threads.Exists(t => t.IsSaturated);
        }
    }

    /// <summary>Receives until the peer closes (true) or the receiver wants no more (false).</summary>
    /// <exception cref="SocketException">The connection was lost.</exception>
    /// <exception cref="ObjectDisposedException">The socket was closed here, or the pump was.</exception>
    /// <exception cref="OperationCanceledException">Asked to stop; the socket is as it was.</exception>
    public async Task<bool> RunAsync(Socket socket, IReceiver receiver, CancellationToken stop = default)
    {
        socket.Blocking = false;
        SetWakeLevel(socket, BytesToWakeFor);
        try
        {
            return await Assign(socket, receiver, stop).ConfigureAwait(false);
        }
        finally
        {
            if (!socket.SafeHandle.IsClosed) SetWakeLevel(socket, 1);
        }
    }

    /// <summary>Ends the threads; whoever still received gets an <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose()
    {
        lock (_gate) _stopped = true;
        foreach (var thread in _threads) thread.Dispose();
    }

    private Task<bool> Assign(Socket socket, IReceiver receiver, CancellationToken stop)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopped, this);
            var thread = _threads.MinBy(t => t.Load);
            if (thread is null || thread.Load >= PumpThread.FullLoad && _threads.Count < _maxThreads)
                _threads.Add(thread = new PumpThread(clock, $"{name}-in-{_threads.Count}"));
            return thread.Add(socket, receiver, stop);
        }
    }

    internal static TimeSpan Pause(int sockets) => TimeSpan.FromTicks(Math.Clamp(sockets * TimeSpan.TicksPerMillisecond / 2, _shortestPause.Ticks, LongestPause.Ticks));

    // A socket that was awaited once stays known to the runtime's poller, which would be woken by each of its packets. SO_RCVLOWAT (socket(7)) keeps it asleep until the
    // pump has surely failed to come by.
    private static void SetWakeLevel(Socket socket, int bytes)
    {
        const int SolSocket = 1;
        const int SoRcvLowat = 18;
        try
        {
            socket.SetRawSocketOption(SolSocket, SoRcvLowat, BitConverter.GetBytes(bytes));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Then it is only less cheap, or over.
        }
    }
}
