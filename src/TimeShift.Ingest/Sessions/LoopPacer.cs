using TimeShift.FFmpeg.Inputs;

namespace TimeShift.Ingest.Sessions;

/// <summary>Plays a file as a camera would: each packet no earlier than its time, and from the end to the beginning without a jump.</summary>
internal sealed class LoopPacer(TimeProvider clock, CancellationToken stop)
{
    private long? _firstMicroseconds;
    private long _started;
    private long _endMicroseconds;

    /// <summary>Microseconds to add to the times of this round.</summary>
    public long Offset { get; private set; }

    /// <summary>Waits until the packet is due.</summary>
    /// <returns>False: it is time to stop.</returns>
    public bool Wait(in InputPacket packet, IReadOnlyList<InputTrack> tracks)
    {
        if ((packet.Dts ?? packet.Pts) is not { } time) return true;
        var at = time.Microseconds + Offset;
        if (_firstMicroseconds is null)
        {
            _firstMicroseconds = at;
            _started = clock.GetTimestamp();
        }

        var length = packet.Duration.Ticks > 0 ? packet.Duration.Microseconds : tracks[packet.TrackIndex].FrameRate is > 0 and var rate ? (long)(1e6 / rate) : 0;
        _endMicroseconds = Math.Max(_endMicroseconds, at + length);
        var wait = TimeSpan.FromMicroseconds(at - _firstMicroseconds.Value) - clock.GetElapsedTime(_started);
        return wait <= TimeSpan.Zero || !stop.WaitHandle.WaitOne(wait);
    }

    public void NextRound() => Offset = _endMicroseconds - (_firstMicroseconds ?? 0);
}
