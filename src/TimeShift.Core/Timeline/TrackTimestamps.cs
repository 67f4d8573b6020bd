using TimeShift.Core.Media;

namespace TimeShift.Core.Timeline;

/// <summary>The state of one track's times within an epoch; all in ticks of the track, except what says otherwise.</summary>
internal sealed class TrackTimestamps
{
    private const long SnapMicroseconds = 2_000;
    private long _snap;

    public required Track Track { get; init; }

    public bool Started { get; private set; }

    /// <summary>Added to the source's time to get the timeline's.</summary>
    public long Shift { get; set; }

    public long PreviousShift { get; private set; }

    public long LastIn { get; private set; }

    public long LastOut { get; private set; }

    public long LastStep { get; private set; }

    /// <summary>Timestamp of the <see cref="TimeProvider"/> at the last packet.</summary>
    public long LastArrival { get; private set; }

    public long Ticks(long microseconds) => new MediaTime(microseconds, Timescale.Microseconds).Rescale(Track.Timescale).Ticks;

    public void Start(long shift)
    {
        Started = true;
        Shift = PreviousShift = shift;
        LastOut = long.MinValue;
        var nominal = Track.NominalDuration;
        LastStep = nominal.Ticks > 0 ? nominal.Rescale(Track.Timescale).Ticks : Ticks(40_000);
        // Milliseconds from FLV are rounded times of audio frames of a known length: put them back where they were before the rounding.
        _snap = Track.Kind == MediaKind.Audio && nominal.Ticks > 0 ? Ticks(SnapMicroseconds) : 0;
    }

    /// <summary>Where the packet goes when nothing is wrong with its time.</summary>
    public long Place(long source)
    {
        var place = source + Shift;
        if (LastOut == long.MinValue) return place;
        if (_snap > 0)
        {
            var expected = LastOut + Track.NominalDuration.Rescale(Track.Timescale).Ticks;
            if (Math.Abs(place - expected) <= _snap) return expected;
        }

        return place > LastOut ? place : LastOut + 1;
    }

    public void MoveTo(long source, long place)
    {
        PreviousShift = Shift;
        Shift = place - source;
    }

    public void Accept(long source, long place, long arrival)
    {
        if (LastOut != long.MinValue && place - LastOut > 1) LastStep = place - LastOut;
        LastIn = source;
        LastOut = place;
        LastArrival = arrival;
    }
}
