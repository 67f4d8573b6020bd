using TimeShift.Core.Packets;

namespace TimeShift.Storage.Live;

/// <summary>
/// A part in memory, counted by references: the disk writer holds one until it is written, the live edge one until it is written or leaves the edge, and each
/// reader one while it reads.
/// </summary>
public sealed class LivePart
{
    private readonly PartFragment[] _fragments;
    private int _references = 1;

    /// <param name="mark">What stands in front of the fragments and belongs to the reel, not to any track: the segment's mark. The default where there is none. Owned from now on.</param>
    /// <param name="fragments">In the order of the file; owned by the part from now on.</param>
    public LivePart(OwnedPacket mark, params PartFragment[] fragments)
    {
        Mark = mark;
        _fragments = fragments;
        Size = mark.IsDefault ? 0 : mark.Packet.PayloadLength;
        foreach (var fragment in fragments) Size += fragment.Size;
    }

    public OwnedPacket Mark { get; }

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
        Mark.Dispose();
        foreach (var fragment in _fragments) fragment.Release();
    }
}
