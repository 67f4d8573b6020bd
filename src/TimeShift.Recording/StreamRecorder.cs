using Microsoft.Extensions.Logging;
using TimeShift.Core.Hub;
using TimeShift.Core.Media;
using TimeShift.Core.Packets;
using TimeShift.Formats.Hls;
using TimeShift.Storage;
using TimeShift.Storage.Live;
using TimeShift.Storage.Reels;

namespace TimeShift.Recording;

/// <summary>
/// Records one stream: gathers packets into parts, decides where parts, segments and reels end, and hands them to the archive. Runs on the publisher's thread and does
/// no I/O; called under the stream's lock, so by one thread at a time.
/// </summary>
public sealed class StreamRecorder : IPacketSink
{
    /// <summary>Longest target duration that a group of pictures may ask for, seconds: 60 s between key frames is what cameras allow at most.</summary>
    public const int MaxTargetDuration = 60;

    /// <summary>When the lead track is silent for this long, the others are cut without it.</summary>
    private const long LeadSilence = 3_000_000;
    private const int MaxHeldPackets = 512;

    /// <summary>A reel begins at this time, so that a packet of another track that comes late and lies before has a place.</summary>
    private const long LeadIn = 1_000_000;
    private static readonly TimeSpan _retryReel = TimeSpan.FromSeconds(5);

    /// <summary>A reel that is this much too long ends without waiting for a key frame any more: some encoders never send a second one.</summary>
    private static readonly TimeSpan _reelPatience = TimeSpan.FromSeconds(MaxTargetDuration);

    private readonly StreamArchive _archive;
    private readonly CutRule _rule;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly GopHistory _gops = new();
    private TrackBuffer[] _tracks = [];
    private TrackBuffer? _lead;
    private StreamEpoch? _epoch;
    private ReelWriter? _reel;
    private long _reelBroken;
    private TimeSpan _shift;
    private MediaTime _keyOffset;
    private Instant _segmentInstant;
    private long _segmentStart;
    private long _partStart;
    private bool _segmentOpen;
    private bool _leadOpen;
    private bool _leadMissed;
    private bool _saidNotPlayed;
    private uint _parts;
    private long _skipped;

    public StreamRecorder(StreamArchive archive, RecordingOptions options, TimeProvider clock, ILogger logger)
    {
        _archive = archive;
        _rule = CutRule.From(options);
        _clock = clock;
        _logger = logger;
    }

    /// <summary>Packets that came before the first key frame of their epoch and cannot be decoded.</summary>
    public long Skipped => Interlocked.Read(ref _skipped);

    private long Longest => CutRule.Longest(_archive.TargetDuration);

    public void OnEpoch(StreamEpoch epoch)
    {
        Finish();
        _epoch = epoch;
        _tracks = [.. epoch.Tracks.Tracks.Select(t => new TrackBuffer(t, _archive.LastEnd is not null))];
        _lead = _tracks[epoch.Tracks.IndexOf(epoch.Tracks.Lead)];
        _leadOpen = _leadMissed = false;
        _gops.Clear();
        if (_saidNotPlayed || epoch.Tracks.Tracks.FirstOrDefault(t => !HlsCodecs.Plays(t.Codec)) is not { } silent) return;
        _saidNotPlayed = true;
        Log.NotPlayedOverHls(_logger, _archive.Name, silent);
    }

    public void OnPacket(MediaPacket packet)
    {
        var track = _tracks[packet.TrackIndex];
        var time = packet.Dts.Microseconds;
        if (track == _lead)
        {
            if (!_leadOpen && !packet.IsKey || track.IsLeading(packet))
            {
                _skipped++;
                return;
            }

            if (!_segmentOpen) Begin(packet, independent: true);
            else CutByLead(packet, time);
            if (packet.IsKey)
            {
                _gops.AddKey(time);
                _keyOffset = packet.Pts - packet.Dts;
            }

            _leadOpen = true;
            track.Add(packet);
            return;
        }

        if (_segmentOpen && (!_leadOpen || time - _lead!.LastDts.Microseconds > LeadSilence))
        {
            _leadMissed = _leadOpen;
            CutWithoutLead(packet.Instant, time, track.Step.Microseconds);
        }

        track.Add(packet);
        if (!_segmentOpen) Hold(track, time);
    }

    public void OnEnd(StreamEnd end)
    {
        Finish();
        _epoch = null;
    }

