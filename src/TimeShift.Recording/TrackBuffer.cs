using TimeShift.Core.Media;
using TimeShift.Core.Packets;
using TimeShift.Formats.Mp4;
using TimeShift.Storage.Live;

namespace TimeShift.Recording;

/// <summary>One track's packets of the part that is being gathered. Owns them until they become a fragment.</summary>
internal sealed class TrackBuffer(Track track)
{
    private PartFragment? _gathered = PartFragment.Rent();
    private FragmentSample[] _samples = new FragmentSample[32];
    private long _lastStep = track.NominalDuration.Ticks > 0 ? track.NominalDuration.Rescale(track.Timescale).Ticks : track.Timescale.TicksPerSecond / 25;

    public int Count => _gathered?.Count ?? 0;

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
            if (Count > 0) _samples[Count - 1] = _samples[Count - 1] with { Duration = (uint)Math.Min(step, uint.MaxValue) };
        }

        if (Count == _samples.Length) Array.Resize(ref _samples, Count * 2);
        _samples[Count] = new FragmentSample(
            (uint)packet.PayloadLength, (uint)_lastStep, (int)Math.Clamp(packet.Pts.Ticks - packet.Dts.Ticks, 0, int.MaxValue), packet.IsKey);
        _gathered!.Add(packet.Share());
        LastDts = packet.Dts;
        End = packet.Dts + Step;
        HasSeenPacket = true;
    }

    /// <summary>Ends the last sample here: the next packet of the track says when it ends.</summary>
    public void EndLastAt(MediaTime dts)
    {
        if (Count == 0 || dts.Ticks <= LastDts.Ticks) return;
        _samples[Count - 1] = _samples[Count - 1] with { Duration = (uint)Math.Min(dts.Ticks - LastDts.Ticks, uint.MaxValue) };
    }

    /// <summary>Presentation time of the first packet, where it is a key frame.</summary>
    public MediaTime? KeyTime => First is { IsKey: true } first ? first.Pts : null;

    /// <summary>The oldest packet; null where there is none.</summary>
    public MediaPacket? First => Count > 0 ? _gathered!.Packets[0].Packet : null;

    /// <summary>Packets that are decoded before the given time, in microseconds.</summary>
    public int CountBefore(long time)
    {
        if (_gathered is null) return 0;
        var packets = _gathered.Packets;
        var count = packets.Length;
        while (count > 0 && packets[count - 1].Packet.Dts.Microseconds >= time) count--;
        return count;
    }

    /// <summary>Makes a fragment of the oldest packets and keeps the others; null for none.</summary>
    public PartFragment? TakeFragment(uint sequenceNumber, int count)
    {
        if (count == 0) return null;
        var fragment = _gathered!;
        var samples = _samples.AsSpan(0, count);
        var header = PacketPool.Shared.Rent(Fragment.HeaderSize(samples));
        var length = Fragment.WriteHeader(header.Packet.Buffer, sequenceNumber, track.Id, (ulong)fragment.Packets[0].Packet.Dts.Ticks, samples);
        header.Packet.SetPayload(0, length);
        _samples.AsSpan(count, fragment.Count - count).CopyTo(_samples);
        _gathered = PartFragment.Rent();
        fragment.MoveTo(_gathered, count);
        fragment.Seal(track.Id, header);
        return fragment;
    }

    /// <summary>Drops the oldest packet.</summary>
    public void DropFirst()
    {
        _gathered!.RemoveFirst();
        Array.Copy(_samples, 1, _samples, 0, Count);
    }

    /// <summary>Gives back what was gathered; nothing is added any more.</summary>
    public void Clear()
    {
        _gathered?.Release();
        _gathered = null;
    }
}
