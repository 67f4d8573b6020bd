using TimeShift.Core.Media;

namespace TimeShift.Storage.Index;

/// <summary>
/// A reel's segments in memory, in order. One writer appends, or cuts off segments that failed to reach the disk; readers take <see cref="Records"/> at any time
/// and see a whole prefix.
/// </summary>
public sealed class SegmentIndex
{
    private SegmentRecord[] _records;
    private int _count;

    public SegmentIndex(int capacity = 64) => _records = new SegmentRecord[capacity];

    public SegmentIndex(ReadOnlySpan<SegmentRecord> records)
    {
        _records = records.ToArray();
        _count = records.Length;
    }

    public int Count => Volatile.Read(ref _count);

    public ReadOnlySpan<SegmentRecord> Records
    {
        get
        {
            // Count first: the array that is read after it has at least as many.
            var count = Volatile.Read(ref _count);
            return Volatile.Read(ref _records).AsSpan(0, count);
        }
    }

    public void Append(in SegmentRecord record)
    {
        if (_count == _records.Length)
        {
            var grown = new SegmentRecord[Math.Max(64, _records.Length * 2)];
            _records.CopyTo(grown, 0);
            Volatile.Write(ref _records, grown);
        }

        _records[_count] = record;
        Volatile.Write(ref _count, _count + 1);
    }

    public void CutTo(int count) => Volatile.Write(ref _count, Math.Min(count, _count));

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
