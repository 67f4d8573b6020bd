using Microsoft.Extensions.Logging;
using TimeShift.Core.Hub;
using TimeShift.Core.Media;
using TimeShift.Core.Packets;
using TimeShift.Storage;
using TimeShift.Storage.Live;

namespace TimeShift.Recording;

/// <summary>
/// Records one stream: gathers packets into parts, decides where parts, segments and reels end, and hands them to the archive. Runs on the publisher's thread and does
/// no I/O; called under the stream's lock, so by one thread at a time.
/// </summary>
public sealed class StreamRecorder : IPacketSink
{
    /// <summary>Longest target duration that a group of pictures may ask for, seconds: 60 s between key frames is what cameras allow at most.</summary>
    public const int MaxTargetDuration = 60;

    /// <summary>When the lead track is silent for this long, another one decides where to cut.</summary>
    private const long LeadSilence = 3_000_000;
    private const int MaxHeldPackets = 512;
    private static readonly TimeSpan _retryReel = TimeSpan.FromSeconds(5);

    private readonly StreamArchive _archive;
    private readonly CutRule _rule;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private TrackBuffer[] _tracks = [];
    private TrackBuffer? _lead;
    private StreamEpoch? _epoch;
    private ReelWriter? _reel;
    private long _reelBroken;
    private Instant _segmentInstant;
    private long _segmentStart;
    private long _partStart;
    private long _gopStart;
    private long _gop;
    private bool _segmentOpen;
    private bool _epochStarted;
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

    public void OnEpoch(StreamEpoch epoch)
    {
        Finish();
        _epoch = epoch;
        _tracks = [.. epoch.Tracks.Tracks.Select(t => new TrackBuffer(t))];
        _lead = _tracks[epoch.Tracks.IndexOf(epoch.Tracks.Lead)];
        _epochStarted = false;
        _gop = 0;
    }

    public void OnPacket(MediaPacket packet)
    {
        var track = _tracks[packet.TrackIndex];
        var time = packet.Dts.Microseconds;
        var isLead = track == _lead;
        // While the lead track is silent (its camera's encoder died, say), the others go on being cut.
        var decides = isLead || _lead!.HasSeenPacket && time - _lead.LastDts.Microseconds > LeadSilence || !_lead.HasSeenPacket && HeldTooLong(time);
        if (!_segmentOpen && !_epochStarted)
        {
            if (!decides || isLead && !packet.IsKey)
            {
                Hold(track, packet, isLead);
                return;
            }
        }

        if (decides) CutBefore(packet, track, time, isLead && packet.IsKey);
        track.Add(packet);
    }

    public void OnEnd(StreamEnd end)
    {
        Finish();
        _epoch = null;
    }

    private bool HeldTooLong(long time)
    {
        foreach (var track in _tracks)
        {
            if (track.Count > 0 && track.KeyTime is { } first && time - first.Microseconds > LeadSilence) return true;
        }

        return false;
    }

    // Before the first key frame, the lead's packets are of no use; other tracks' wait for it, so that none of theirs is lost.
    private void Hold(TrackBuffer track, MediaPacket packet, bool isLead)
    {
        if (isLead)
        {
            _skipped++;
            return;
        }

        track.Add(packet);
        if (track.Count <= MaxHeldPackets) return;
        track.DropFirst();
        _skipped++;
    }

    private void CutBefore(MediaPacket packet, TrackBuffer track, long time, bool isKey)
    {
        if (!_segmentOpen)
        {
            BeginReel(packet.Instant, discontinuity: true);
            BeginSegment(packet, time, isKey || !_epoch!.Tracks.HasVideo);
            return;
        }

        if (isKey)
        {
            _gop = time - _gopStart;
            _gopStart = time;
        }

        var cut = _rule.Decide(time - _segmentStart, time - _partStart, track.Step.Microseconds, _gop, isKey, _archive.TargetDuration * 1_000_000L);
        if (cut == Cut.None) return;
        if (track == _lead) track.EndLastAt(packet.Dts);
        EndPart(time);
        if (cut == Cut.Part) return;
        var duration = time - _segmentStart;
        _reel!.EndSegment((uint)duration);
        var independent = cut == Cut.Segment;
        if (independent) ChangeReel(packet.Instant);
        BeginSegment(packet, time, independent || !_epoch!.Tracks.HasVideo, independent ? null : _segmentInstant + TimeSpan.FromMicroseconds(duration));
    }

    // At a key frame a reel may end: it is an hour long, its disk failed, or a group of pictures turned out longer than the target duration.
    private void ChangeReel(Instant instant)
    {
        if (_gop > _archive.TargetDuration * 1_000_000L + CutRule.Overshoot && _archive.TargetDuration < MaxTargetDuration)
        {
            _archive.RaiseTarget(Math.Min(CutRule.TargetFor(_gop), MaxTargetDuration));
            BeginReel(instant, discontinuity: true);
        }
        else if (_reel!.IsBroken)
        {
            if (_reelBroken == 0) _reelBroken = _clock.GetTimestamp();
            if (_archive.PendingBytes > 0 || _clock.GetElapsedTime(_reelBroken) < _retryReel) return;
            Log.ReelRetried(_logger, _archive.Name);
            BeginReel(instant, discontinuity: true);
        }
        else if (instant - _reel.Reel.NominalStart >= _archive.Options.MaxReelLength)
        {
            BeginReel(instant, discontinuity: false);
        }
    }

    private void BeginReel(Instant start, bool discontinuity)
    {
        _reel?.Close(continues: true);
        _reel = _archive.StartReel(_epoch!.Tracks, start, discontinuity);
        _reelBroken = 0;
    }

    private void BeginSegment(MediaPacket packet, long time, bool independent, Instant? start = null)
    {
        _segmentInstant = start ?? packet.Instant;
        _segmentStart = _partStart = time;
        if (!_epochStarted) _gopStart = time;
        _segmentOpen = _epochStarted = true;
        _reel!.BeginSegment(_segmentInstant, packet.SourceInstant, independent);
    }

    private void EndPart(long time)
    {
        var count = 0;
        foreach (var track in _tracks)
        {
            if (track.Count > 0) count++;
        }

        if (count == 0 || time <= _partStart) return;
        var keyTime = _lead!.KeyTime;
        var fragments = new PartFragment[count];
        _parts++;
        count = 0;
        for (var i = 0; i < _tracks.Length; i++)
        {
            if (_tracks[i].TakeFragment(Storage.Reels.FragmentSequence.Of(_parts, i)) is { } fragment) fragments[count++] = fragment;
        }

        _reel!.AddPart(fragments, (uint)(time - _partStart), keyTime);
        _partStart = time;
    }

    private void Finish()
    {
        if (_segmentOpen)
        {
            var end = _lead!.HasSeenPacket && _lead.End.Microseconds > _partStart
                ? _lead.End.Microseconds
                : _tracks.Where(t => t.HasSeenPacket).Max(t => t.End.Microseconds);
            EndPart(end);
            _reel!.EndSegment((uint)Math.Max(0, Math.Max(end, _partStart) - _segmentStart));
            _reel.Close();
        }

        foreach (var track in _tracks) track.Clear();
        _tracks = [];
        _reel = null;
        _segmentOpen = false;
    }
}
