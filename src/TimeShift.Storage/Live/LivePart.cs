namespace TimeShift.Storage.Live;

/// <summary>
/// A part in memory, counted by references: the disk writer holds one until it is written, the live edge one until it is written or leaves the edge, and each
/// reader one while it reads.
/// </summary>
public sealed class LivePart
{
    private readonly PartFragment[] _fragments;
    private int _references = 1;

    /// <param name="prefix">Bytes in front of the fragments that belong to the reel and not to any track (the segment's mark); may be empty.</param>
    /// <param name="fragments">In the order of the file; owned by the part from now on.</param>
    public LivePart(ReadOnlyMemory<byte> prefix, params PartFragment[] fragments)
    {
        Prefix = prefix;
        _fragments = fragments;
        Size = prefix.Length;
        foreach (var fragment in fragments) Size += fragment.Size;
    }

    public ReadOnlyMemory<byte> Prefix { get; }

    public ReadOnlySpan<PartFragment> Fragments => _fragments;

    public int Size { get; }

    public bool TryAddReference()
    {
        var seen = Volatile.Read(ref _references);
        while (seen > 0)
        {
            var now = Interlocked.CompareExchange(ref _references, seen + 1, seen);
            if (now == seen) return true;
            seen = now;
        }

        return false;
    }

    public void Release()
    {
        var left = Interlocked.Decrement(ref _references);
        if (left < 0) throw new ObjectDisposedException(nameof(LivePart), "A reference to the part was released twice.");
        if (left > 0) return;
        foreach (var fragment in _fragments) fragment.Release();
    }
}
