using TimeShift.Core.Media;
using TimeShift.Core.Packets;
using TimeShift.Formats.Mp4;
using TimeShift.Storage.Live;

namespace TimeShift.Recording;

/// <summary>One track's packets of the part that is being gathered. Owns them until they become a fragment.</summary>
/// <remarks>
/// Pictures are decoded before they are shown where they are reordered. Players place what follows a discontinuity by its first decoding time, and would leave a hole
/// as long as that delay: so the first sample's decoding time is put off to its presentation, and the next ones follow close upon it, until theirs have caught up. Written
/// decoding times differ from the packets' there and nowhere else: not where a stream begins.
/// </remarks>
/// <param name="followsFootage">The stream has footage from before, and a discontinuity lies between.</param>
internal sealed class TrackBuffer(Track track, bool followsFootage)
{
    /// <summary>Distance of decoding times that are to catch up, microseconds: a tick of the coarsest clock that media is handed on with.</summary>
    private const long CatchUpStep = 1_000;

    private PartFragment? _gathered = PartFragment.Rent();
    private FragmentSample[] _samples = new FragmentSample[32];
    private long _lastStep = track.NominalDuration.Ticks > 0 ? track.NominalDuration.Rescale(track.Timescale).Ticks : track.Timescale.TicksPerSecond / 25;

    private long _stepBefore = long.MaxValue;
    private int _steps;
    private bool _begins = true;
    private long _catchUp;
    private long _shown = long.MinValue;
    private long _written;
    private long _base;

    public int Count => _gathered?.Count ?? 0;

    /// <summary>Decoding time at which the last packet gathered, or sent off, ends: known for sure only when the next one comes.</summary>
    public MediaTime End { get; private set; }

    public MediaTime LastDts { get; private set; }

    public bool HasSeenPacket { get; private set; }

    /// <summary>Length of a packet as it usually is: one that was late does not count.</summary>
    public MediaTime Step => new(_lastStep, track.Timescale);

    /// <summary>False while <see cref="Step"/> is a guess, or what the codec's configuration says, which need not be so.</summary>
    public bool IsStepKnown => _steps > 0;

    /// <summary>A picture that would be shown before the one that the track began with: it cannot be decoded without what came before that.</summary>
    public bool IsLeading(MediaPacket packet) => !_begins && packet.Pts.Ticks < _shown;

    public void Add(MediaPacket packet)
    {
        var decoded = _begins ? Start(packet) : Written(packet.Dts.Ticks);
        if (decoded == packet.Dts.Ticks) _catchUp = 1;
        if (HasSeenPacket && packet.Dts.Ticks - LastDts.Ticks is > 0 and var step)
        {
            // A gap is no frame interval: it must not stretch the frame before it beyond what a player shows.
            if (step <= track.Timescale.TicksPerSecond * 3L && !(track.Kind == MediaKind.Audio && track.NominalDuration.Ticks > 0) && !track.Codec.IsG711())
                (_lastStep, _stepBefore) = (Math.Min(step, _stepBefore), step);
            _steps++;
            if (Count > 0) _samples[Count - 1] = _samples[Count - 1] with { Duration = (uint)Math.Min(decoded - _written, uint.MaxValue) };
        }

        if (track.TicksOf(packet.PayloadLength) is > 0 and var length) _lastStep = length;
        if (Count == 0) _base = decoded;
        _written = decoded;
        if (Count == _samples.Length) Array.Resize(ref _samples, Count * 2);
        _samples[Count] = new FragmentSample(
            (uint)packet.PayloadLength, (uint)_lastStep, (int)Math.Clamp(packet.Pts.Ticks - decoded, 0, int.MaxValue), packet.IsKey);
        _gathered!.Add(packet.Share());
        LastDts = packet.Dts;
        End = packet.Dts + Step;
        HasSeenPacket = true;
    }

    /// <summary>Ends the last sample here: the next packet of the track says when it ends.</summary>
    public void EndLastAt(MediaTime dts)
    {
        if (Count == 0 || dts.Ticks <= LastDts.Ticks) return;
        _samples[Count - 1] = _samples[Count - 1] with { Duration = (uint)Math.Min(Written(dts.Ticks) - _written, uint.MaxValue) };
    }

    // Decoding time of the next sample, as it is written.
    private long Written(long dts) => Math.Max(dts, _written + _catchUp);

    private long Start(MediaPacket packet)
    {
        var delay = followsFootage ? Math.Max(0, packet.Pts.Ticks - packet.Dts.Ticks) : 0;
        _begins = false;
        _shown = packet.Pts.Ticks;
        // All that catch up do so within half a step, which is sooner than the first of them is shown.
        var most = _lastStep / (2 * (delay / Math.Max(1, _lastStep) + 2));
        _catchUp = Math.Max(1, Math.Min(MediaTime.FromMicroseconds(CatchUpStep, track.Timescale).Ticks, most));
        return packet.Dts.Ticks + delay;
    }

    // The oldest samples go: where do those that are left begin?
    private void MoveBase(int count)
    {
        if (count == Count) return;
        foreach (ref readonly var sample in _samples.AsSpan(0, count)) _base += sample.Duration;
        // Longer than a sample can be: a track that paused for hours.
        _base = Math.Max(_base, _gathered!.Packets[count].Packet.Dts.Ticks);
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
    /// <param name="origin">Media time, in microseconds, that the reel counts from.</param>
    public PartFragment? TakeFragment(uint sequenceNumber, int count, long origin)
    {
        if (count == 0) return null;
        var fragment = _gathered!;
        var samples = _samples.AsSpan(0, count);
        var header = PacketPool.Shared.Rent(Fragment.HeaderSize(samples));
        var length = Fragment.WriteHeader(header.Packet.Buffer, sequenceNumber, track.Id, (ulong)Math.Max(0, _base - MediaTime.FromMicroseconds(origin, track.Timescale).Ticks), samples);
        header.Packet.SetPayload(0, length);
        MoveBase(count);
        _samples.AsSpan(count, fragment.Count - count).CopyTo(_samples);
        _gathered = PartFragment.Rent();
        fragment.MoveTo(_gathered, count);
        fragment.Seal(track.Id, header);
        return fragment;
    }

    /// <summary>Drops the oldest packet.</summary>
    public void DropFirst()
    {
        MoveBase(1);
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
