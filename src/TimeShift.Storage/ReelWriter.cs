using System.Runtime.InteropServices;
using TimeShift.Core.Media;
using TimeShift.Core.Packets;
using TimeShift.Formats.Mp4;
using TimeShift.Storage.Index;
using TimeShift.Storage.Live;
using TimeShift.Storage.Reels;
using TimeShift.Storage.Writing;

namespace TimeShift.Storage;

/// <summary>
/// The reel that is being recorded, as the recorder sees it: it takes segments part by part, shows them at the live edge at once, and hands them to the disk's
/// threads. It does no I/O itself and never waits. Used by one thread at a time.
/// </summary>
public sealed class ReelWriter
{
    private readonly StreamArchive _archive;
    private readonly ReelFile _file;
    private readonly EdgeKeeper _edge;
    private readonly WriteQueue _queue;
    private readonly List<SegmentRecord> _records = [];
    private readonly int _lost;
    private int _recorded;
    private long _offset;
    private long _writtenEnd;
    private OwnedPacket _mark;
    private SegmentInfo _segment;
    private long _segmentOffset;
    private uint _segmentDuration;
    private SegmentFlags _missing;
    private bool _behind;
    private bool _open;

    internal ReelWriter(StreamArchive archive, ReelFile file, EdgeKeeper edge, WriteQueue queue, int initSize, SegmentRecord[] lost)
    {
        _archive = archive;
        _file = file;
        _edge = edge;
        _queue = queue;
        _records.AddRange(lost);
        _recorded = _lost = lost.Length;
        _offset = _writtenEnd = initSize;
        queue.Add(new WriteStep(WriteKind.Open, file));
    }

    public Reel Reel => _file.Reel;

    /// <summary>The disk failed or fell behind: what comes is shown live from memory, and is not recorded.</summary>
    public bool IsBroken => _behind || _file.HasFailed;

    /// <summary>Segments that live viewers saw and the disk did not keep: their numbers are taken for ever.</summary>
    internal SegmentRecord[] Lost()
    {
        var kept = _file.HasFailed ? _file.RecordsWritten : _recorded;
        return [.. _records.Skip(kept).Select((r, i) => r with { Flags = SegmentFlags.Lost | r.Flags & SegmentFlags.Discontinuity, Offset = 0, Size = 0, Ordinal = i })];
    }

    /// <summary>Begins a segment; its number is the next of the stream.</summary>
    /// <param name="mediaStart">Media time of the stream, microseconds; 0 where only the samples' times tell.</param>
    public long BeginSegment(Instant start, Instant? sourceClock, bool independent, long mediaStart = 0)
    {
        if (_open) throw new InvalidOperationException("The segment before is not ended.");
        _open = true;
        var header = Reel.Header;
        var number = _archive.TakeNumber();
        var first = _records.Count == _lost;
        var isBreak = first && header.Discontinuity;
        var flags = (independent ? SegmentFlags.Independent : SegmentFlags.None) | (isBreak ? SegmentFlags.Discontinuity : SegmentFlags.None);
        _segment = new SegmentInfo(Reel, number, start, 0, 0, flags, isBreak);
        _segmentOffset = _offset;
        _segmentDuration = 0;
        _missing = AllMissing();
        var markFlags = (independent ? SegmentMarkFlags.Independent : SegmentMarkFlags.ForcedCut)
            | (isBreak ? SegmentMarkFlags.DiscontinuityBefore : 0);
        _mark = PacketPool.Shared.Rent(SegmentMark.BoxSize);
        new SegmentMark(header.StreamId, number, start, sourceClock, header.DiscontinuitySequence, header.InitNumber, markFlags, mediaStart, header.MediaOrigin).Write(_mark.Packet.Buffer[..SegmentMark.BoxSize]);
        _mark.Packet.SetPayload(0, SegmentMark.BoxSize);
        _edge.Begin(_segment);
        return number;
    }

