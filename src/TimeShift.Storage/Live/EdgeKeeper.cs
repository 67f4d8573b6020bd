using System.Collections.Concurrent;
using System.Collections.Immutable;
using TimeShift.Storage.Index;
using TimeShift.Storage.Reels;

namespace TimeShift.Storage.Live;

/// <summary>Makes each next <see cref="LiveEdge"/> from the last and wakes who waits for it. Written by the stream's one recorder, read by anybody.</summary>
internal sealed class EdgeKeeper
{
    private readonly Lock _gate = new();
    private LiveEdge _edge = LiveEdge.Empty;
    private readonly ConcurrentDictionary<long, EdgeSegment> _waiting = new();
    private TaskCompletionSource? _changed;

    public LiveEdge Current => Volatile.Read(ref _edge);

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
            if (_edge.Version > version) return Task.CompletedTask;
            _changed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _changed.Task;
        }
    }

    public void Begin(in SegmentInfo info) =>
        Publish(Current.Segments.Add(new EdgeSegment { Info = info, Parts = [], IsComplete = false }));

    public void Add(EdgePart part, uint durationMicroseconds)
    {
        var open = Current.Segments[^1];
        var size = open.Info.Size;
        foreach (var fragment in part.Fragments) size += (uint)fragment.Size;
        var info = open.Info with { DurationMicroseconds = durationMicroseconds, Size = size };
        Publish(Current.Segments.SetItem(Current.Segments.Length - 1, open with { Info = info, Parts = open.Parts.Add(part) }));
    }

    /// <param name="keep">Media that stays listed behind the segment that ends now.</param>
    public void Complete(uint durationMicroseconds, uint size, SegmentFlags flags, TimeSpan keep)
    {
        var segments = Current.Segments;
        var open = segments[^1];
        var done = open with { Info = open.Info with { DurationMicroseconds = durationMicroseconds, Size = size, Flags = flags }, IsComplete = true };
        segments = segments.SetItem(segments.Length - 1, done);
        var drop = 0;
        while (segments.Length - drop > 4 && done.Info.End - segments[drop].Info.End > keep) drop++;
        for (var i = 0; i < drop; i++) Leave(segments[i]);
        LetGoWhatIsWritten();
        Publish(drop == 0 ? segments : segments.RemoveRange(0, drop));
    }

    /// <summary>Drops the open segment, where it has no part yet.</summary>
    public void Abandon()
    {
        if (Current.Segments is [.., { IsComplete: false, Parts.IsEmpty: true }]) Publish(Current.Segments.RemoveAt(Current.Segments.Length - 1));
    }

    public void Clear()
    {
        foreach (var segment in Current.Segments) LetGo(segment);
        foreach (var segment in _waiting.Values) LetGo(segment);
        _waiting.Clear();
        Publish([]);
    }

    private void Leave(EdgeSegment segment)
    {
        if (segment.IsPending) _waiting[segment.Info.Number] = segment;
        else LetGo(segment);
    }

    private void LetGoWhatIsWritten()
    {
        if (_waiting.IsEmpty) return;
        foreach (var (number, segment) in _waiting)
        {
            if (segment.IsPending) continue;
            _waiting.TryRemove(number, out _);
            LetGo(segment);
        }
    }

    private static void LetGo(EdgeSegment segment)
    {
        foreach (var part in segment.Parts) part.LetGo();
    }

    private void Publish(ImmutableArray<EdgeSegment> segments)
    {
        TaskCompletionSource? changed;
        lock (_gate)
        {
            Volatile.Write(ref _edge, new LiveEdge { Segments = segments, Version = _edge.Version + 1 });
            changed = _changed;
            _changed = null;
        }

        changed?.SetResult();
    }
}
