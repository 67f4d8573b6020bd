using System.Collections.Concurrent;
using System.Collections.Immutable;
using TimeShift.Storage.Index;
using TimeShift.Storage.Reels;

namespace TimeShift.Storage.Live;

/// <summary>
/// Keeps the last segments of a stream, and wakes who waits for the next. Written by the stream's one recorder, read by anybody: the <see cref="LiveEdge"/> is made when
/// somebody asks for it, once per change; where nobody watches, a part costs none.
/// </summary>
internal sealed class EdgeKeeper
{
    private readonly Lock _gate = new();
    private readonly List<GrowingSegment> _segments = [];
    private readonly Stack<GrowingSegment> _spare = new();
    private readonly ConcurrentDictionary<long, EdgeSegment> _waiting = new();
    private LiveEdge? _edge = LiveEdge.Empty;
    private long _version;
    private TaskCompletionSource? _changed;

    public LiveEdge Current
    {
        get
        {
            if (Volatile.Read(ref _edge) is { } edge) return edge;
            lock (_gate) return _edge ??= new LiveEdge { Segments = [.. _segments.Select(s => s.ToEdge())], Version = _version };
        }
    }

    /// <summary>That of <see cref="Current"/>, without making it.</summary>
    public long Version => Interlocked.Read(ref _version);

    /// <summary>
    /// A segment that left the edge and cannot be read from the reel yet, because a slow disk has not got all of it; null for any other. The disk's queue bounds how
    /// many there are.
    /// </summary>
    public EdgeSegment? Waiting(long number) => _waiting.GetValueOrDefault(number);

    /// <summary>Completes when the edge is newer than <paramref name="version"/>.</summary>
    public Task WhenNewer(long version)
    {
        lock (_gate)
        {
            if (_version > version) return Task.CompletedTask;
            _changed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _changed.Task;
        }
    }

    public void Begin(in SegmentInfo info)
    {
        lock (_gate)
        {
            if (!_spare.TryPop(out var segment)) segment = new GrowingSegment();
            segment.Begin(info);
            _segments.Add(segment);
        }

        Changed();
    }

    public void Add(EdgePart part, uint durationMicroseconds)
    {
        lock (_gate) _segments[^1].Add(part, durationMicroseconds);
        Changed();
    }

    /// <param name="keep">Media that stays listed behind the segment that ends now.</param>
    public void Complete(uint durationMicroseconds, uint size, SegmentFlags flags, TimeSpan keep)
    {
        lock (_gate)
        {
            var done = _segments[^1];
            done.End(durationMicroseconds, size, flags);
            var drop = 0;
            while (_segments.Count - drop > 4 && done.Info.End - _segments[drop].Info.End > keep) Leave(_segments[drop++]);
            _segments.RemoveRange(0, drop);
        }

        LetGoWhatIsWritten();
        Changed();
    }

    /// <summary>Drops the open segment, where it has no part yet.</summary>
    public void Abandon()
    {
        lock (_gate)
        {
            if (_segments is not [.., { IsComplete: false, Parts.Count: 0 } open]) return;
            _segments.RemoveAt(_segments.Count - 1);
            _spare.Push(open);
        }

        Changed();
    }

    public void Clear()
    {
        lock (_gate)
        {
            foreach (var segment in _segments) LetGo(segment.Parts);
            _segments.Clear();
        }

        foreach (var segment in _waiting.Values) LetGo(segment.Parts);
        _waiting.Clear();
        Changed();
    }

    private void Leave(GrowingSegment segment)
    {
        var edge = segment.IsPending ? segment.ToEdge() : null;
        if (edge is not null) _waiting[segment.Info.Number] = edge;
        else LetGo(segment.Parts);
        segment.Reset();
        _spare.Push(segment);
    }

    private void LetGoWhatIsWritten()
    {
        if (_waiting.IsEmpty) return;
        foreach (var (number, segment) in _waiting)
        {
            if (segment.IsPending) continue;
            _waiting.TryRemove(number, out _);
            LetGo(segment.Parts);
        }
    }

    private static void LetGo(IEnumerable<EdgePart> parts)
    {
        foreach (var part in parts) part.LetGo();
    }

    private void Changed()
    {
        TaskCompletionSource? changed;
        lock (_gate)
        {
            Interlocked.Increment(ref _version);
            Volatile.Write(ref _edge, null);
            changed = _changed;
            _changed = null;
        }

        changed?.SetResult();
    }

    /// <summary>A segment as the recorder fills it; used again for another when it has left.</summary>
    private sealed class GrowingSegment
    {
        private EdgeSegment? _edge;

        public SegmentInfo Info { get; private set; }

        public List<EdgePart> Parts { get; } = new(8);

        public bool IsComplete { get; private set; }

        public bool IsPending
        {
            get
            {
                foreach (var part in Parts)
                {
                    if (part.IsPending) return true;
                }

                return false;
            }
        }

        public void Begin(in SegmentInfo info) => (Info, IsComplete, _edge) = (info, false, null);

        public void Add(EdgePart part, uint durationMicroseconds)
        {
            Parts.Add(part);
            var size = Info.Size;
            foreach (var fragment in part.Fragments) size += (uint)fragment.Size;
            (Info, _edge) = (Info with { DurationMicroseconds = durationMicroseconds, Size = size }, null);
        }

        public void End(uint durationMicroseconds, uint size, SegmentFlags flags) =>
            (Info, IsComplete, _edge) = (Info with { DurationMicroseconds = durationMicroseconds, Size = size, Flags = flags }, true, null);

        public void Reset()
        {
            Parts.Clear();
            _edge = null;
        }

        public EdgeSegment ToEdge() => _edge ??= new EdgeSegment { Info = Info, Parts = [.. Parts], IsComplete = IsComplete };
    }
}
