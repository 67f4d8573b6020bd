namespace TimeShift.LoadTest.Media;

/// <summary>When which byte of a looped clip is due. Pure; positions count bytes since the first round's first byte.</summary>
internal sealed class ClipSchedule
{
    private readonly int[] _due;
    private readonly int[] _ends;

    /// <param name="due">Milliseconds since the round's begin at which a message is due, never falling; below <paramref name="period"/>.</param>
    /// <param name="ends">Where the message ends in the round's bytes.</param>
    /// <param name="period">Milliseconds of one round.</param>
    public ClipSchedule(int[] due, int[] ends, int period)
    {
        if (due.Length == 0 || due.Length != ends.Length) throw new ArgumentException($"{due.Length} times and {ends.Length} ends; expected as many, and one at least");
        if (due[^1] >= period) throw new ArgumentException($"the last message is due at {due[^1]} ms of a round of {period} ms");
        (_due, _ends, Period) = (due, ends, period);
    }

    public int Period { get; }

    public int Messages => _due.Length;

    public int RoundBytes => _ends[^1];

    /// <summary>Position up to which everything is due at that time after the start; 0 before it.</summary>
    public long BytesDue(double milliseconds)
    {
        if (milliseconds < 0) return 0;
        var round = (long)(milliseconds / Period);
        var within = (int)(milliseconds - round * Period);
        // The number of messages due at `within`: an upper bound.
        var (low, high) = (0, _due.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_due[middle] <= within) low = middle + 1;
            else high = middle;
        }

        return round * RoundBytes + (low == 0 ? 0 : _ends[low - 1]);
    }

    /// <summary>Milliseconds after the start at which the byte at a position is due.</summary>
    public long DueAt(long position)
    {
        var (round, within) = Math.DivRem(position, RoundBytes);
        var message = Array.BinarySearch(_ends, (int)within + 1);
        return round * Period + _due[message < 0 ? ~message : message];
    }
}
