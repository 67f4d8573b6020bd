using System.Numerics;
#if DEBUG
using System.Collections.Concurrent;
#endif

namespace TimeShift.Core.Packets;

/// <summary>
/// Packets with their buffers, by size class (four classes to the octave, so at most a fifth of a buffer is waste). Buffers are pinned, so that a write to disk
/// can take them by address. What comes back beyond <see cref="MaxRetainedBytes"/> is left to the garbage collector.
/// </summary>
public sealed class PacketPool
{
    /// <summary>Largest buffer that is kept; an RTMP message has at most 2^24-1 bytes, so nothing legal is above it.</summary>
    public const int MaxPooledSize = 16 << 20;

    private const int SmallestShift = 8;
    private readonly Stack<MediaPacket>[] _free;
    private long _retainedBytes;
    private long _outstanding;
#if DEBUG
    private readonly ConcurrentDictionary<MediaPacket, string> _rented = new(ReferenceEqualityComparer.Instance);
#endif

    /// <param name="maxRetainedBytes">Bytes of free buffers that are kept.</param>
    public PacketPool(long maxRetainedBytes = 512L << 20)
    {
        MaxRetainedBytes = maxRetainedBytes;
        _free = new Stack<MediaPacket>[SizeClassOf(MaxPooledSize) + 1];
        for (var i = 0; i < _free.Length; i++) _free[i] = new Stack<MediaPacket>();
    }

    public static PacketPool Shared { get; } = new();

    public long MaxRetainedBytes { get; }

    /// <summary>Packets rented and not yet returned.</summary>
    public long Outstanding => Interlocked.Read(ref _outstanding);

    public long RetainedBytes => Interlocked.Read(ref _retainedBytes);

    /// <param name="capacity">Bytes the buffer must hold at least.</param>
    public OwnedPacket Rent(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(capacity);
        var sizeClass = SizeClassOf(capacity);
        MediaPacket? packet = null;
        if (sizeClass < _free.Length)
        {
            var stack = _free[sizeClass];
            lock (stack) stack.TryPop(out packet);
            if (packet is not null) Interlocked.Add(ref _retainedBytes, -packet.Capacity);
        }

        packet ??= new MediaPacket(this, GC.AllocateUninitializedArray<byte>(sizeClass < _free.Length ? SizeOf(sizeClass) : capacity, pinned: true), sizeClass);
        packet.Reset();
        Interlocked.Increment(ref _outstanding);
#if DEBUG
        _rented[packet] = Environment.StackTrace;
#endif
        return new OwnedPacket(packet);
    }

    /// <summary>In a debug build, where each packet that was not returned was rented; empty in a release build.</summary>
    public IReadOnlyList<string> Unreturned()
    {
#if DEBUG
        return [.. _rented.Values];
#else
        return [];
#endif
    }

    internal void Return(MediaPacket packet)
    {
        Interlocked.Decrement(ref _outstanding);
#if DEBUG
        _rented.TryRemove(packet, out _);
#endif
        if (packet.SizeClass >= _free.Length || Interlocked.Read(ref _retainedBytes) + packet.Capacity > MaxRetainedBytes) return;
        Interlocked.Add(ref _retainedBytes, packet.Capacity);
        var stack = _free[packet.SizeClass];
        lock (stack) stack.Push(packet);
    }

    // Classes 0..3 hold 256, 320, 384, 448 bytes, 4..7 twice that, and so on.
    internal static int SizeClassOf(int size)
    {
        if (size <= 1 << SmallestShift) return 0;
        var top = BitOperations.Log2((uint)(size - 1));
        var quarter = (size - 1) >> (top - 2) & 3;
        return ((top - SmallestShift) << 2) + quarter + 1;
    }

    internal static int SizeOf(int sizeClass) => (4 + (sizeClass & 3)) << ((sizeClass >> 2) + SmallestShift - 2);
}