    /// <summary>Adds a part to the open segment. Owns the fragments from now on, whatever happens.</summary>
    /// <param name="fragments">One per track that has packets in this part, in the order of the file.</param>
    /// <param name="durationMicroseconds">Media time of the part.</param>
    /// <param name="keyTime">Presentation time of the lead track's first sample, from the reel's origin, where the part begins with a key frame.</param>
    public void AddPart(PartFragment[] fragments, uint durationMicroseconds, MediaTime? keyTime)
    {
        if (!_open) throw new InvalidOperationException("A part belongs to a segment; begin one first.");
        var part = new LivePart(_mark, fragments);
        var isFirst = !_mark.IsDefault;
        _mark = default;
        var begin = _offset + (isFirst ? SegmentMark.BoxSize : 0);
        var at = begin;
        var ranges = new FragmentRange[fragments.Length];
        for (var i = 0; i < fragments.Length; i++)
        {
            var fragment = fragments[i];
            ranges[i] = new FragmentRange(fragment.TrackId, at, fragment.Size);
            _missing &= ~SegmentTracks.Without(PositionOf(fragment.TrackId));
            at += fragment.Size;
        }

        if (keyTime is { } time && isFirst) _file.AddKeyPoint(new RandomAccessPoint(fragments[0].TrackId, (ulong)time.Ticks, begin));
        _segmentDuration += durationMicroseconds;
        var edgePart = new EdgePart(part, ImmutableCollectionsMarshal.AsImmutableArray(ranges), durationMicroseconds, keyTime is not null);
        _edge.Add(edgePart, _segmentDuration);
        if (!IsBroken && (_queue.PendingBytes + part.Size > _archive.Options.MaxPendingBytes || _queue.PendingBytesInAll + part.Size > _archive.Options.MaxPendingBytesInAll))
        {
            _behind = true;
            _archive.ReportBehind(_queue.PendingBytes);
        }

        if (!IsBroken && part.TryAddReference()) _queue.Add(new WriteStep(WriteKind.Part, _file, part, edgePart, _offset));
        else
        {
            edgePart.Settle();
            _archive.ReportDropped(part.Size);
        }

        _offset = at;
    }

    /// <summary>Ends the open segment: from now on it is listed as whole.</summary>
    public void EndSegment(uint durationMicroseconds)
    {
        if (!_open) return;
        _open = false;
        if (!_mark.IsDefault)
        {
            // No part came: there is nothing to list, and the number goes to the next.
            _mark.Dispose();
            _mark = default;
            _edge.Abandon();
            _archive.GiveNumberBack(_segment.Number);
            return;
        }

        var size = (uint)(_offset - _segmentOffset);
        var flags = _segment.Flags | _missing;
        var record = new SegmentRecord(_segment.Start, _segmentOffset, size, durationMicroseconds, _records.Count, flags);
        if (IsBroken)
        {
            _records.Add(record);
        }
        else
        {
            _records.Add(record);
            _recorded++;
            Reel.Index.Append(record);
            _queue.Add(new WriteStep(WriteKind.Segment, _file, Record: record));
            _writtenEnd = _offset;
        }

        _edge.Complete(durationMicroseconds, size, flags, _archive.EdgeLength);
        _archive.SegmentEnded(record.End);
    }

    /// <summary>Ends the reel. An open segment is ended with what it has.</summary>
    /// <param name="continues">Another reel begins at once: the stream goes on being recorded.</param>
    public void Close(bool continues = false)
    {
        if (_open) EndSegment(_segmentDuration);
        var kept = Reel.Index.Records;
        var end = kept is [.., var last] ? last.End : Reel.NominalStart;
        if (!continues) _archive.ReelEnded();
        _queue.Add(new WriteStep(WriteKind.Close, _file, Record: new SegmentRecord(end, _writtenEnd, 0, 0, kept.Length, SegmentFlags.End)));
    }

    private SegmentFlags AllMissing()
    {
        var flags = SegmentFlags.None;
        for (var i = 0; i < Reel.Tracks.Tracks.Length; i++) flags |= SegmentTracks.Without(i);
        return flags;
    }

    private int PositionOf(int trackId)
    {
        var tracks = Reel.Tracks.Tracks;
        for (var i = 0; i < tracks.Length; i++)
        {
            if (tracks[i].Id == trackId) return i;
        }

        return -1;
    }
}
