using TimeShift.Core.Hub;
using TimeShift.Core.Media;
using TimeShift.Core.Packets;

namespace TimeShift.Core.Timeline;

/// <summary>
/// Puts a source's packets on the stream's timeline. UTC is the server's clock smoothed: media durations drive it, the wall clock corrects it by at most 500 ppm, and it
/// never goes back, over epochs, reconnects and steps of the wall clock. Media time is UTC since 1970 where an epoch begins, goes by the source's own clock from there on,
/// and never goes back either: what is presented in an epoch lies behind all that was presented in the ones before.
/// Not thread-safe; the stream's lock guards it.
/// </summary>
internal sealed class StreamTimeline(TimeProvider clock)
{
    /// <summary>How far before an epoch's first packet another track may begin; left free behind the epoch before, where the lead is not the first.</summary>
    private const long LeadIn = 1_000_000;

    /// <summary>A step this long is looked at twice; a key-frame-only or 1 fps camera stays below it.</summary>
    private const long MaxStep = 3_000_000;

    /// <summary>When nothing of any track came for this long, and times do not go on as if nothing had happened, media is missing.</summary>
    private const long MaxPause = 3_000_000;

    /// <summary>How far tracks that belong together lie apart as they arrive.</summary>
    private const long MaxInterleaving = 1_000_000;

    /// <summary>Up to this far back is jitter (a repeated time at the loop of a file, say), beyond it the clock was set.</summary>
    private const long MaxBackwards = 50_000;
    private const long MaxCompositionOffset = 10_000_000;
    private const long MaxDecodeLead = 1_000_000;
    private const long MaxDistanceBetweenTracks = 10_000_000;
    private const double MaxSlew = 500e-6;

    /// <summary>This far behind the wall clock, for that long, and the timeline is set anew (a source that stalled and dropped what it had).</summary>
    private const long ReanchorDistance = 3_000_000;
    private static readonly TimeSpan _reanchorAfter = TimeSpan.FromSeconds(10);

    private TrackTimestamps[] _tracks = [];
    private int _lead;
    private TrackTimestamps? _latest;
    private long _latestMedia;
    private long _latestArrival;
    private long _lastPause = long.MinValue;
    private double _zero;
    private double _error;
    private long _lastLead;
    private bool _leadSeen;
    private long? _behindSince;
    private Instant? _end;
    private Instant? _floor;
    private long _mediaEnd;
    private long _mediaFloor;
    private long _mediaStart;
    private bool _continueSeamlessly;
    private long _mendDelta;
    private long _mendArrival;
    private long _mends;
    private long _mended;
    private long _dropped;
    private long _jumps;

    public TimelineCounters Counters => new(Interlocked.Read(ref _mended), Interlocked.Read(ref _dropped), Interlocked.Read(ref _jumps));

    /// <param name="mediaEnd">Media time, in microseconds, at which all that was presented so far ends.</param>
    public void ContinueAfter(Instant end, long mediaEnd)
    {
        _end = _end is { } known ? Instant.Max(known, end) : end;
        _mediaEnd = Math.Max(_mediaEnd, mediaEnd);
    }

    public void BeginEpoch(TrackSet tracks, EpochReason reason)
    {
        _tracks = [.. tracks.Tracks.Select(t => new TrackTimestamps(t))];
        _lead = tracks.IndexOf(tracks.Lead);
        _latest = null;
        _behindSince = null;
        _lastPause = long.MinValue;
        _mendArrival = long.MinValue;
        _floor = _end;
        _mediaFloor = _mediaEnd;
        _leadSeen = false;
        _continueSeamlessly = reason == EpochReason.CodecChange;
        if (reason == EpochReason.TimeJump) _jumps++;
    }

    /// <summary>Replaces the packet's source times by the timeline's and sets its instant.</summary>
    public TimestampVerdict Stamp(MediaPacket packet)
    {
        var track = _tracks[packet.TrackIndex];
        var isLead = packet.TrackIndex == _lead;
        var now = clock.GetTimestamp();
        var source = packet.Dts.Ticks;
        var composition = Composition(track, unchecked(packet.Pts.Ticks - source));
        var moved = false;
        if (!track.Started)
        {
            if (_latest is null) Anchor(isLead);
            var first = FirstPlace(track, source, composition);
            if (first + composition < track.Ticks(_mediaFloor))
            {
                _dropped++;
                return TimestampVerdict.Drop;
            }

            track.Start(source, first);
        }
        else
        {
            if (isLead && packet.IsKey && _behindSince is { } since && clock.GetElapsedTime(since, now) > _reanchorAfter) return TimestampVerdict.NewEpoch;
            if (Elapsed(_latestArrival, now) > MaxPause) _lastPause = now;
            if (!TryMend(track, track.In(source), now, out moved)) return TimestampVerdict.NewEpoch;
        }

        if (composition < 0) track.DecodeEarlier(-composition);
        var media = track.Media(track.In(source));
        var place = Math.Max(0, track.Place(media));
        track.Accept(track.In(source), place, now, moved);
        (_latest, _latestMedia, _latestArrival) = (track, track.Microseconds(media), now);
        SetTimes(packet, track, place, Math.Max(place, media + composition), now, isLead);
        return TimestampVerdict.Ok;
    }

