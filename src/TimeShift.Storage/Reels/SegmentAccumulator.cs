using TimeShift.Core.Media;
using TimeShift.Formats.Mp4;
using TimeShift.Storage.Index;

namespace TimeShift.Storage.Reels;

/// <summary>Makes index records from a reel's marks and fragments as a scan meets them.</summary>
internal sealed class SegmentAccumulator
{
    /// <summary>Of media time: 2 000 years, which microseconds can count.</summary>
    private const long MaxSeconds = 1L << 36;

    private readonly TrackSet _tracks;
    private readonly List<SegmentRecord> _records = [];
    private readonly Dictionary<int, (long Start, long End)> _spans = [];
    private IndexHeader? _header;
    private SegmentMark _mark;
    private long _offset;
    private long _size;
    private bool _open;

    /// <param name="known">Records that can be trusted; scanning goes on behind the last of them that lies within the file.</param>
    public SegmentAccumulator(TrackSet tracks, IndexFile.Contents? known, long fileLength)
    {
        _tracks = tracks;
        if (known is null) return;
        _header = known.Header;
        foreach (var record in known.Records)
        {
            if (record.Offset + record.Size > fileLength) break;
            _records.Add(record);
            if ((record.Flags & SegmentFlags.Lost) == 0) GoodLength = Position = record.Offset + record.Size;
        }
    }

    /// <summary>Where the scan begins.</summary>
    public long Position { get; }

    /// <summary>End of the last whole fragment so far, or of the head before the first.</summary>
    public long GoodLength { get; private set; }

    public void AddHead(long end) => GoodLength = Math.Max(GoodLength, end);

    public void Begin(in SegmentMark mark, long offset)
    {
        Complete(mark.MediaStart);
        _header ??= new IndexHeader(
            mark.StreamId, mark.SegmentNumber, mark.DiscontinuitySequence, mark.InitNumber, (mark.Flags & SegmentMarkFlags.DiscontinuityBefore) != 0,
            mark.MediaOrigin is >= 0 and <= MaxSeconds * 1_000_000 ? mark.MediaOrigin : 0);
        _mark = mark;
        _offset = offset;
        _size = SegmentMark.BoxSize;
        _spans.Clear();
        _open = true;
    }

    /// <exception cref="InvalidDataException">It is no fragment of this server.</exception>
    public void Add(ReadOnlySpan<byte> moof, long offset, int size)
    {
        if (!_open) return;
        var fragment = FragmentSummary.Read(moof);
        if (_tracks.Tracks.FirstOrDefault(t => t.Id == fragment.TrackId) is { } track)
        {
            if ((fragment.DecodeTime + fragment.TotalDuration) / track.Timescale.TicksPerSecond > MaxSeconds)
                throw new InvalidDataException($"A moof at decoding time {fragment.DecodeTime}; expected a time.");
            // On the stream's clock, so that microseconds are rounded as the recorder rounded them.
            var time = fragment.DecodeTime + MediaTime.FromMicroseconds(_header!.Value.MediaOrigin, track.Timescale).Ticks;
            var start = _spans.TryGetValue(fragment.TrackId, out var span) ? span.Start : time;
            _spans[fragment.TrackId] = (start, time + fragment.TotalDuration);
        }

        GoodLength = offset + size;
        _size = GoodLength - _offset;
    }

    public ReelScan Finish(string path, long fileLength, bool closed)
    {
        Complete();
        if (_header is not { } header) throw new InvalidDataException($"{path}: no segment in it says whose it is; expected a reel of this server");
        return new ReelScan(_tracks, header, [.. _records], GoodLength, fileLength, closed);
    }

    /// <param name="next">Media time at which the next segment begins; 0 where there is none, or it does not say.</param>
    private void Complete(long next = 0)
    {
        if (!_open || _spans.Count == 0) return;
        var flags = (_mark.Flags & SegmentMarkFlags.Independent) != 0 ? SegmentFlags.Independent : SegmentFlags.None;
        if ((_mark.Flags & SegmentMarkFlags.DiscontinuityBefore) != 0) flags |= SegmentFlags.Discontinuity;
        for (var i = 0; i < _tracks.Tracks.Length; i++)
        {
            if (!_spans.ContainsKey(_tracks.Tracks[i].Id)) flags |= SegmentTracks.Without(i);
        }

        _records.Add(new SegmentRecord(_mark.Start, _offset, (uint)_size, (uint)DurationMicroseconds(next), _records.Count, flags));
        _open = false;
    }

    // As the recorder counts it: the difference of two times in microseconds, each rounded. A segment ends where the next begins, or with its lead track.
    private long DurationMicroseconds(long next)
    {
        var start = _mark.MediaStart;
        if (start > 0 && next - start is > 0 and <= uint.MaxValue) return next - start;
        var hasLead = _spans.ContainsKey(_tracks.Lead.Id);
        if (start > 0 && (hasLead ? End(_tracks.Lead) : _tracks.Tracks.Max(End)) - start is > 0 and <= uint.MaxValue and var length) return length;
        return hasLead ? Duration(_tracks.Lead) : _tracks.Tracks.Max(Duration);
    }

    private long End(Track track) => _spans.TryGetValue(track.Id, out var span) ? new MediaTime(span.End, track.Timescale).Microseconds : 0;

    private long Duration(Track track) =>
        _spans.TryGetValue(track.Id, out var span) ? End(track) - new MediaTime(span.Start, track.Timescale).Microseconds : 0;
}