    // Before the lead's first key frame, the other tracks' packets wait for it, so that none is lost; but not for ever.
    private void Hold(TrackBuffer track, long time)
    {
        MediaPacket? first = null;
        foreach (var other in _tracks)
        {
            if (other.First is { } candidate && (first is null || candidate.Dts < first.Dts)) first = candidate;
        }

        if (time - first!.Dts.Microseconds > LeadSilence)
        {
            Begin(first, independent: false);
            CutWithoutLead(first.Instant, time, track.Step.Microseconds);
        }
        else if (track.Count > MaxHeldPackets)
        {
            track.DropFirst();
            _skipped++;
        }
    }

    private void Begin(MediaPacket packet, bool independent)
    {
        // Its first packet may lie a little before the one that the timeline was set by; the archive's instants only grow.
        _shift = _archive.LastEnd is { } end && end > packet.Instant ? end - packet.Instant : TimeSpan.Zero;
        var start = packet.Instant + _shift;
        BeginReel(start, discontinuity: true, packet.Pts);
        BeginSegment(start, packet.Dts.Microseconds, packet.SourceInstant, independent);
    }

    private void CutByLead(MediaPacket packet, long time)
    {
        if (!_leadOpen)
        {
            Join(packet, Math.Max(time, _partStart));
            return;
        }

        var returns = _leadMissed && packet.IsKey;
        if (_leadMissed) _gops.Break();
        _leadMissed = false;
        if (returns) time = Math.Max(time, _partStart);
        else if (time <= _partStart) return;
        if (!CutBeforeLate(packet, time)) return;
        var gop = packet.IsKey ? _gops.LengthTo(time) : 0;
        var step = _lead!.Step.Microseconds;
        var cut = returns ? Cut.Segment
            : _rule.Decide(time - _segmentStart, time - _partStart, step, Math.Max(gop, _gops.Longest), packet.IsKey, Longest);
        if (cut == Cut.None) return;
        _lead.EndLastAt(packet.Dts);
        EndPart(time);
        if (cut == Cut.Part) return;
        var duration = time - _segmentStart;
        _reel!.EndSegment((uint)duration);
        var independent = cut == Cut.Segment;
        // Instants are of presentation: what comes first in decoding order is not what is shown first, but for a key frame.
        var start = packet.Instant + _shift;
        if (!independent) start += (_keyOffset - (packet.Pts - packet.Dts)).Span;
        else if (returns) start = Instant.Max(start, _archive.LastEnd ?? start);
        // The clock's correction may put the instant a little before the end of what was written; reels must not overlap.
        var notBefore = Instant.Max(start, _archive.LastEnd ?? start);
        var before = _reel;
        ChangeReel(notBefore, time, independent, gop);
        BeginSegment(_reel == before ? start : notBefore, time, packet.SourceInstant, independent);
    }

    // No frame came for so long that a part, or the segment, should have ended meanwhile: it ends where it should have. False where nothing of any track lies in between.
    private bool CutBeforeLate(MediaPacket packet, long time)
    {
        var longest = Math.Max(_rule.Part, _lead!.IsStepKnown ? _lead.Step.Microseconds : time - _lead.LastDts.Microseconds);
        while (time - _segmentStart > Longest || time - _partStart > longest + CutRule.Rounding)
        {
            _lead.EndLastAt(packet.Dts);
            // The group of pictures is so long because a part of it is missing.
            _gops.Break();
            var at = Math.Min(_partStart + longest, _segmentStart + Longest);
            if (at >= _segmentStart + Longest ? EndSegment(at) : EndPart(at)) continue;
            Skip(packet.Instant, time, packet.IsKey);
            return false;
        }

        return true;
    }

    // The lead's first key frame, and the others did not wait for it.
    private void Join(MediaPacket key, long time)
    {
        EndPart(time);
        _reel!.EndSegment((uint)(_partStart - _segmentStart));
        var start = Instant.Max(key.Instant + _shift, _archive.LastEnd ?? key.Instant);
        BeginReel(start, discontinuity: true, key.Pts);
        BeginSegment(start, time, key.SourceInstant, independent: true);
    }

    /// <summary>Cuts where the lead track would have been cut, though it has nothing there; also in retrospect, since it takes a while to be missed.</summary>
    private void CutWithoutLead(Instant instant, long time, long step)
    {
        while (time - _partStart + step > _rule.Part && time > _partStart)
        {
            var at = Math.Min(Math.Min(time, _partStart + _rule.Part), _segmentStart + Longest);
            var full = _rule.IsFull(at - _segmentStart) || at - _segmentStart + step > Longest;
            if (full ? EndSegment(at) : EndPart(at)) continue;
            Skip(instant, time, isKey: false);
            return;
        }
    }

