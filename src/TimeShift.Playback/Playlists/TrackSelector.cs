using TimeShift.Core.Media;
using TimeShift.Formats.Hls;
using TimeShift.Storage.Reels;

namespace TimeShift.Playback.Playlists;

/// <summary>A track by what it is and which of its kind, such as the first video: the same over changes of codec, whatever its ID in each reel.</summary>
/// <param name="Position">From 1, among those that a player can take: see <see cref="HlsCodecs"/>.</param>
public readonly record struct TrackSelector(MediaKind Kind, int Position)
{
    public static readonly TrackSelector Video = new(MediaKind.Video, 1);
    public static readonly TrackSelector Audio = new(MediaKind.Audio, 1);

    /// <returns>Null where the reel has no such track.</returns>
    public Track? In(Reel reel)
    {
        var left = Position;
        foreach (var track in reel.Tracks.Tracks)
        {
            if (track.Kind == Kind && HlsCodecs.Plays(track.Codec) && --left == 0) return track;
        }

        return null;
    }
}
