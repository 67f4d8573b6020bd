using TimeShift.Core.Media;

namespace TimeShift.Core.Hub;

public enum EpochReason
{
    /// <summary>The first publisher of this stream since the program started.</summary>
    Start,

    /// <summary>A publisher came (back) after another one ended.</summary>
    Reconnect,

    /// <summary>The tracks or their codec configuration changed.</summary>
    CodecChange,

    /// <summary>Media is missing, or its clock and the wall clock went apart and could not be mended.</summary>
    TimeJump,
}

/// <summary>A stretch of unbroken media time with one set of tracks. The tracks' times begin anew in each, behind all that was presented before; 0 is 1970, as for UTC.</summary>
/// <param name="Number">Counts the epochs of a stream since the program started, from 0.</param>
public sealed record StreamEpoch(TrackSet Tracks, EpochReason Reason, long Number);
