using TimeShift.Core.Media;
using TimeShift.Storage.Reels;

namespace TimeShift.Playback.Playlists;

/// <summary>Which media playlists a reel has: one for each of its tracks.</summary>
internal static class PlaylistTracks
{
    public static IEnumerable<TrackSelector> Of(Reel reel)
    {
        int video = 0, audio = 0;
        foreach (var track in reel.Tracks.Tracks)
            yield return new TrackSelector(track.Kind, track.Kind == MediaKind.Video ? ++video : ++audio);
    }
}
