using TimeShift.Core.Hub;
using TimeShift.Core.Media;
using TimeShift.Core.Packets;

namespace TimeShift.Core.Timeline;

/// <summary>
/// Puts a source's packets on the stream's timeline. Media time within an epoch begins at <see cref="LeadIn"/> and only grows; UTC is the server's clock smoothed:
/// media durations drive it, the wall clock corrects it by at most 500 ppm, and it never goes back, over epochs, reconnects and steps of the wall clock.
/// Not thread-safe; the stream's lock guards it.
/// </summary>
internal sealed class StreamTimeline(TimeProvider clock)
{
    /// <summary>Media time of an epoch's first packet: room for a track whose first packet lies before it, since fMP4 has no negative times.</summary>
    public static readonly TimeSpan LeadIn = TimeSpan.FromSeconds(1);

    /// <summary>A step this long is looked at twice; a key-frame-only or 1 fps camera stays below it.</summary>
    private const long MaxStep = 3_000_000;

    /// <summary>Up to this far back is jitter (a repeated time at the loop of a file, say), beyond it the clock was set.</summary>
    private const long MaxBackwards = 50_000;
    private const long MaxCompositionOffset = 10_000_000;
    private const long MaxDistanceBetweenTracks = 10_000_000;
    private const double MaxSlew = 500e-6;

    /// <summary>This far behind the wall clock, for that long, and the timeline is set anew (a source that stalled and dropped what it had).</summary>
    private const long ReanchorDistance = 3_000_000;
    private static readonly TimeSpan _reanchorAfter = TimeSpan.FromSeconds(10);

    private TrackTimestamps[] _tracks = [];
    private int _lead;
    private bool _anchored;
    private long _base;
    private double _zero;
    private double _error;
    private long _lastLead;
    private long? _behindSince;
    private Instant _end = new(long.MinValue);
    private bool _continueSeamlessly;
    private long _mendDelta;
    private long _mendArrival;
    private TrackTimestamps? _mendTrack;
    private long _mended;
    private long _dropped;
    private long _jumps;

    public TimelineCounters Counters => new(Interlocked.Read(ref _mended), Interlocked.Read(ref _dropped), Interlocked.Read(ref _jumps));

    public void ContinueAfter(Instant end) => _end = Instant.Max(_end, end);

    public void BeginEpoch(TrackSet tracks, EpochReason reason)
    {
        _tracks = [.. tracks.Tracks.Select(t => new TrackTimestamps { Track = t })];
        _lead = tracks.IndexOf(tracks.Lead);
        _anchored = false;
        _behindSince = null;
        _mendTrack = null;
        _continueSeamlessly = reason == EpochReason.CodecChange;
        if (reason == EpochReason.TimeJump) _jumps++;
    }

    /// <summary>Replaces the packet's source times by the timeline's and sets its instant.</summary>
    public TimestampVerdict Stamp(MediaPacket packet)
    {
        var track = _tracks[packet.TrackIndex];
        var now = clock.GetTimestamp();
        var source = packet.Dts.Ticks;
        if (!_anchored) Anchor(packet);
        if (!track.Started) track.Start(FirstShift(track, source));
        else if (_behindSince is { } since && packet.TrackIndex == _lead && packet.IsKey && clock.GetElapsedTime(since, now) > _reanchorAfter)
            return TimestampVerdict.NewEpoch;
        else if (!Mend(track, source, now)) return TimestampVerdict.NewEpoch;

        var place = track.Place(source);
        if (place < 0)
        {
            _dropped++;
            return TimestampVerdict.Drop;
        }

        track.Accept(source, place, now);
        var composition = packet.Pts.Ticks - source;
        if (composition < 0 || composition > track.Ticks(MaxCompositionOffset))
        {
            composition = 0;
            _mended++;
        }

        var scale = track.Track.Timescale;
        packet.Dts = new MediaTime(place, scale);
        packet.Pts = new MediaTime(place + composition, scale);
        if (packet.TrackIndex == _lead) Steer(packet.Dts.Microseconds, now);
        packet.Instant = new Instant((long)_zero + packet.Pts.Microseconds);
        _end = Instant.Max(_end, new Instant(packet.Instant.Microseconds + new MediaTime(track.LastStep, scale).Microseconds));
        return TimestampVerdict.Ok;
    }

    private void Anchor(MediaPacket packet)
    {
        _anchored = true;
        _base = packet.Dts.Microseconds;
        var now = Instant.Now(clock);
        var seamless = _continueSeamlessly && (now - _end).Duration() < TimeSpan.FromMicroseconds(MaxStep);
        // The instant belongs to the presentation of the first packet; decoding runs ahead of it by the composition offset.
        var start = seamless ? _end : Instant.Max(now, _end);
        _zero = start.Microseconds - LeadIn.TotalMicroseconds - Math.Clamp((packet.Pts - packet.Dts).Microseconds, 0, MaxCompositionOffset);
        _error = 0;
        _lastLead = (long)LeadIn.TotalMicroseconds;
    }

    private long FirstShift(TrackTimestamps track, long source)
    {
        var lead = (long)LeadIn.TotalMicroseconds;
        var distance = new MediaTime(source, track.Track.Timescale).Microseconds - _base;
        if (Math.Abs(distance) <= MaxDistanceBetweenTracks) return track.Ticks(lead - _base);
        // The tracks' clocks have nothing to do with one another: what arrives together belongs together.
        _mended++;
        return track.Ticks(_lastLead) - source;
    }

    // False: what lies between this packet and the last is missing, and an epoch must end here.
    private bool Mend(TrackTimestamps track, long source, long now)
    {
        var step = new MediaTime(source - track.LastIn, track.Track.Timescale).Microseconds;
        if (step > -MaxBackwards && step <= MaxStep)
        {
            if (step <= 0) _mended++;
            return true;
        }

        var waited = (long)clock.GetElapsedTime(track.LastArrival, now).TotalMicroseconds;
        if (step > MaxStep && Math.Abs(step - waited) <= Math.Max(1_000_000, waited / 4)) return false;

        _mended++;
        var delta = step - new MediaTime(track.LastStep, track.Track.Timescale).Microseconds;
        var place = track.LastOut + track.LastStep;
        if (_mendTrack is not null && _mendTrack != track && clock.GetElapsedTime(_mendArrival, now) < _reanchorAfter && Math.Abs(_mendDelta - delta) < 1_000_000)
        {
            // Another track's clock was set by about as much a moment ago: the same correction keeps the two in step.
            place = Math.Max(track.LastOut + 1, source + track.Shift - track.Ticks(_mendDelta));
            _mendTrack = null;
        }
        else if (Math.Abs(source + track.PreviousShift - place) < track.Ticks(500_000) && source + track.PreviousShift > track.LastOut)
        {
            place = source + track.PreviousShift;
        }
        else
        {
            (_mendTrack, _mendDelta, _mendArrival) = (track, delta, now);
        }

        track.MoveTo(source, place);
        return true;
    }

    private void Steer(long media, long now)
    {
        var error = Instant.Now(clock).Microseconds - (_zero + media);
        _error += (error - _error) / 16;
        var most = Math.Max(0, media - _lastLead) * MaxSlew;
        _zero += Math.Clamp(_error, -most, most);
        _lastLead = media;
        if (error < ReanchorDistance) _behindSince = null;
        else _behindSince ??= now;
    }
}
