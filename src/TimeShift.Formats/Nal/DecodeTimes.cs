using TimeShift.Core.Media;
using TimeShift.Formats.H264;
using TimeShift.Formats.H265;

namespace TimeShift.Formats.Nal;

/// <summary>
/// Decoding times of a video track whose source knows only presentation times, as RTP does: picture n in decoding order is decoded when the (n - D)-th picture in
/// order of presentation is shown, D being the depth of reordering. That is the earliest rule which keeps DTS growing and never after PTS. One instance per track
/// and session; allocates nothing after its construction.
/// </summary>
/// <remarks>
/// DTS is never after PTS, and strictly grows except where PTS say that it cannot: a time that comes twice, a clock that was set back, and the one picture that
/// shows that reordering is deeper than was known. Those are the timeline's to mend.
/// </remarks>
public sealed class DecodeTimes
{
    /// <summary>MaxDpbFrames (ITU-T H.264 §A.3.1): no stream reorders deeper.</summary>
    private const int MaxDepth = 16;

    /// <summary>Pictures that come this many places too late show reordering; more of them, a clock that was set back.</summary>
    private const int MaxGrowth = 5;

    // Sorted; presentation times that are no picture's decoding time yet.
    private readonly long[] _waiting = new long[MaxDepth + 1];
    private readonly long[] _recent = new long[MaxGrowth + 1];
    private readonly long _second;
    private int _count;
    private int _recentCount;
    private int _depth;
    private bool _reorders;
    private bool _started;
    private long _firstKey = long.MinValue;
    private long _newest;
    private long _last = long.MinValue;
    private long _step;
    private long _lead;

    /// <param name="timescale">Of all times here.</param>
    public DecodeTimes(Timescale timescale)
    {
        _second = timescale.TicksPerSecond;
        _step = Math.Max(1, _second / 25);
        _reorders = true;
    }

    /// <summary>How far pictures are reordered, as far as is known.</summary>
    public int Depth => _depth;

    /// <summary>The depth of reordering that a configuration declares or implies.</summary>
    /// <param name="config">avcC or hvcC.</param>
    /// <returns>Null where it says nothing: then it has to be seen.</returns>
    /// <exception cref="BitstreamException">The record is broken.</exception>
    public static int? DepthOf(Codec codec, ReadOnlySpan<byte> config) => codec switch
    {
        Codec.H264 => AvcConfiguration.Read(config).ParseSps().ReorderDepth,
        Codec.H265 => HevcConfiguration.Read(config).ParseSps().ReorderDepth,
        _ => 0,
    };

    /// <summary>Says what the pictures from here on are.</summary>
    /// <param name="frameDuration">Ticks between two pictures, 0 where unknown; places the first ones only.</param>
    /// <exception cref="BitstreamException">The track's record is broken.</exception>
    public void Configure(Track track, long frameDuration) => Configure(DepthOf(track.Codec, track.Config.Span), frameDuration);

    /// <param name="declared">See <see cref="DepthOf"/>.</param>
    /// <inheritdoc cref="Configure(Track, long)"/>
    public void Configure(int? declared, long frameDuration)
    {
        if (frameDuration > 0) _step = frameDuration;
        _reorders = declared != 0;
        _depth = Math.Max(_started ? _depth : 0, Math.Min(declared ?? 0, MaxDepth));
    }

    /// <summary>Gives the decoding time of the next picture in decoding order.</summary>
    /// <param name="pts">Unwrapped.</param>
    /// <param name="isKey">Decoding may start here.</param>
    /// <returns>False for pictures before the first key frame, in either order: nothing decodes them, and they have no place among the others.</returns>
    public bool TryNext(long pts, bool isKey, out long dts)
    {
        dts = pts;
        if (!_reorders) return true;
        if (!_started)
        {
            if (!isKey) return false;
            (_started, _firstKey, _newest) = (true, pts, pts);
        }

        if (_firstKey != long.MinValue && pts != _firstKey)
        {
            // Leading pictures refer to what came before the key frame (H.265 §3.76, RASL).
            if (pts < _firstKey && _firstKey - pts < _second) return false;
            _firstKey = long.MinValue;
        }

        if (IsJump(pts)) Follow(pts);
        else if (pts < _last) Deepen(pts);
        Add(pts);
        // The first pictures are decoded before any is shown.
        var due = _count > _depth ? TakeFirst() : _waiting[0] - (_depth - _count + 1) * _step;
        if (due > _last && _last != long.MinValue && due - _last < _second) _step = due - _last;
        dts = Math.Min(_last == long.MinValue ? due : Math.Max(due, _last + 1), pts);
        if (pts - dts <= MaxDepth * _step) _lead = Math.Max(_lead, pts - dts);
        _last = dts;
        return true;
    }

    // Further than any reordering goes: packets were lost, or the clock was set.
    private bool IsJump(long pts) => Math.Abs(Math.Clamp(unchecked(pts - _newest), -long.MaxValue, long.MaxValue)) > Math.Max(_second, MaxDepth * _step);

    // What waits moves with the clock, so that this picture is decoded as long before it is shown as others were.
    private void Follow(long pts)
    {
        if (_count > 0)
        {
            var delta = unchecked(pts - _lead - _waiting[0]);
            for (var i = 0; i < _count; i++) _waiting[i] = unchecked(_waiting[i] + delta);
        }

        (_last, _newest, _recentCount) = (long.MinValue, pts, 0);
    }

    // Its decoding time is over already.
    private void Deepen(long pts)
    {
        var later = 0;
        for (var i = 0; i < Math.Min(_recentCount, _recent.Length); i++)
        {
            if (_recent[i] > pts) later++;
        }

        if (later > MaxGrowth) Follow(pts);
        else _depth = Math.Max(_depth, later);
    }

    private void Add(long pts)
    {
        _recent[_recentCount % _recent.Length] = pts;
        _recentCount = _recentCount + 1 == 2 * _recent.Length ? _recent.Length : _recentCount + 1;
        _newest = Math.Max(_newest, pts);
        var at = _count++;
        for (; at > 0 && _waiting[at - 1] > pts; at--) _waiting[at] = _waiting[at - 1];
        _waiting[at] = pts;
    }

    private long TakeFirst()
    {
        var first = _waiting[0];
        _count--;
        _waiting.AsSpan(1, _count).CopyTo(_waiting);
        return first;
    }
}
