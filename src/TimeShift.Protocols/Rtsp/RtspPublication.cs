using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using TimeShift.Core.Hub;
using TimeShift.Core.Media;
using TimeShift.Core.Packets;

namespace TimeShift.Protocols.Rtsp;

/// <summary>
/// Publishes the tracks of one camera. Nothing goes out until every track has its configuration and is put on one clock with the others, or two seconds have gone
/// by (more where a picture waits for its first key frame); what came meanwhile is held and follows.
/// </summary>
/// <remarks>
/// Each track counts from a random time of its own (RFC 3550 §5.1). They are put together by the times that PLAY's answer names (RTP-Info), or by sender reports, or
/// by arrival, in this order; sender reports that say otherwise later are followed slowly, so that sound closes up with the picture without a jump.
/// </remarks>
internal sealed class RtspPublication : IRtspPackets, IDisposable
{
    private const int MaxHeld = 1024;

    /// <summary>RTP-Info that is this far from the first packet is of another time.</summary>
    private const long MaxPlayTimeDistance = 10_000_000;

    /// <summary>Tracks of one camera that are further apart have clocks that say nothing of one another.</summary>
    private const long MaxDistance = 5_000_000;

    /// <summary>One part in this many of a packet's length: 5 ms a second.</summary>
    private const long Slew = 200;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);

    /// <summary>For a key frame of a picture that is being sent: cameras whose SDP has no parameter sets take up to 10 s from one to the next, and sound alone would be a stream of its own.</summary>
    private static readonly TimeSpan _patienceForKey = TimeSpan.FromSeconds(11);
    private readonly Publisher _publisher;
    private readonly RtspTrack[] _tracks;
    private readonly RtspTrack _lead;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly Queue<(RtspTrack Track, OwnedPacket Packet)> _held = new();
    private long _firstArrival;
    private bool _started;
    private long _leadTime;

    public RtspPublication(Publisher publisher, IEnumerable<RtspTrack> tracks, TimeProvider clock, ILogger logger)
    {
        (_publisher, _clock, _logger) = (publisher, clock, logger);
        _tracks = [.. tracks];
        _lead = _tracks.FirstOrDefault(t => t.Codec.Kind() == MediaKind.Video) ?? _tracks[0];
        foreach (var track in _tracks) track.Packets = this;
    }

    public void Add(RtspTrack track, OwnedPacket packet)
    {
        if (_started)
        {
            if (track.TrackChanged) SetTracks();
            Send(track, packet);
            return;
        }

        if (_held.Count == 0) _firstArrival = _clock.GetTimestamp();
        _held.Enqueue((track, packet));
        StartIfDue();
    }

    /// <summary>Starts if waiting is over, whether packets come or not.</summary>
    public void StartIfDue()
    {
        if (_started || _held.Count == 0) return;
        if (_held.Count >= MaxHeld || Array.TrueForAll(_tracks, t => t.Track is not null && t.Reception.HasPackets) && CanAlign()
            || _clock.GetElapsedTime(_firstArrival) >= (Array.Exists(_tracks, t => t.Track is null && t.Reception.HasPackets) ? _patienceForKey : _patience)) Start();
    }

    public void End(StreamEnd end)
    {
        if (!_started && end != StreamEnd.Fault && _held.Count > 0) Start();
        _publisher.End(end);
    }

    public void Dispose()
    {
        while (_held.TryDequeue(out var held)) held.Packet.Dispose();
    }

    private void Start()
    {
        foreach (var track in _tracks.Where(t => t.Track is null)) Log.TrackWithoutConfig(_logger, _publisher.Stream.Name, track.ToString());
        if (!SetTracks())
        {
            Dispose();
            return;
        }

        _started = true;
        var byPlay = _tracks.All(HasPlayTime);
        var lead = _lead.Reception.HasPackets ? _lead : _held.Peek().Track;
        Align(lead, byPlay ? PlayTime(lead) : lead.Reception.FirstTime);
        foreach (var track in _tracks.Where(t => t != lead && t.Reception.HasPackets))
        {
            if (byPlay) Align(track, PlayTime(track));
            else if (!TryAlignByReports(track)) Align(track, track.Reception.FirstTime);
        }

        while (_held.TryDequeue(out var held)) Send(held.Track, held.Packet);
    }

    private bool CanAlign() => _tracks.Length == 1 || _tracks.All(HasPlayTime) || _tracks.All(t => t.Reception.ReportInstant is not null);

    private static bool HasPlayTime(RtspTrack track) => track.PlayTime is not null
        && (!track.Reception.HasPackets || Math.Abs(track.Reception.Microseconds(track.Reception.FirstTime - PlayTime(track))) < MaxPlayTimeDistance);

    private static long PlayTime(RtspTrack track) => track.Reception.FirstTime + unchecked((int)(track.PlayTime!.Value - (uint)track.Reception.FirstTime));

    private static void Align(RtspTrack track, long zero) => (track.Offset, track.IsAligned) = (-zero, true);

    // The offset that puts the track where its sender's clock and the lead's say that it is; null while one of them has not said.
    private long? ReportedOffset(RtspTrack track)
    {
        if (track == _lead || !_lead.IsAligned || track.Reception.ReportInstant is not { } own || _lead.Reception.ReportInstant is not { } other) return null;
        var lead = _lead.Reception.Microseconds(_lead.Reception.ReportTime + _lead.Offset);
        var distance = own.Microseconds - other.Microseconds;
        return Math.Abs(distance) > 60_000_000 ? null : track.Reception.Ticks(lead + distance) - track.Reception.ReportTime;
    }

    private bool TryAlignByReports(RtspTrack track)
    {
        if (ReportedOffset(track) is not { } offset) return false;
        // Clocks that say that what arrives together is far apart say nothing.
        var first = track.Reception.Microseconds(track.Reception.FirstTime + offset);
        if (!_started || Math.Abs(first - _lead.Reception.Microseconds(_lead.Reception.FirstTime + _lead.Offset)) > MaxDistance) return false;
        (track.Offset, track.IsAligned) = (offset, true);
        return true;
    }

    private bool SetTracks()
    {
        ImmutableArray<RtspTrack> ready = [.. _tracks.Where(t => t.Track is not null).OrderBy(t => t.Track!.Kind)];
        if (ready.IsEmpty) return false;
        for (var i = 0; i < ready.Length; i++)
        {
            ready[i].Position = i;
            ready[i].TrackChanged = false;
        }

        _publisher.SetTracks(new TrackSet([.. ready.Select((t, i) => t.Track! with { Id = i + 1 })]));
        return true;
    }

    private void Send(RtspTrack track, OwnedPacket owned)
    {
        if (track.Position < 0)
        {
            owned.Dispose();
            return;
        }

        var packet = owned.Packet;
        if (!track.IsAligned) AlignLate(track, packet.Pts.Ticks);
        else if (track != _lead) Follow(track);
        packet.TrackIndex = track.Position;
        packet.Dts = new MediaTime(packet.Dts.Ticks + track.Offset, track.Timescale);
        packet.Pts = new MediaTime(packet.Pts.Ticks + track.Offset, track.Timescale);
        if (track == _lead) _leadTime = packet.Dts.Microseconds;
        _publisher.Publish(owned);
    }

    // A track that begins when others run already.
    private void AlignLate(RtspTrack track, long time)
    {
        if (track != _lead && _tracks.All(HasPlayTime)) Align(track, PlayTime(track));
        else if (ReportedOffset(track) is { } offset && Math.Abs(track.Reception.Microseconds(time + offset) - _leadTime) < MaxDistance) (track.Offset, track.IsAligned) = (offset, true);
        else Align(track, time - track.Reception.Ticks(_leadTime));
    }

    private void Follow(RtspTrack track)
    {
        if (ReportedOffset(track) is not { } offset) return;
        var error = offset - track.Offset;
        if (Math.Abs(error) > track.Reception.Ticks(MaxDistance)) return;
        var most = Math.Max(1, track.Track!.NominalDuration.Ticks / Slew);
        track.Offset += Math.Clamp(error, -most, most);
    }
}
