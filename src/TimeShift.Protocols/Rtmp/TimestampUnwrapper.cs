namespace TimeShift.Protocols.Rtmp;

/// <summary>Makes 64-bit times of 32-bit ones: each is the one nearest to the time before it. One for all tracks, since they share a clock.</summary>
internal struct TimestampUnwrapper
{
    private bool _started;
    private long _last;

    public long Unwrap(uint timestamp)
    {
        // The first may be a small negative number, where the sender's audio begins before its video.
        _last = _started ? _last + unchecked((int)(timestamp - (uint)_last)) : timestamp > uint.MaxValue - 10_000 ? (int)timestamp : timestamp;
        _started = true;
        return _last;
    }
}
