using TimeShift.Core.Media;
using TimeShift.Formats.Hls;
using TimeShift.Storage.Reels;

namespace TimeShift.Playback.Playlists;

/// <summary>Which media playlists a reel has: one for each of its tracks that a player can take.</summary>
internal static class PlaylistTracks
{
    public static IEnumerable<TrackSelector> Of(Reel reel)
    {
        int video = 0, audio = 0;
        foreach (var track in reel.Tracks.Tracks)
        {
            if (HlsCodecs.Plays(track.Codec)) yield return new TrackSelector(track.Kind, track.Kind == MediaKind.Video ? ++video : ++audio);
        }
    }

    /// <summary>The others: they are in the reel, and in no playlist.</summary>
    public static IEnumerable<Track> LeftOutOf(Reel reel) => reel.Tracks.Tracks.Where(t => !HlsCodecs.Plays(t.Codec));
}
