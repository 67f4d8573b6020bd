using TimeShift.Core.Media;

namespace TimeShift.Core.Timeline;

/// <summary>
/// The state of one track's times within an epoch; all in ticks of the track, except what says otherwise. "In" times count from the track's first packet, so that no
/// difference of two overflows, whatever the source sends.
/// </summary>
internal sealed class TrackTimestamps
{
    private const long SnapMicroseconds = 2_000;

    /// <summary>Microseconds, 35 years: no source is that far from its first packet.</summary>
    private const long MaxDistance = 1L << 50;
    private readonly long _limit;
    private readonly long _nominal;
    private readonly long _snap;
    private readonly long _longestUsualStep;
    private long _origin;
    private bool _placed;

    public TrackTimestamps(Track track)
    {
        Track = track;
        _limit = Ticks(MaxDistance);
        _nominal = track.NominalDuration.Ticks > 0 ? track.NominalDuration.Rescale(track.Timescale).Ticks : 0;
        LastStep = _nominal > 0 ? _nominal : Math.Max(1, Ticks(40_000));
        // Milliseconds from FLV are rounded times of audio frames of a known length: put them back where they were before the rounding.
        _snap = track.Kind == MediaKind.Audio && _nominal > 0 ? Ticks(SnapMicroseconds) : 0;
        _longestUsualStep = Ticks(3_000_000);
    }

    public Track Track { get; }

    public bool Started { get; private set; }

    /// <summary>Added to the in time to get the timeline's.</summary>
    public long Shift { get; private set; }

    public long PreviousShift { get; private set; }

    /// <summary>The last packet was put elsewhere than its time said; the next one tells whether that packet was wrong or the clock was set.</summary>
    public bool JustMoved { get; private set; }

    public long LastIn { get; private set; }

    /// <summary>In time of the packet before the last.</summary>
    public long BeforeLastIn { get; private set; }

    public long LastOut { get; private set; }

    /// <summary>Distance of two packets as it usually is.</summary>
    public long LastStep { get; private set; }

    /// <summary>How far decoding must run ahead of the source's decoding times, because a packet was to be shown before it was decoded.</summary>
    public long DecodeLead { get; private set; }

    /// <summary>Where the packet after the last should be, decode lead left out.</summary>
    public long Expected => LastOut + DecodeLead + LastStep;

    /// <summary>Timestamp of the <see cref="TimeProvider"/> at the last packet.</summary>
    public long LastArrival { get; private set; }

    /// <summary>Number of the last correction that this track took part in.</summary>
    public long LastMend { get; set; }

    public long Ticks(long microseconds) => new MediaTime(microseconds, Timescale.Microseconds).Rescale(Track.Timescale).Ticks;

    public long Microseconds(long ticks) => new MediaTime(ticks, Track.Timescale).Microseconds;

    public long In(long source) => Math.Clamp(unchecked(source - _origin), -_limit, _limit);

    /// <summary>The source's own time of the last packet, microseconds, as near as 64 bits allow.</summary>
    public Int128 LastSourceMicroseconds => SourceMicroseconds(_origin) + Microseconds(LastIn);

    public Int128 SourceMicroseconds(long source) => (Int128)source * 1_000_000 / Track.Timescale.TicksPerSecond;

    public void Start(long source, long place)
    {
        Started = true;
        _origin = source;
        Shift = PreviousShift = place;
    }

    /// <summary>Where the packet's time lies on the timeline when nothing is wrong with it; may be at or before the last packet's.</summary>
    public long Media(long time)
    {
        var media = time + Shift;
        if (!_placed || _snap == 0) return media;
        var expected = LastOut + DecodeLead + _nominal;
        return Math.Abs(media - expected) <= _snap ? expected : media;
    }

    /// <summary>Decoding time that goes with <paramref name="media"/>: after the last one's, whatever happens.</summary>
    public long Place(long media)
    {
        var place = media - DecodeLead;
        return _placed && place <= LastOut ? LastOut + 1 : place;
    }

    public void MoveTo(long time, long place)
    {
        PreviousShift = Shift;
        Shift = place - time;
    }

    /// <summary>From now on decoding times are this much earlier at least; the next packets close up until they are.</summary>
    public void DecodeEarlier(long ticks) => DecodeLead = Math.Max(DecodeLead, ticks);

    public void Accept(long time, long place, long arrival, bool moved)
    {
        if (_placed && place - LastOut is > 1 and var step && step <= _longestUsualStep) LastStep = step;
        _placed = true;
        JustMoved = moved;
        BeforeLastIn = LastIn;
        LastIn = time;
        LastOut = place;
        LastArrival = arrival;
    }
}
