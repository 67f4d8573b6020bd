using TimeShift.Core.Packets;

namespace TimeShift.Storage.Live;

/// <summary>
/// One track's share of a part: the packets that are the body of its <c>mdat</c>, and, once it is sealed, the bytes of its <c>moof</c> and <c>mdat</c> header. Owns both.
/// Comes from a pool and goes back there with the part.
/// </summary>
public sealed class PartFragment
{
    /// <summary>Some 2 000 streams' worth; what comes back beyond it is left to the garbage collector.</summary>
    private const int MaxFree = 16_384;

    private static readonly Stack<PartFragment> _free = new();
    // Room for a second of most tracks: one that grew would have to be met again to be of use.
    private OwnedPacket[] _packets = new OwnedPacket[128];
    private OwnedPacket _header;

    private PartFragment()
    {
    }

    public int TrackId { get; private set; }

    public OwnedPacket Header => _header;

    public int Count { get; private set; }

    public ReadOnlySpan<OwnedPacket> Packets => _packets.AsSpan(0, Count);

    /// <summary>Bytes of header and packets together.</summary>
    public int Size { get; private set; }

    /// <summary>An empty one. It goes back with the part that gets it, or by <see cref="Release"/>.</summary>
    public static PartFragment Rent()
    {
        lock (_free)
        {
            if (_free.TryPop(out var free)) return free;
        }

        return new PartFragment();
    }

    /// <summary>Adds a packet at the end; takes the reference.</summary>
    public void Add(OwnedPacket packet)
    {
        if (Count == _packets.Length) Array.Resize(ref _packets, Count * 2);
        _packets[Count++] = packet;
    }

    /// <summary>Moves the packets from <paramref name="position"/> on to the end of another.</summary>
    public void MoveTo(PartFragment other, int position)
    {
        for (var i = position; i < Count; i++) other.Add(_packets[i]);
        _packets.AsSpan(position, Count - position).Clear();
        Count = position;
    }

    /// <summary>Gives back the oldest packet.</summary>
    public void RemoveFirst()
    {
        _packets[0].Dispose();
        _packets.AsSpan(1, Count - 1).CopyTo(_packets);
        _packets[--Count] = default;
    }

    /// <summary>Nothing is added any more.</summary>
    /// <param name="header">Its payload is the <c>moof</c> and the <c>mdat</c> header; owned from now on.</param>
    public void Seal(int trackId, OwnedPacket header)
    {
        (TrackId, _header) = (trackId, header);
        Size = header.Packet.PayloadLength;
        foreach (var packet in Packets) Size += packet.Packet.PayloadLength;
    }

    /// <summary>Gives everything back, itself too: it must not be used any more.</summary>
    public void Release()
    {
        _header.Dispose();
        _header = default;
        foreach (var packet in Packets) packet.Dispose();
        _packets.AsSpan(0, Count).Clear();
        Count = Size = 0;
        lock (_free)
        {
            if (_free.Count < MaxFree) _free.Push(this);
        }
    }

    /// <summary>Copies bytes from <paramref name="position"/> on; the caller holds a reference to the part.</summary>
    internal int Read(int position, Span<byte> destination)
    {
        var copied = CopyFrom(Header.Packet.Payload, ref position, destination);
        for (var i = 0; i < Count && copied < destination.Length; i++)
            copied += CopyFrom(_packets[i].Packet.Payload, ref position, destination[copied..]);
        return copied;
    }

    private static int CopyFrom(ReadOnlySpan<byte> source, ref int position, Span<byte> destination)
    {
        if (position >= source.Length)
        {
            position -= source.Length;
            return 0;
        }

        var length = Math.Min(source.Length - position, destination.Length);
        source.Slice(position, length).CopyTo(destination);
        position = 0;
        return length;
    }
}
