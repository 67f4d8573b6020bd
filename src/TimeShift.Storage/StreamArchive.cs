using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using TimeShift.Core.Media;
using TimeShift.Formats.Mp4;
using TimeShift.Storage.Index;
using TimeShift.Storage.Live;
using TimeShift.Storage.Reels;
using TimeShift.Storage.Writing;

namespace TimeShift.Storage;

/// <summary>
/// All that is kept of one stream: its reels, oldest first, and the live edge in memory. Reading takes snapshots and may be done by anybody at any time; recording
/// is done by one <see cref="ReelWriter"/> at a time.
/// </summary>
public sealed class StreamArchive
{
    private readonly string _folder;
    private readonly ReelCache _cache;
    private readonly EdgeKeeper _edge = new();
    private readonly Lock _saving = new();
    private readonly WriteQueue _queue;
    private readonly ILogger _logger;
    private StreamIdentity _identity;
    private ImmutableArray<Reel> _reels;
    private ReelWriter? _writer;
    private long _nextNumber;
    private long _nextDiscontinuity;
    private long _lastEnd = long.MinValue;
    private long _droppedBytes;
    private int _saveWanted;
    private bool _recording;

    internal StreamArchive(StreamName name, string folder, StreamIdentity identity, ArchiveOptions options, DiskWriter writer, ReelCache cache, ILogger logger)
    {
        Name = name;
        Options = options;
        _folder = folder;
        _identity = identity;
        _cache = cache;
        _logger = logger;
        _queue = new WriteQueue(writer);
        var reels = ReelName.Enumerate(folder);
        while (reels.Count > 0 && !ReelRecovery.TryClose(name, reels[^1].Path, logger)) reels.RemoveAt(reels.Count - 1);
        _reels = [.. reels.Select(r => new Reel(r.Path, r.Start, cache))];
        _nextNumber = identity.NextSegment;
        _nextDiscontinuity = identity.NextDiscontinuity;
        if (_reels is not [.., var last]) return;
        _nextNumber = Math.Max(_nextNumber, last.FirstNumber + last.Index.Count);
        _nextDiscontinuity = Math.Max(_nextDiscontinuity, last.Header.DiscontinuitySequence + 1);
        _lastEnd = last.End.Microseconds;
        LoadTracks(last);
        Log.StreamOpened(logger, name, _reels.Length, _nextNumber);
    }

    public StreamName Name { get; }

    public ArchiveOptions Options { get; }

    public StreamIdentity Identity => Volatile.Read(ref _identity);

    /// <summary>EXT-X-TARGETDURATION, whole seconds.</summary>
    public int TargetDuration => Identity.TargetDuration;

    /// <summary>Oldest first; numbers and instants only grow from one to the next.</summary>
    public ImmutableArray<Reel> Reels
    {
        get
        {
            var reels = _reels;
            Interlocked.MemoryBarrier();
            return reels;
        }
    }

    public LiveEdge Edge => _edge.Current;

    /// <summary>The version of <see cref="Edge"/>: cheap, where only a change is looked for.</summary>
    public long EdgeVersion => _edge.Version;

    /// <summary>A reel is open: more will come.</summary>
    public bool IsRecording => Volatile.Read(ref _recording);

    /// <summary>The number that the next segment to be begun will have.</summary>
    public long NextNumber => Interlocked.Read(ref _nextNumber);

    /// <summary>End of the last whole segment; null while there is none.</summary>
    public Instant? LastEnd => Interlocked.Read(ref _lastEnd) is var end && end == long.MinValue ? null : new Instant(end);

    /// <summary>Bytes that live viewers could see and that were not recorded, because the disk failed or was behind.</summary>
    public long DroppedBytes => Interlocked.Read(ref _droppedBytes);

    /// <summary>Bytes that wait for the disk.</summary>
    public long PendingBytes => _queue.PendingBytes;

    /// <summary>How far back the live edge reaches: RFC 8216bis lets parts leave the list behind 3 target durations, and keeps them readable as long again.</summary>
    internal TimeSpan EdgeLength => TimeSpan.FromSeconds(6 * TargetDuration);

    internal EdgeSegment? Waiting(long number) => _edge.Waiting(number);

    /// <summary>Completes when <see cref="Edge"/> is newer than the version given.</summary>
    public Task WhenNewer(long version) => _edge.WhenNewer(version);

    /// <summary>Completes when all that was recorded so far is written.</summary>
    public Task WhenWritten() => _queue.WhenIdle();