    // Ends the segment where no key frame is; with its last part, where there is no packet for another up to there. False where it has none at all.
    private bool EndSegment(long at)
    {
        if (!EndPart(at))
        {
            if (_partStart == _segmentStart) return false;
            at = _partStart;
        }

        var duration = at - _segmentStart;
        _reel!.EndSegment((uint)duration);
        var start = _segmentInstant + TimeSpan.FromMicroseconds(duration);
        ChangeReel(start, at, isKey: false, gop: 0);
        BeginSegment(start, at, null, !_epoch!.Tracks.HasVideo);
        return true;
    }

    // No track has anything for longer than a segment may be: the time up to here is left out.
    private void Skip(Instant instant, long time, bool isKey)
    {
        _reel!.EndSegment((uint)(_partStart - _segmentStart));
        var start = Instant.Max(instant + _shift, _archive.LastEnd ?? instant);
        BeginReel(start, discontinuity: true, new MediaTime(time, Timescale.Microseconds));
        BeginSegment(start, time, null, isKey || !_epoch!.Tracks.HasVideo);
    }

    // Between two segments a reel may end: a group of pictures turned out longer than the target duration, its disk failed, or it is an hour long.
    private void ChangeReel(Instant start, long time, bool isKey, long gop)
    {
        var from = new MediaTime(time, Timescale.Microseconds);
        if (gop > Longest && _archive.TargetDuration < MaxTargetDuration)
        {
            _archive.RaiseTarget(Math.Min(CutRule.TargetFor(gop), MaxTargetDuration));
            BeginReel(start, discontinuity: true, from);
        }
        else if (_reel!.IsBroken)
        {
            if (_reelBroken == 0) _reelBroken = _clock.GetTimestamp();
            if (!isKey || _archive.PendingBytes > 0 || _clock.GetElapsedTime(_reelBroken) < _retryReel) return;
            Log.ReelRetried(_logger, _archive.Name);
            BeginReel(start, discontinuity: true, from);
        }
        else if (start - _reel.Reel.NominalStart >= _archive.Options.MaxReelLength + (isKey ? TimeSpan.Zero : _reelPatience))
        {
            BeginReel(start, discontinuity: false, from);
        }
    }

    /// <param name="from">Media time of what comes first, by what is known; another track's packet may be there already and lie before it.</param>
    private void BeginReel(Instant start, bool discontinuity, MediaTime from)
    {
        foreach (var track in _tracks)
        {
            if (track.First is { } waiting && waiting.Pts < from) from = waiting.Pts;
        }

        _reel?.Close(continues: true);
        _reel = _archive.StartReel(_epoch!.Tracks, start, discontinuity, Math.Max(0, from.Microseconds - LeadIn));
        _reelBroken = 0;
    }

    private void BeginSegment(Instant start, long time, Instant? sourceClock, bool independent)
    {
        _segmentInstant = start;
        _segmentStart = _partStart = time;
        _segmentOpen = true;
        _reel!.BeginSegment(start, sourceClock, independent, time);
    }

    // Sends off what lies before the given time; false where nothing does.
    private bool EndPart(long time, bool all = false)
    {
        var limit = all ? long.MaxValue : time;
        var count = 0;
        foreach (var track in _tracks)
        {
            if (track.CountBefore(limit) > 0) count++;
        }

        if (count == 0 || time <= _partStart) return false;
        var origin = _reel!.Reel.Header.MediaOrigin;
        var keyTime = _lead!.CountBefore(limit) > 0 && _lead.KeyTime is { } key ? key - new MediaTime(origin, Timescale.Microseconds) : default(MediaTime?);
        var fragments = new PartFragment[count];
        _parts++;
        count = 0;
        for (var i = 0; i < _tracks.Length; i++)
        {
            if (_tracks[i].TakeFragment(FragmentSequence.Of(_parts, i), _tracks[i].CountBefore(limit), origin) is { } fragment) fragments[count++] = fragment;
        }

        _reel.AddPart(fragments, (uint)(time - _partStart), keyTime);
        _partStart = time;
        return true;
    }

    private void Finish()
    {
        if (_segmentOpen)
        {
            var last = 0L;
            foreach (var track in _tracks)
            {
                if (track.HasSeenPacket) last = Math.Max(last, track.End.Microseconds);
            }

            var end = _leadOpen ? _lead!.End.Microseconds : 0;
            if (last - Math.Max(end, _partStart) > _rule.Part)
            {
                CutWithoutLead(_segmentInstant, last, 0);
                end = last;
            }

            EndPart(end > _partStart ? end : Math.Max(last, _partStart + 1), all: true);
            _reel!.EndSegment((uint)(_partStart - _segmentStart));
            _reel.Close();
        }

        foreach (var track in _tracks)
        {
            if (!_segmentOpen) _skipped += track.Count;
            track.Clear();
        }

        _tracks = [];
        _reel = null;
        _segmentOpen = false;
    }
}
