using System.Buffers;
using TimeShift.Core.Media;
using TimeShift.Core.Packets;
using TimeShift.Formats.Mp4;
using TimeShift.Storage.Live;

namespace TimeShift.Recording;

/// <summary>One track's packets of the part that is being gathered. Owns them until they become a fragment.</summary>
internal sealed class TrackBuffer(Track track)
{
    private OwnedPacket[] _packets = ArrayPool<OwnedPacket>.Shared.Rent(32);
    private FragmentSample[] _samples = new FragmentSample[32];
    private int _count;
    private long _lastStep = track.NominalDuration.Ticks > 0 ? track.NominalDuration.Rescale(track.Timescale).Ticks : track.Timescale.TicksPerSecond / 25;

    public int Count => _count;

    /// <summary>Decoding time at which the last packet gathered, or sent off, ends: known for sure only when the next one comes.</summary>
    public MediaTime End { get; private set; }

    public MediaTime LastDts { get; private set; }

    public bool HasSeenPacket { get; private set; }

    public MediaTime Step => new(_lastStep, track.Timescale);

    public void Add(MediaPacket packet)
    {
        if (HasSeenPacket && packet.Dts.Ticks - LastDts.Ticks is > 0 and var step)
        {
            // A gap is no frame interval: it must not stretch the frame before it beyond what a player shows.
            if (step <= track.Timescale.TicksPerSecond * 3L) _lastStep = track.Kind == MediaKind.Audio && track.NominalDuration.Ticks > 0 ? _lastStep : step;
            if (_count > 0) _samples[_count - 1] = _samples[_count - 1] with { Duration = (uint)Math.Min(step, uint.MaxValue) };
        }

        if (_count == Math.Min(_packets.Length, _samples.Length)) Grow();
        _packets[_count] = packet.Share();
        _samples[_count] = new FragmentSample(
            (uint)packet.PayloadLength, (uint)_lastStep, (int)Math.Clamp(packet.Pts.Ticks - packet.Dts.Ticks, 0, int.MaxValue), packet.IsKey);
        _count++;
        LastDts = packet.Dts;
        End = packet.Dts + Step;
        HasSeenPacket = true;
    }

    /// <summary>Ends the last sample here: the next packet of the track says when it ends.</summary>
    public void EndLastAt(MediaTime dts)
    {
        if (_count == 0 || dts.Ticks <= LastDts.Ticks) return;
        _samples[_count - 1] = _samples[_count - 1] with { Duration = (uint)Math.Min(dts.Ticks - LastDts.Ticks, uint.MaxValue) };
    }

    /// <summary>Presentation time of the first packet, where it is a key frame.</summary>
    public MediaTime? KeyTime => _count > 0 && _packets[0].Packet.IsKey ? _packets[0].Packet.Pts : null;

    /// <summary>The oldest packet; null where there is none.</summary>
    public MediaPacket? First => _count > 0 ? _packets[0].Packet : null;

    /// <summary>Packets that are decoded before the given time, in microseconds.</summary>
    public int CountBefore(long time)
    {
        var count = _count;
        while (count > 0 && _packets[count - 1].Packet.Dts.Microseconds >= time) count--;
        return count;
    }

    /// <summary>Makes a fragment of the oldest packets and keeps the others; null for none.</summary>
    public PartFragment? TakeFragment(uint sequenceNumber, int count)
    {
        if (count == 0) return null;
        var samples = _samples.AsSpan(0, count);
        var header = PacketPool.Shared.Rent(Fragment.HeaderSize(samples));
        var length = Fragment.WriteHeader(header.Packet.Buffer, sequenceNumber, track.Id, (ulong)_packets[0].Packet.Dts.Ticks, samples);
        header.Packet.SetPayload(0, length);
        var left = _count - count;
        var packets = ArrayPool<OwnedPacket>.Shared.Rent(Math.Max(32, _count));
        _packets.AsSpan(count, left).CopyTo(packets);
        _packets.AsSpan(count, left).Clear();
        _samples.AsSpan(count, left).CopyTo(_samples);
        var fragment = new PartFragment(track.Id, header, _packets, count);
        _packets = packets;
        _count = left;
        return fragment;
    }

    /// <summary>Drops the oldest packet.</summary>
    public void DropFirst()
    {
        _packets[0].Dispose();
        _count--;
        Array.Copy(_packets, 1, _packets, 0, _count);
        Array.Copy(_samples, 1, _samples, 0, _count);
    }

    /// <summary>Releases what was gathered, and the array it was gathered in.</summary>
    public void Clear()
    {
        for (var i = 0; i < _count; i++) _packets[i].Dispose();
        ArrayPool<OwnedPacket>.Shared.Return(_packets, clearArray: true);
        _packets = [];
        _count = 0;
    }

    private void Grow()
    {
        var size = Math.Max(32, _count * 2);
        var packets = ArrayPool<OwnedPacket>.Shared.Rent(size);
        _packets.AsSpan(0, _count).CopyTo(packets);
        if (_packets.Length > 0) ArrayPool<OwnedPacket>.Shared.Return(_packets, clearArray: true);
        _packets = packets;
        if (_samples.Length < packets.Length) Array.Resize(ref _samples, packets.Length);
    }
}
