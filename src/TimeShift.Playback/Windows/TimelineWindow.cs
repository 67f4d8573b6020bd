using TimeShift.Core.Media;
using TimeShift.Formats.Hls;

namespace TimeShift.Playback.Windows;

/// <summary>A stretch of a timeline, rounded to whole segments: what a playlist or manifest lists.</summary>
/// <param name="Type">Live slides, EVENT only grows, VOD stays as it is.</param>
/// <param name="First">Number of the first segment.</param>
/// <param name="End">One more than the number of the last whole segment.</param>
/// <param name="AtLiveEdge">The list ends where the recording does: parts of the open segment follow.</param>
/// <param name="StartAt">Where a player should begin, where that is not its own choice.</param>
public readonly record struct TimelineWindow(PlaylistType Type, long First, long End, bool AtLiveEdge, Instant? StartAt)
{
    /// <summary>Nothing will be added.</summary>
    public bool IsOver => Type == PlaylistType.Vod;
}
