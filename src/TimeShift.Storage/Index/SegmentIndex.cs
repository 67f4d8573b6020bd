using TimeShift.Core.Media;

namespace TimeShift.Storage.Index;

/// <summary>
/// A reel's segments in memory, in order. The recorder appends, the disk's thread cuts off segments that failed to reach the disk; readers take <see cref="Records"/> at any time
/// and see a whole prefix.
/// </summary>
public sealed class SegmentIndex
{
    private readonly Lock _writing = new();
    private SegmentRecord[] _records;
    private int _count;
    private bool _ended;

    public SegmentIndex(ReadOnlySpan<SegmentRecord> records)
    {
        _records = records.ToArray();
        _count = records.Length;
        while (LeadingLost < _count && (records[LeadingLost].Flags & SegmentFlags.Lost) != 0) LeadingLost++;
    }

    public int Count => Volatile.Read(ref _count);

    /// <summary>Segments at the beginning that an earlier reel should have had.</summary>
    public int LeadingLost { get; }

    public ReadOnlySpan<SegmentRecord> Records
    {
        get
        {
            // Count first: the array that is read after it has at least as many.
            var count = Volatile.Read(ref _count);
            return Volatile.Read(ref _records).AsSpan(0, count);
        }
    }

    /// <summary>Does nothing once the index was cut: the record's bytes will not reach the disk either.</summary>
    public void Append(in SegmentRecord record)
    {
        lock (_writing)
        {
            if (_ended) return;
            if (_count == _records.Length)
            {
                var grown = new SegmentRecord[Math.Max(64, _records.Length * 2)];
                _records.CopyTo(grown, 0);
                Volatile.Write(ref _records, grown);
            }

            _records[_count] = record;
            Volatile.Write(ref _count, _count + 1);
        }
    }

    /// <summary>Takes back what the disk did not get, for good.</summary>
    public void CutTo(int count)
    {
        lock (_writing)
        {
            _ended = true;
            Volatile.Write(ref _count, Math.Min(count, _count));
        }
    }

    /// <summary>Position of the last segment that starts at or before <paramref name="instant"/>; -1 where all start later.</summary>
    public static int Find(ReadOnlySpan<SegmentRecord> records, Instant instant)
    {
        int low = 0, high = records.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            if (records[middle].Start <= instant) low = middle + 1;
            else high = middle - 1;
        }

        return high;
    }
}
