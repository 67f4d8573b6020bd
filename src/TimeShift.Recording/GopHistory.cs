namespace TimeShift.Recording;

/// <summary>
/// Lengths of the last groups of pictures of an epoch, in microseconds. Encoders that put a key frame at each change of scene make short ones between the regular ones:
/// what is to be expected of the next is the longest of the last few.
/// </summary>
internal sealed class GopHistory
{
    private readonly long[] _lengths = new long[8];
    private long? _start;
    private int _count;

    /// <summary>0 where none is whole yet.</summary>
    public long Longest { get; private set; }

    /// <summary>Length of the group of pictures that a key frame at this time ends; 0 for the first key frame.</summary>
    public long LengthTo(long time) => _start is { } start ? time - start : 0;

    /// <param name="time">Of a key frame.</param>
    public void AddKey(long time)
    {
        if (_start is { } start)
        {
            _lengths[_count++ % _lengths.Length] = time - start;
            Longest = 0;
            foreach (var length in _lengths) Longest = Math.Max(Longest, length);
        }

        _start = time;
    }

    /// <summary>The group of pictures that runs is not whole: its length says nothing.</summary>
    public void Break() => _start = null;

    public void Clear()
    {
        Array.Clear(_lengths);
        (_start, _count, Longest) = (null, 0, 0);
    }
}
