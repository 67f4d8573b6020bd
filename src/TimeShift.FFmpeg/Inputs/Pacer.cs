namespace TimeShift.FFmpeg.Inputs;

/// <summary>Waits on a clock that tests can move, without allocating per wait.</summary>
internal sealed class Pacer : IDisposable
{
    private readonly TimeProvider _clock;
    private readonly CancellationToken _stop;
    private readonly ManualResetEventSlim _wake = new();
    private readonly ITimer _timer;
    private long _start;

    public Pacer(TimeProvider clock, CancellationToken stop)
    {
        _clock = clock;
        _stop = stop;
        _timer = clock.CreateTimer(static self => ((ManualResetEventSlim)self!).Set(), _wake, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Restart();
    }

    public TimeSpan Elapsed => _clock.GetElapsedTime(_start);

    public void Restart() => _start = _clock.GetTimestamp();

    /// <summary>False when the token was cancelled.</summary>
    public bool WaitUntil(TimeSpan elapsed)
    {
        while (elapsed - Elapsed is { Ticks: > 0 } left)
        {
            if (_stop.IsCancellationRequested) return false;
            _wake.Reset();
            // Timers count whole milliseconds and may come one early: the loop looks again.
            _timer.Change(left < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : left, Timeout.InfiniteTimeSpan);
            try
            {
                _wake.Wait(_stop);
            }
            catch (OperationCanceledException)
            {
                return false;
            }
        }

        return !_stop.IsCancellationRequested;
    }

    public void Dispose()
    {
        _timer.Dispose();
        _wake.Dispose();
    }
}
