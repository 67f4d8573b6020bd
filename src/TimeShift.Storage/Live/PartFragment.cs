using System.Buffers;
using TimeShift.Core.Packets;

namespace TimeShift.Storage.Live;

/// <summary>One track's share of a part: the bytes of its <c>moof</c> and <c>mdat</c> header, and the packets that are the body of the <c>mdat</c>.</summary>
/// <remarks>Owns the header and the packets, and the rented array that holds them.</remarks>
public sealed class PartFragment
{
    private readonly OwnedPacket[] _packets;

    /// <param name="header">Its payload is the <c>moof</c> and the <c>mdat</c> header.</param>
    /// <param name="packets">From <see cref="ArrayPool{T}.Shared"/>; goes back there with the fragment.</param>
    public PartFragment(int trackId, OwnedPacket header, OwnedPacket[] packets, int count)
    {
        TrackId = trackId;
        Header = header;
        _packets = packets;
        Count = count;
        Size = header.Packet.PayloadLength;
        foreach (var packet in Packets) Size += packet.Packet.PayloadLength;
    }

    public int TrackId { get; }

    public OwnedPacket Header { get; }

    public int Count { get; }

    public ReadOnlySpan<OwnedPacket> Packets => _packets.AsSpan(0, Count);

    /// <summary>Bytes of header and packets together.</summary>
    public int Size { get; }

    internal void Release()
    {
        Header.Dispose();
        foreach (var packet in Packets) packet.Dispose();
        ArrayPool<OwnedPacket>.Shared.Return(_packets, clearArray: true);
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
