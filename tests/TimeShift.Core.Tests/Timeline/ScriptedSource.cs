using TimeShift.Core.Hub;
using TimeShift.Core.Media;
using TimeShift.Core.Packets;
using TimeShift.Core.Timeline;

namespace TimeShift.Core.Tests.Timeline;

/// <summary>A packet as the timeline let it out.</summary>
/// <param name="True">When the camera took it, seconds since the test began.</param>
/// <param name="Epoch">Counts from 0.</param>
internal sealed record Stamped(int Track, double True, int Epoch, MediaTime Dts, MediaTime Pts, Instant Instant, bool IsKey);

/// <summary>
/// 25 pictures a second (a key frame each second) and AAC frames, in the order a camera sends them, with the source's times made wrong by the test. The clock moves
/// along with the source.
/// </summary>
internal sealed class ScriptedSource
{
    private readonly PacketPool _pool = new();
    private readonly TrackSet _tracks;
    private int _epoch = -1;
    private long _frames;
    private long _sounds;
    private double _passed;
    private long _clockTicks;

    public ScriptedSource(TrackSet? tracks = null)
    {
        _tracks = tracks ?? new TrackSet([TestTracks.Video(), TestTracks.Audio()]);
        Timeline = new StreamTimeline(Clock);
        Begin(EpochReason.Start);
    }

    public SteppedClock Clock { get; } = new();

    public StreamTimeline Timeline { get; }

    /// <summary>Seconds of media time when the camera began.</summary>
    public double Origin => Out[0].Pts.Seconds - Out[0].True;

    public List<Stamped> Out { get; } = [];

    public List<EpochReason> Epochs { get; } = [];

    /// <summary>Seconds that the camera has run.</summary>
    public double Now { get; private set; }

    /// <summary>The source's clock: seconds of true time to seconds of media time, by track.</summary>
    public Func<int, double, double> Time { get; set; } = (_, t) => t;

    /// <summary>Media times are whole milliseconds, as FLV has them.</summary>
    public bool RoundsToMilliseconds { get; init; }

    /// <summary>Seconds that the clock moves for each second of media.</summary>
    public double Pace { get; set; } = 1;

    public IEnumerable<Stamped> Video => Out.Where(p => p.Track == 0);

    public IEnumerable<Stamped> Audio => Out.Where(p => p.Track == 1);

    public void Begin(EpochReason reason)
    {
        Timeline.BeginEpoch(_tracks, reason);
        Epochs.Add(reason);
        _epoch++;
    }

    /// <summary>Sends what the camera takes in so many seconds.</summary>
    public ScriptedSource Run(double seconds)
    {
        var end = Now + seconds;
        while (true)
        {
            var frame = _frames / 25.0;
            var sound = _tracks.Tracks.Length > 1 ? _sounds * 1024.0 / 48_000 : double.MaxValue;
            if (Math.Min(frame, sound) >= end) break;
            if (frame <= sound) Send(0, frame, isKey: _frames++ % 25 == 0);
            else
            {
                _sounds++;
                Send(1, sound, isKey: true);
            }
        }

        MoveTo(end);
        return this;
    }

    /// <summary>Nothing is taken or sent for so long; the camera's clock goes on unless it <paramref name="stops"/>.</summary>
    public ScriptedSource Silence(double seconds, bool stops = false)
    {
        if (stops)
        {
            Clock.Advance(TimeSpan.FromSeconds(seconds));
            return this;
        }

        MoveTo(Now + seconds);
        _frames = (long)Math.Ceiling(Now * 25);
        _frames += (25 - _frames % 25) % 25;
        _sounds = (long)Math.Ceiling(Now * 48_000 / 1024);
        return this;
    }

    public TimestampVerdict SendRaw(int track, long dts, long pts, bool isKey, double at = -1)
    {
        using var owned = _pool.Rent(8);
        var packet = owned.Packet;
        var scale = _tracks.Tracks[track].Timescale;
        (packet.TrackIndex, packet.Flags) = (track, isKey ? PacketFlags.Key : PacketFlags.None);
        (packet.Dts, packet.Pts) = (new MediaTime(dts, scale), new MediaTime(pts, scale));
        var verdict = Timeline.Stamp(packet);
        if (verdict == TimestampVerdict.NewEpoch)
        {
            Begin(EpochReason.TimeJump);
            verdict = Timeline.Stamp(packet);
            Assert.NotEqual(TimestampVerdict.NewEpoch, verdict);
        }

        if (verdict == TimestampVerdict.Ok) Out.Add(new Stamped(track, at < 0 ? Now : at, _epoch, packet.Dts, packet.Pts, packet.Instant, isKey));
        return verdict;
    }

    private void Send(int track, double taken, bool isKey)
    {
        MoveTo(Math.Max(Now, taken));
        var scale = _tracks.Tracks[track].Timescale.TicksPerSecond;
        var seconds = Time(track, taken);
        var ticks = RoundsToMilliseconds ? (long)Math.Round(seconds * 1000) * scale / 1000 : (long)Math.Round(seconds * scale);
        SendRaw(track, ticks, ticks, isKey, taken);
    }

    private void MoveTo(double time)
    {
        // From one sum, so that rounding does not add up.
        _passed += (time - Now) * Pace;
        var ticks = (long)Math.Round(_passed * TimeSpan.TicksPerSecond);
        Clock.Advance(TimeSpan.FromTicks(ticks - _clockTicks));
        _clockTicks = ticks;
        Now = time;
    }
}
