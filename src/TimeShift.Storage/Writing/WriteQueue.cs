using TimeShift.Storage.Index;
using TimeShift.Storage.Live;

namespace TimeShift.Storage.Writing;

/// <summary>One stream's work for the disk, in order. Bounded by the bytes that wait: see <see cref="PendingBytes"/>.</summary>
internal sealed class WriteQueue(DiskWriter writer)
{
    private readonly Lock _gate = new();
    private readonly Queue<WriteStep> _steps = new();
    private bool _scheduled;
    private long _pendingBytes;
    private TaskCompletionSource? _idle;

    /// <summary>Bytes of parts that are not written yet.</summary>
    public long PendingBytes => Interlocked.Read(ref _pendingBytes);

    /// <summary>The same of all streams.</summary>
    public long PendingBytesInAll => writer.PendingBytes;

    public void Add(in WriteStep step)
    {
        lock (_gate)
        {
            _steps.Enqueue(step);
            if (step.Part is { } part)
            {
                Interlocked.Add(ref _pendingBytes, part.Size);
                writer.Count(part.Size);
            }

            if (_scheduled) return;
            _scheduled = true;
        }

        writer.Schedule(this);
    }

    /// <summary>Completes when all that was added before is done.</summary>
    public Task WhenIdle()
    {
        lock (_gate)
        {
            if (!_scheduled) return Task.CompletedTask;
            _idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _idle.Task;
        }
    }

    internal void Drain(GatheredWrite gather)
    {
        while (true)
        {
            WriteStep step;
            lock (_gate)
            {
                if (!_steps.TryDequeue(out step))
                {
                    _scheduled = false;
                    _idle?.SetResult();
                    _idle = null;
                    return;
                }
            }

            step.File.Perform(step, gather);
            if (step.Part is { } part)
            {
                step.EdgePart?.Settle();
                Interlocked.Add(ref _pendingBytes, -part.Size);
                writer.Count(-part.Size);
                part.Release();
            }
        }
    }
}

internal enum WriteKind : byte
{
    Open,
    Part,
    Segment,
    Close,
}

/// <param name="Part">Owned by the step, released when it is done.</param>
internal readonly record struct WriteStep(WriteKind Kind, ReelFile File, LivePart? Part = null, EdgePart? EdgePart = null, long Offset = 0, SegmentRecord Record = default);