    /// <summary>Begins a reel; the one before must be closed.</summary>
    /// <param name="start">Of its first segment.</param>
    /// <param name="discontinuity">Media time does not go on from the reel before. Always so for the first reel since the archive was opened, unless it is the stream's first.</param>
    public ReelWriter StartReel(TrackSet tracks, Instant start, bool discontinuity)
    {
        var lost = _writer?.Lost() ?? [];
        discontinuity |= lost.Length > 0 | RemoveEmptyReel(lost.Length > 0);
        var previous = _reels is [.., var last] ? last : null;
        // Without I/O: this runs on a publisher's thread.
        var sameTracks = previous?.KnownTracks is { } known && known.Equals(tracks);
        discontinuity = previous is not null && (discontinuity || !sameTracks);
        var first = _nextNumber - lost.Length;
        var header = new IndexHeader(
            Identity.Id,
            first,
            discontinuity ? _nextDiscontinuity++ : Math.Max(0, _nextDiscontinuity - 1),
            sameTracks ? previous!.Header.InitNumber : first,
            discontinuity);
        if (_nextDiscontinuity == 0) _nextDiscontinuity = 1;
        var from = lost.Length > 0 ? lost[0].Start : start;
        // Names have milliseconds: two reels that begin within one get different names all the same.
        var nominal = new Instant(from.Microseconds / 1000 * 1000);
        if (previous is not null && nominal <= previous.NominalStart) nominal = previous.NominalStart + TimeSpan.FromMilliseconds(1);
        var reel = new Reel(Path.Combine(_folder, ReelName.For(nominal)), nominal, _cache, header, tracks, new SegmentIndex(lost));
        var init = InitSegment.ToArray(tracks.Tracks.AsSpan());
        var file = new ReelFile(Name, reel, init, lost, Options.Flush, _logger);
        _reels = _reels.Add(reel);
        SaveWhenWanted();
        Volatile.Write(ref _recording, true);
        return _writer = new ReelWriter(this, file, _edge, _queue, init.Length, lost);
    }

    // A reel in which no segment came about leaves no trace. Where live viewers saw some of it all the same, its discontinuity was counted.
    private bool RemoveEmptyReel(bool wasSeen)
    {
        if (_writer?.Reel is not { } reel || reel.Index.Count > 0 || _reels is not [.., var last] || last != reel) return false;
        _reels = _reels.RemoveAt(_reels.Length - 1);
        if (wasSeen || !reel.Header.Discontinuity) return false;
        _nextDiscontinuity = reel.Header.DiscontinuitySequence;
        return true;
    }

    private void LoadTracks(Reel reel)
    {
        try
        {
            _ = reel.Tracks;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            // What comes is taken for other codecs then, which costs a discontinuity.
            Log.ReelUnreadable(_logger, reel.MediaPath, e.Message);
        }
    }

    /// <summary>Raises the target duration for good; from the next reel on, which must begin with a discontinuity.</summary>
    public void RaiseTarget(int seconds)
    {
        var old = Identity;
        if (seconds <= old.TargetDuration) return;
        Volatile.Write(ref _identity, old with { TargetDuration = seconds });
        Volatile.Write(ref _saveWanted, 1);
        Log.TargetRaised(_logger, Name, old.TargetDuration, seconds);
    }

    internal long TakeNumber() => Interlocked.Increment(ref _nextNumber) - 1;

    internal void GiveNumberBack(long number) => Interlocked.CompareExchange(ref _nextNumber, number, number + 1);

    internal void SegmentEnded(Instant end) => Interlocked.Exchange(ref _lastEnd, end.Microseconds);

    internal void ReelEnded() => Volatile.Write(ref _recording, false);

    internal void ReportDropped(int bytes) => Interlocked.Add(ref _droppedBytes, bytes);

    internal void ReportBehind(long pending) => Log.DiskBehind(_logger, Name, pending);

    /// <summary>Lets the live edge go when all that was recorded is written; the recorder has closed its reel before.</summary>
    internal async Task CloseAsync()
    {
        await _queue.WhenIdle().ConfigureAwait(false);
        _edge.Clear();
        foreach (var reel in Reels) reel.CloseFile();
        Save();
    }

    // The identity is small and changes with a discontinuity at most; a write of it never runs on a publisher's thread.
    private void SaveWhenWanted()
    {
        if (Interlocked.Exchange(ref _saveWanted, 0) != 0) ThreadPool.UnsafeQueueUserWorkItem(static archive => archive.Save(), this, preferLocal: false);
    }

    private void Save()
    {
        try
        {
            // What is saved last is the newest, whichever thread comes first.
            lock (_saving) (Identity with { NextSegment = NextNumber, NextDiscontinuity = Interlocked.Read(ref _nextDiscontinuity) }).Save(_folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Volatile.Write(ref _saveWanted, 1);
            Log.IdentityNotSaved(_logger, e, Name);
        }
    }
}
