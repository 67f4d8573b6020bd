using TimeShift.Core.Media;
using TimeShift.Core.Packets;
using TimeShift.Formats.Mp4;
using TimeShift.Storage.Live;
using TimeShift.Storage.Reels;

namespace TimeShift.Storage.Tests;

/// <summary>What was recorded as a segment: the bytes of each track's fragment, by part.</summary>
internal sealed record RecordedSegment(long Number, Instant Start, uint Duration, List<byte[]?[]> Parts)
{
    public byte[] Track(int index) => [.. Parts.SelectMany(p => p[index] ?? [])];
}

/// <summary>Records footage into an archive as the recorder does: a segment each second, two parts in each, a fragment per track in each part.</summary>
internal sealed class TestRecorder(StreamArchive archive, Footage footage, Instant start)
{
    private const int FramesPerSegment = 25;
    private ReelWriter? _reel;
    private long _frame;
    private long _sound;
    private uint _part;
    private Instant _epoch = start;
    private long _epochFrame;

    public List<RecordedSegment> Segments { get; } = [];

    public ReelWriter Reel => _reel!;

    /// <summary>End of what was recorded last.</summary>
    public Instant Now => At(_frame);

    public void StartReel(bool discontinuity = true, Footage? other = null, TimeSpan gap = default)
    {
        _reel?.Close(continues: true);
        var now = Now + gap;
        if (discontinuity || other is not null) (_epoch, _epochFrame, _frame, _sound) = (now, 0, 0, 0);
        footage = other ?? footage;
        _reel = archive.StartReel(footage.Tracks, now, discontinuity);
    }

    public void Record(int segments, int parts = 2)
    {
        if (_reel is null) StartReel();
        for (var i = 0; i < segments; i++)
        {
            Begin();
            for (var part = 0; part < parts; part++) AddPart(parts, part);
            End();
        }
    }

    public void Begin()
    {
        var begin = At(_frame);
        var number = _reel!.BeginSegment(begin, null, independent: true);
        Segments.Add(new RecordedSegment(number, begin, 0, []));
    }

    public void AddPart(int parts, int part)
    {
        var from = _frame;
        var first = _frame - _frame % FramesPerSegment;
        _frame = first + FramesPerSegment * (part + 1) / parts;
        var pieces = new List<PartFragment>();
        var bytes = new byte[footage.Tracks.Tracks.Length][];
        _part++;
        for (var t = 0; t < footage.Tracks.Tracks.Length; t++)
        {
            if (Fragment(t, from) is not { } fragment) continue;
            pieces.Add(fragment);
            bytes[t] = [.. fragment.Header.Packet.Payload, .. fragment.Packets.ToArray().SelectMany(p => p.Packet.Payload.ToArray())];
        }

        Segments[^1].Parts.Add(bytes);
        _reel!.AddPart([.. pieces], (uint)(At(_frame) - At(from)).TotalMicroseconds, from == first ? new MediaTime(Dts(0, from) + footage.Samples[0][0].Offset, Lead.Timescale) : null);
    }

    public void End()
    {
        var segment = Segments[^1] with { Duration = (uint)(Now - Segments[^1].Start).TotalMicroseconds };
        Segments[^1] = segment;
        _reel!.EndSegment(segment.Duration);
    }

    public void Close()
    {
        _reel!.Close();
        _reel = null;
    }

    /// <summary>The lines that <see cref="Tool.Packets"/> gives for footage recorded from the first segment of an epoch on.</summary>
    public List<string> ExpectedPackets(int segments) =>
        [.. Enumerable.Range(0, footage.Tracks.Tracks.Length).SelectMany(t => Enumerable.Range(0, t == 0 ? segments * FramesPerSegment : SoundsBefore(segments * FramesPerSegment)).Select(i =>
        {
            var sample = SampleOf(t, i);
            var dts = Dts(t, i);
            return $"stream_index={t}|pts={dts + sample.Offset}|dts={dts}|size={sample.Data.Length}|flags={(sample.IsKey || t > 0 ? 'K' : '_')}_|data_hash=CRC32:{Crc(sample.Data):x8}";
        }))];

    private Track Lead => footage.Tracks.Tracks[0];

    private int RateTicks => Lead.Timescale.TicksPerSecond / 25;

    private Instant At(long frame) => _epoch + TimeSpan.FromMicroseconds((frame - _epochFrame) * 40_000);

    private static int SoundsBefore(long frame) => (int)(frame * 48_000 / 25 / 1024);

    private Sample SampleOf(int track, long index) => footage.Samples[track][(int)(index % (footage.Samples[track].Count / 25 * 25))];

    private long Dts(int track, long index) => track == 0 ? Lead.Timescale.TicksPerSecond + index * RateTicks : 48_000 + index * 1024;

    private PartFragment? Fragment(int track, long from)
    {
        var (first, end) = track == 0 ? (from, _frame) : (_sound, SoundsBefore(_frame));
        if (track == 1) _sound = end;
        var count = (int)(end - first);
        if (count == 0) return null;
        var fragment = PartFragment.Rent();
        var samples = new FragmentSample[count];
        for (var i = 0; i < count; i++)
        {
            var sample = SampleOf(track, first + i);
            var packet = PacketPool.Shared.Rent(sample.Data.Length);
            sample.Data.CopyTo(packet.Packet.Buffer);
            packet.Packet.SetPayload(0, sample.Data.Length);
            fragment.Add(packet);
            samples[i] = new FragmentSample((uint)sample.Data.Length, track == 0 ? (uint)RateTicks : 1024, sample.Offset, sample.IsKey || track > 0);
        }

        var header = PacketPool.Shared.Rent(Formats.Mp4.Fragment.HeaderSize(samples));
        var length = Formats.Mp4.Fragment.WriteHeader(
            header.Packet.Buffer, FragmentSequence.Of(_part, track), footage.Tracks.Tracks[track].Id, (ulong)Dts(track, first), samples);
        header.Packet.SetPayload(0, length);
        fragment.Seal(footage.Tracks.Tracks[track].Id, header);
        return fragment;
    }

    private static uint Crc(byte[] data)
    {
        var crc = uint.MaxValue;
        foreach (var b in data)
        {
            crc ^= b;
            for (var i = 0; i < 8; i++) crc = (crc >> 1) ^ (0xEDB88320 & (0u - (crc & 1)));
        }

        return ~crc;
    }
}
