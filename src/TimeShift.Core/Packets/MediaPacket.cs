using TimeShift.Core.Media;

namespace TimeShift.Core.Packets;

/// <summary>
/// One access unit or audio frame with its times, in MP4's sample format, in one pooled buffer. A method that takes a <see cref="MediaPacket"/> borrows it
/// for the call; whoever wants to keep it calls <see cref="Share"/> and owns the <see cref="OwnedPacket"/> that comes back.
/// </summary>
public sealed class MediaPacket
{
    private readonly PacketPool _pool;
    private readonly byte[] _buffer;
    private int _references;

    internal MediaPacket(PacketPool pool, byte[] buffer, int sizeClass)
    {
        _pool = pool;
        _buffer = buffer;
        SizeClass = sizeClass;
    }

    internal int SizeClass { get; }

    internal int Capacity => _buffer.Length;

    /// <summary>Position of the track in the stream's <see cref="TrackSet"/>.</summary>
    public int TrackIndex { get; set; }

    /// <summary>Decoding time in the track's timescale; the source's own until the packet is published, the timeline's after.</summary>
    public MediaTime Dts { get; set; }

    /// <summary>Presentation time in the track's timescale; never before <see cref="Dts"/> once published.</summary>
    public MediaTime Pts { get; set; }

    /// <summary>0 ticks where the source does not say.</summary>
    public MediaTime Duration { get; set; }

    /// <summary>Where <see cref="Pts"/> lies on the timeline; set when published.</summary>
    public Instant Instant { get; set; }

    /// <summary>The source's own clock at <see cref="Pts"/> (RTCP sender reports), recorded and never trusted; null where it says nothing.</summary>
    public Instant? SourceInstant { get; set; }

    public PacketFlags Flags { get; set; }

    public bool IsKey => (Flags & PacketFlags.Key) != 0;

    public int PayloadOffset { get; private set; }

    public int PayloadLength { get; private set; }

    /// <summary>The whole buffer, to be filled before publishing; at least as long as was asked for.</summary>
    public Span<byte> Buffer => _buffer;

    public Memory<byte> BufferMemory => _buffer;

    public ReadOnlySpan<byte> Payload => _buffer.AsSpan(PayloadOffset, PayloadLength);

    public ReadOnlyMemory<byte> PayloadMemory => _buffer.AsMemory(PayloadOffset, PayloadLength);

    /// <summary>The pinned array behind the payload, for gathered writes by address; payload starts at <see cref="PayloadOffset"/>.</summary>
    public byte[] PinnedArray => _buffer;

    /// <summary>Says which bytes of the buffer are the sample: a header that came in front of it stays where it is, uncopied.</summary>
    public void SetPayload(int offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + length, _buffer.Length);
        PayloadOffset = offset;
        PayloadLength = length;
    }

    /// <summary>One more reference, owned by the caller.</summary>
    public OwnedPacket Share()
    {
        var seen = Volatile.Read(ref _references);
        while (true)
        {
            // Never from zero: a packet that lies in the pool stays as it is.
            if (seen <= 0) throw new ObjectDisposedException(nameof(MediaPacket), "The packet was already returned to its pool.");
            var now = Interlocked.CompareExchange(ref _references, seen + 1, seen);
            if (now == seen) return new OwnedPacket(this);
            seen = now;
        }
    }

    internal void Reset()
    {
        TrackIndex = 0;
        Dts = Pts = Duration = default;
        Instant = default;
        SourceInstant = null;
        Flags = PacketFlags.None;
        PayloadOffset = PayloadLength = 0;
        Volatile.Write(ref _references, 1);
    }

    internal void Release()
    {
        var left = Interlocked.Decrement(ref _references);
        if (left == 0) _pool.Return(this);
        else if (left < 0) throw new ObjectDisposedException(nameof(MediaPacket), "A reference to the packet was released twice.");
    }
}
