using TimeShift.FFmpeg.Inputs;

namespace TimeShift.Ingest.Sessions;

/// <summary>
/// Plays a file as a camera would: each packet no earlier than its time, and from the end to the beginning without a jump. A round is as long as what is shown in it,
/// not as its decoding times, which begin early where frames are reordered.
/// </summary>
internal sealed class LoopPacer(TimeProvider clock, CancellationToken stop)
{
    /// <summary>Times that lead or lag the clock by more are a jump within the file, which is nothing to wait for.</summary>
    private const long MaxWaitMicroseconds = 3_000_000;

    private long _beginning = long.MaxValue;
    private long _end;
    private long _anchor;
    private long _anchored;
    private bool _running;
    private bool _firstPass = true;

    /// <summary>Microseconds to add to the times of this round.</summary>
    public long Offset { get; private set; }

    /// <summary>Waits until the packet is due.</summary>
    /// <returns>False: it is time to stop.</returns>
    public bool Wait(in InputPacket packet, IReadOnlyList<InputTrack> tracks)
    {
        if ((packet.Dts ?? packet.Pts) is not { } time) return true;
        var at = time.Microseconds + Offset;
        var shown = packet.Pts?.Microseconds ?? time.Microseconds;
        var ahead = _running ? at - _anchor - (long)clock.GetElapsedTime(_anchored).TotalMicroseconds : long.MaxValue;
        if (ahead is > MaxWaitMicroseconds or < -MaxWaitMicroseconds)
        {
            if (_running) _firstPass = false;
            (_running, _anchor, _anchored, ahead) = (true, at, clock.GetTimestamp(), 0);
            _end = at;
        }

        if (_firstPass) _beginning = Math.Min(_beginning, shown);
        var length = packet.Duration.Ticks > 0 ? packet.Duration.Microseconds : tracks[packet.TrackIndex].FrameRate is > 0 and var rate ? (long)(1e6 / rate) : 0;
        _end = Math.Max(_end, shown + Offset + length);
        return ahead <= 0 || !stop.WaitHandle.WaitOne(TimeSpan.FromMicroseconds(ahead));
    }

    public void NextRound()
    {
        _firstPass = false;
        if (_running) Offset = _end - _beginning;
    }
}
