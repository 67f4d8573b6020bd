using TimeShift.Core.Media;
using TimeShift.Formats.Mp4;
using TimeShift.Storage.Index;

namespace TimeShift.Storage.Reels;

/// <summary>Makes index records from a reel's marks and fragments as a scan meets them.</summary>
internal sealed class SegmentAccumulator
{
    private readonly TrackSet _tracks;
    private readonly List<SegmentRecord> _records = [];
    private readonly List<RandomAccessPoint> _keyPoints = [];
    private readonly Dictionary<int, long> _trackTicks = [];
    private IndexHeader? _header;
    private SegmentMark _mark;
    private long _offset;
    private long _size;
    private bool _open;
    private bool _keyPointPending;

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
            if ((record.Flags & SegmentFlags.Lost) == 0) Position = record.Offset + record.Size;
        }
    }

    /// <summary>Where the scan begins.</summary>
    public long Position { get; }

    public void Begin(in SegmentMark mark, long offset)
    {
        Complete();
        _header ??= new IndexHeader(
            mark.StreamId, mark.SegmentNumber, mark.DiscontinuitySequence, mark.InitNumber, (mark.Flags & SegmentMarkFlags.DiscontinuityBefore) != 0);
        _mark = mark;
        _offset = offset;
        _size = SegmentMark.BoxSize;
        _trackTicks.Clear();
        _open = true;
        _keyPointPending = true;
    }

    public void Add(ReadOnlySpan<byte> moof, long offset, int size)
    {
        if (!_open) return;
        var fragment = FragmentSummary.Read(moof);
        _trackTicks[fragment.TrackId] = _trackTicks.GetValueOrDefault(fragment.TrackId) + (long)fragment.TotalDuration;
        _size = offset + size - _offset;
        if (_keyPointPending && fragment.TrackId == _tracks.Lead.Id)
        {
            _keyPoints.Add(new RandomAccessPoint(fragment.TrackId, fragment.Time, offset));
            _keyPointPending = false;
        }
    }

    public ReelScan Finish(string path, long goodLength, long fileLength, bool closed)
    {
        Complete();
        if (_header is not { } header) throw new InvalidDataException($"{path}: no segment in it says whose it is; expected a reel of this server");
        return new ReelScan(_tracks, header, [.. _records], _keyPoints, goodLength, fileLength, closed);
    }

    private void Complete()
    {
        if (!_open || _trackTicks.Count == 0) return;
        var flags = (_mark.Flags & SegmentMarkFlags.Independent) != 0 ? SegmentFlags.Independent : SegmentFlags.None;
        for (var i = 0; i < _tracks.Tracks.Length; i++)
        {
            if (!_trackTicks.ContainsKey(_tracks.Tracks[i].Id)) flags |= SegmentTracks.Without(i);
        }

        _records.Add(new SegmentRecord(_mark.Start, _offset, (uint)_size, (uint)DurationMicroseconds(), _records.Count, flags));
        _open = false;
    }

    private long DurationMicroseconds() => _trackTicks.TryGetValue(_tracks.Lead.Id, out var lead)
        ? new MediaTime(lead, _tracks.Lead.Timescale).Microseconds
        : _trackTicks.Max(t => new MediaTime(t.Value, _tracks.Tracks.First(track => track.Id == t.Key).Timescale).Microseconds);
}
