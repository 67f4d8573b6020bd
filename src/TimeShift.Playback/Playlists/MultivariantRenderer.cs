using System.Buffers;
using TimeShift.Core.Media;
using TimeShift.Formats.Hls;
using TimeShift.Playback.Queries;
using TimeShift.Playback.Windows;
using TimeShift.Storage;
using TimeShift.Storage.Reels;

namespace TimeShift.Playback.Playlists;

/// <summary>The playlist of playlists: a variant per video track with the audio tracks as a rendition group, or audio alone.</summary>
internal static class MultivariantRenderer
{
    /// <summary>Segments whose bit rates are looked at: a few minutes tell as much as a day.</summary>
    private const int SampledSegments = 100;

    private const string AudioGroup = "audio";

    /// <param name="playable">The newest reel in the window that has a track to offer.</param>
    public static byte[] Render(in SegmentLookup lookup, in TimelineWindow window, Reel playable, string query)
    {
        var (reel, peak, average) = Measure(lookup, window);
        if (!PlaylistTracks.Of(reel).Any()) reel = playable;
        var tracks = PlaylistTracks.Of(reel).Select(t => (Selector: t, Track: t.In(reel)!)).ToList();
        var audio = tracks.Where(t => t.Selector.Kind == MediaKind.Audio).ToList();
        var video = tracks.Where(t => t.Selector.Kind == MediaKind.Video).ToList();
        var playlist = new MultivariantPlaylist
        {
            Renditions = video.Count == 0 ? [] : [.. audio.Select((a, i) => Rendition(a.Selector, a.Track, i, query))],
            Variants = video.Count > 0
                ? [.. video.Select(v => Variant(v.Selector, v.Track, audio.Select(a => a.Track), peak, average, query))]
                : [.. audio.Take(1).Select(a => Variant(a.Selector, a.Track, [], peak, average, query))],
        };
        var output = new ArrayBufferWriter<byte>(1024);
        PlaylistWriter.Write(output, playlist);
        return output.WrittenSpan.ToArray();
    }

    private static Variant Variant(TrackSelector selector, Track track, IEnumerable<Track> audio, long peak, long average, string query) => new()
    {
        Uri = ResourceName.Playlist(selector.Kind, selector.Position).ToString() + query,
        Bandwidth = peak,
        AverageBandwidth = average,
        Codecs = string.Join(',', audio.Select(a => a.CodecString).Prepend(track.CodecString).Distinct()),
        Resolution = track.Width > 0 ? new Resolution(track.Width, track.Height) : null,
        FrameRate = track.FrameRate > 0 ? Math.Round(track.FrameRate, 3) : null,
        AudioGroup = audio.Any() ? AudioGroup : null,
    };

    private static Rendition Rendition(TrackSelector selector, Track track, int position, string query) => new()
    {
        Type = RenditionType.Audio,
        GroupId = AudioGroup,
        Name = position == 0 ? "Audio" : $"Audio {position + 1}",
        Uri = ResourceName.Playlist(selector.Kind, selector.Position).ToString() + query,
        Default = position == 0,
        Autoselect = true,
        Channels = track.Channels > 0 ? track.Channels.ToString(System.Globalization.CultureInfo.InvariantCulture) : null,
    };

    // The newest reel in the window says which codecs; the newest segments say how many bits.
    private static (Reel Reel, long Peak, long Average) Measure(in SegmentLookup lookup, in TimelineWindow window)
    {
        var segments = new List<SegmentInfo>(SampledSegments);
        lookup.CopyTo(Math.Max(window.First, window.End - SampledSegments), window.End, segments);
        if (lookup.Edge.Segments is [.., { IsComplete: false, Parts.IsEmpty: false } open] && (window.AtLiveEdge || segments.Count == 0)) segments.Add(open.Info);
        double peak = 0, bytes = 0, seconds = 0;
        foreach (var segment in segments)
        {
            if (segment.IsLost || segment.DurationMicroseconds == 0) continue;
            var length = segment.Duration.TotalSeconds;
            var size = Math.Max(0, segment.Size - LeftOutRate(segment) * length);
            bytes += size;
            seconds += length;
            // A part or two is no measure of the peak, unless there is nothing else.
            if (length >= 0.9 || segments.Count == 1) peak = Math.Max(peak, size * 8 / length);
        }

        var average = seconds > 0 ? bytes * 8 / seconds : 1;
        return (segments[^1].Reel, Round(Math.Max(peak, average)), Round(average));
    }

    // Bytes per second of tracks that are in the segment and in no playlist: G.711 has one a sample.
    private static double LeftOutRate(SegmentInfo segment) => PlaylistTracks.LeftOutOf(segment.Reel).Where(segment.Has).Sum(t => (double)t.SampleRate * t.Channels);

    // In steps of 10 kbit/s, so that the list stays the same while the rate is about the same.
    private static long Round(double bits) => Math.Max(1, (long)Math.Ceiling(bits / 10_000)) * 10_000;
}