    private void SetTimes(MediaPacket packet, TrackTimestamps track, long place, long shown, long now, bool isLead)
    {
        var scale = track.Track.Timescale;
        packet.Dts = new MediaTime(place, scale);
        packet.Pts = new MediaTime(shown, scale);
        var time = packet.Pts.Microseconds;
        if (isLead)
        {
            if (!_leadSeen)
            {
                // Another track may have come first and set the clock by its own beginning: what is recorded already is not overlapped all the same.
                if (_floor is { } floor && _zero + time < floor.Microseconds) _zero = floor.Microseconds - time;
                _lastLead = packet.Dts.Microseconds;
                _leadSeen = true;
            }

            Steer(packet.Dts.Microseconds, now);
        }

        packet.Instant = new Instant((long)Math.Floor(_zero) + time);
        var length = Math.Max(1, track.Microseconds(track.LastStep));
        ContinueAfter(new Instant(packet.Instant.Microseconds + length), time + length);
    }

    // In ticks; absurd offsets count as none. Negative ones, of writers that count from the first picture shown, make decoding run ahead.
    private long Composition(TrackTimestamps track, long offset)
    {
        if (offset >= -track.Ticks(MaxDecodeLead) && offset <= track.Ticks(MaxCompositionOffset)) return offset;
        _mended++;
        return 0;
    }

    // The epoch's beginning is the presentation of its first packet; decoding runs ahead of it by the composition offset.
    private void Anchor(bool isLead)
    {
        var now = Instant.Now(clock);
        var seamless = _continueSeamlessly && _end is { } last && Math.Abs(now.Microseconds - last.Microseconds) < MaxPause;
        var start = _end is not { } end ? now : seamless ? end : Instant.Max(now, end);
        // Where the source's clock ran fast, media time is ahead of UTC; where it ran slow, the two meet again in the gap.
        _mediaStart = seamless ? _mediaFloor : Math.Max(start.Microseconds, _mediaFloor + (isLead ? 0 : LeadIn));
        _mediaFloor = Math.Max(_mediaFloor, _mediaStart - LeadIn);
        _zero = start.Microseconds - _mediaStart;
        _error = 0;
    }

    // Decoding time, in ticks.
    private long FirstPlace(TrackTimestamps track, long source, long composition)
    {
        if (_latest is null) return track.Ticks(_mediaStart) - composition;
        var distance = track.SourceMicroseconds(source) - _latest.LastSourceMicroseconds;
        if (Int128.Abs(distance) <= MaxDistanceBetweenTracks) return track.Ticks(_latestMedia + (long)distance);
        // The tracks' clocks have nothing to do with one another: what arrives together belongs together.
        _mended++;
        return track.Ticks(_latestMedia);
    }

    // False: what lies between this packet and the last is missing, and an epoch must end here.
    private bool TryMend(TrackTimestamps track, long time, long now, out bool moved)
    {
        moved = false;
        var step = track.Microseconds(time - track.LastIn);
        var usual = track.Microseconds(track.LastStep);
        var waited = Elapsed(track.LastArrival, now);
        if (track.JustMoved && FitsBetterBefore(track, time))
        {
            // One packet's time was wrong, not the clock.
            track.MoveTo(time, time + track.PreviousShift);
            _mended++;
            return true;
        }

        if (step is > -MaxBackwards and <= MaxStep)
        {
            if (step <= 0) _mended++;
            return true;
        }

        if (_lastPause > track.LastArrival) return false;
        // The track alone was silent, or its packets were dropped, while others went on.
        if (step > 0 && (Math.Abs(step - waited) <= Math.Max(1_000_000, waited / 4) || IsWithOthers(track, time))) return true;

        _mended++;
        // The last packet alone was ahead of its time: the next ones close up until their times have reached it.
        if (step < 0 && track.Microseconds(time - track.BeforeLastIn) is > 0 and <= MaxStep) return true;
        moved = true;
        MoveClock(track, time, step - (waited > MaxPause ? waited : usual), now);
        return true;
    }

    private bool IsWithOthers(TrackTimestamps track, long time) =>
        _latest != track && Math.Abs(track.Microseconds(time + track.Shift) - _latestMedia) <= MaxInterleaving;

    private static bool FitsBetterBefore(TrackTimestamps track, long time)
    {
        var before = time + track.PreviousShift - track.Expected;
        return Math.Abs(before) < Math.Abs(time + track.Shift - track.Expected) && Math.Abs(before) < track.Ticks(500_000) && before > -track.LastStep;
    }

    private void MoveClock(TrackTimestamps track, long time, long delta, long now)
    {
        if (_mends > track.LastMend && _mendArrival != long.MinValue
            && clock.GetElapsedTime(_mendArrival, now) < _reanchorAfter && Math.Abs(_mendDelta - delta) < 1_000_000)
        {
            // Another track's clock was set by about as much a moment ago: the same correction keeps the two in step.
            track.LastMend = _mends;
            track.MoveTo(time, Math.Max(track.LastOut + track.DecodeLead + 1, time + track.Shift - track.Ticks(_mendDelta)));
            return;
        }

        var previous = time + track.PreviousShift;
        if (Math.Abs(previous - track.Expected) < track.Ticks(500_000) && previous > track.LastOut + track.DecodeLead)
        {
            track.MoveTo(time, previous);
            return;
        }

        track.LastMend = ++_mends;
        (_mendDelta, _mendArrival) = (delta, now);
        track.MoveTo(time, time + track.Shift - track.Ticks(delta));
    }

    private void Steer(long media, long now)
    {
        var error = Instant.Now(clock).Microseconds - (_zero + media);
        _error += (error - _error) / 16;
        var most = Math.Max(0, media - _lastLead) * MaxSlew;
        // A sixty-fourth, so that a filtered error dies away without swinging.
        _zero += Math.Clamp(_error / 64, -most, most);
        _lastLead = media;
        if (error < ReanchorDistance) _behindSince = null;
        else _behindSince ??= now;
    }

    private long Elapsed(long since, long now) => (long)clock.GetElapsedTime(since, now).TotalMicroseconds;
}
