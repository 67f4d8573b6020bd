using TimeShift.LoadTest.Report;

namespace TimeShift.LoadTest.Push;

/// <summary>
/// The one thread that paces all publishers: at every tick each sends, in one call, what became due since the last. A message goes at its own time rounded up to a
/// tick, as an encoder would send it: gathering more would spare the server work that it has in life.
/// </summary>
internal sealed class PushLoop : IDisposable
{
    private const double ListenInterval = 500;
    private readonly TimeProvider _clock;
    private readonly long _origin;
    private readonly double _tick;
    private readonly Lock _change = new();
    private readonly Thread _thread;
    private volatile IPaced[] _streams = [];
    private volatile Histogram _ownLateness = new();
    private volatile bool _ended;

    /// <param name="tick">Milliseconds.</param>
    public PushLoop(TimeProvider clock, double tick)
    {
        (_clock, _tick) = (clock, tick);
        _origin = clock.GetTimestamp();
        _thread = new Thread(Run) { Name = "push", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Milliseconds since the loop began.</summary>
    public double Now => _clock.GetElapsedTime(_origin).TotalMilliseconds;

    /// <summary>Milliseconds by which this process itself came late to its ticks, since the last reset: not the server's fault.</summary>
    public Histogram OwnLateness => _ownLateness;

    public void ResetOwnLateness() => _ownLateness = new Histogram();

    public void Add(IPaced stream)
    {
        lock (_change) _streams = [.. _streams, stream];
    }

    /// <summary>At the next tick it says good-bye.</summary>
    public static void Remove(PushedStream stream) => stream.IsLeaving = true;

    public void Dispose()
    {
        _ended = true;
        _thread.Join();
        foreach (var stream in _streams) stream.Close();
    }

    private void Run()
    {
        var next = Now;
        for (var round = 0; !_ended; round++)
        {
            var now = Now;
            _ownLateness.Add(now - next);
            var streams = _streams;
            var listenEvery = Math.Max(1, (int)(ListenInterval / _tick));
            for (var i = 0; i < streams.Length; i++)
            {
                var stream = streams[i];
                if (stream.IsLeaving)
                {
                    stream.Close();
                    lock (_change) _streams = Array.FindAll(_streams, s => s != stream);
                    continue;
                }

                if (stream.IsOver) continue;
                stream.Push(Now);
                // Not all in the same tick.
                if ((round + i) % listenEvery == 0) stream.Listen();
            }

            // A tick that was missed is not made up for: what is due is counted from the clock.
            now = Now;
            next = Math.Max(next + _tick, now);
            if (next - now >= 0.5) Thread.Sleep((int)Math.Max(1, Math.Round(next - now)));
        }
    }
}
