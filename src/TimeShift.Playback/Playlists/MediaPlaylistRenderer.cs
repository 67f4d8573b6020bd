using System.Buffers;
using TimeShift.Core.Media;
using TimeShift.Formats.Hls;
using TimeShift.Playback.Queries;
using TimeShift.Playback.Windows;
using TimeShift.Storage;
using TimeShift.Storage.Live;
using TimeShift.Storage.Reels;

namespace TimeShift.Playback.Playlists;

/// <summary>One track's media playlist of a window.</summary>
internal static class MediaPlaylistRenderer
{
    public static byte[] Render(StreamArchive archive, in SegmentLookup lookup, in TimelineWindow window, TrackSelector track, PlaybackOptions options, string query)
    {
        var segments = new List<SegmentInfo>((int)Math.Min(window.End - window.First, 1 << 20));
        lookup.CopyTo(window.First, window.End, segments);
        var open = window.AtLiveEdge ? Open(lookup, window) : null;
        var first = segments.Count > 0 ? segments[0] : open?.Info;
        var partsFrom = window.AtLiveEdge ? PartsFrom(segments, archive.TargetDuration) : long.MaxValue;

        var list = new MediaPlaylist
        {
            TargetDuration = TimeSpan.FromSeconds(archive.TargetDuration),
            MediaSequence = window.First,
            DiscontinuitySequence = first?.DiscontinuitySequence ?? 0,
            Type = window.Type,
            EndList = window.IsOver,
            IndependentSegments = segments.TrueForAll(s => s.IsIndependent || s.IsLost || track.Kind == MediaKind.Audio) && open?.Info.IsIndependent != false,
            Start = StartPoint(window, segments),
            ServerControl = window.AtLiveEdge ? Control(archive.TargetDuration, PartTarget(options, first, track)) : null,
            PartTarget = window.AtLiveEdge ? PartTarget(options, first, track) : null,
        };

        var output = new ArrayBufferWriter<byte>(256 + segments.Count * 128);
        PlaylistWriter.WriteHeader(output, list, window.AtLiveEdge ? Math.Max(PlaylistVersion.Map, 6) : PlaylistVersion.Map);
        MapInfo? map = null;
        for (var i = 0; i < segments.Count; i++)
        {
            var parts = segments[i].Number >= partsFrom ? lookup.Edge.Find(segments[i].Number) : null;
            var entry = Entry(segments[i], i == 0, track, parts, ref map, out var previous);
            PlaylistWriter.WriteSegment(output, entry, previous);
        }

        if (window.AtLiveEdge && first is not null) list = WithTail(list, archive, lookup, open, segments.Count == 0, track, map, query);
        PlaylistWriter.WriteTail(output, list, map);
        return output.WrittenSpan.ToArray();
    }

    private static EdgeSegment? Open(in SegmentLookup lookup, in TimelineWindow window) =>
        lookup.Edge.Segments is [.., { IsComplete: false, Parts.IsEmpty: false } last] && last.Info.Number == window.End ? last : null;

    // RFC 8216bis §6.2.2: parts are listed up to three target durations from the end.
    private static long PartsFrom(List<SegmentInfo> segments, int targetDuration)
    {
        if (segments.Count == 0) return 0;
        var limit = segments[^1].End - TimeSpan.FromSeconds(3 * targetDuration);
        var position = segments.Count;
        while (position > 0 && segments[position - 1].End > limit) position--;
        return segments[Math.Min(position, segments.Count - 1)].Number;
    }

    private static MediaSegment Entry(in SegmentInfo info, bool isFirst, TrackSelector track, EdgeSegment? parts, ref MapInfo? map, out MapInfo? previous)
    {
        previous = map;
        var present = track.In(info.Reel);
        if (present is not null) map = Map(info.Reel, track, map);
        return new MediaSegment
        {
            Uri = ResourceName.Segment(track.Kind, track.Position, info.Number).ToString(),
            Duration = info.Duration,
            ProgramDateTime = info.Start,
            // The first entry's is counted in EXT-X-DISCONTINUITY-SEQUENCE.
            Discontinuity = info.Discontinuity && !isFirst,
            Gap = info.IsLost || present is null,
            Map = map,
            Parts = parts is null || present is null ? [] : Parts(parts, track, present.Id),
        };
    }

    private static MapInfo Map(Reel reel, TrackSelector track, MapInfo? current)
    {
        var uri = ResourceName.Init(track.Kind, track.Position, reel.Header.InitNumber).ToString();
        return current?.Uri == uri ? current : new MapInfo(uri);
    }

    private static List<PartialSegment> Parts(EdgeSegment segment, TrackSelector track, int trackId)
    {
        var parts = new List<PartialSegment>(segment.Parts.Length);
        for (var i = 0; i < segment.Parts.Length; i++)
        {
            var part = segment.Parts[i];
            parts.Add(new PartialSegment(
                ResourceName.PartOf(track.Kind, track.Position, segment.Info.Number, i).ToString(),
                TimeSpan.FromMicroseconds(part.DurationMicroseconds),
                part.Independent || track.Kind == MediaKind.Audio,
                part.Fragment(trackId) is null));
        }

        return parts;
    }

    private static MediaPlaylist WithTail(
        MediaPlaylist list, StreamArchive archive, in SegmentLookup lookup, EdgeSegment? open, bool isFirst, TrackSelector track, MapInfo? map, string query)
    {
        var next = open?.Info.Number ?? lookup.End;
        var parts = open?.Parts.Length ?? 0;
        OpenSegment? tail = null;
        if (open is not null && track.In(open.Info.Reel) is { } present)
        {
            tail = new OpenSegment
            {
                ProgramDateTime = open.Info.Start,
                Discontinuity = open.Info.Discontinuity && !isFirst,
                Map = Map(open.Info.Reel, track, map),
                Parts = Parts(open, track, present.Id),
            };
        }

        var reel = open?.Info.Reel ?? archive.Reels[^1];
        var (reportNumber, reportPart) = parts > 0 ? (next, parts - 1) : (next - 1, LastPart(lookup, next - 1));
        return list with
        {
            Open = tail,
            PreloadHints = archive.IsRecording
                ? [new PreloadHint(PreloadHintType.Part, ResourceName.PartOf(track.Kind, track.Position, next, parts).ToString())]
                : [],
            RenditionReports =
            [
                .. PlaylistTracks.Of(reel).Where(t => t != track)
                    .Select(t => new RenditionReport(ResourceName.Playlist(t.Kind, t.Position).ToString() + query, reportNumber, reportPart)),
            ],
        };
    }

    private static int? LastPart(in SegmentLookup lookup, long number) => lookup.Edge.Find(number) is { Parts.IsEmpty: false } whole ? whole.Parts.Length - 1 : null;

    private static StartPoint? StartPoint(in TimelineWindow window, List<SegmentInfo> segments)
    {
        if (window.StartAt is not { } start || segments.Count == 0) return null;
        var offset = TimeSpan.Zero;
        foreach (var segment in segments)
        {
            if (segment.End > start) return new StartPoint(offset + (start > segment.Start ? start - segment.Start : TimeSpan.Zero), Precise: true);
            offset += segment.Duration;
        }

        return null;
    }

    // A frame may be longer than a part should be (a camera at one frame a second): the target says what is.
    private static TimeSpan PartTarget(PlaybackOptions options, SegmentInfo? at, TrackSelector track)
    {
        var rate = at is { } info ? TrackSelector.Video.In(info.Reel)?.FrameRate ?? 0 : 0;
        var frame = rate > 0 ? TimeSpan.FromSeconds(1 / rate) : TimeSpan.Zero;
        return options.PartTarget > frame ? options.PartTarget : frame;
    }

    // Apple's authoring specification asks for three part targets (14.3), RFC 8216bis §4.4.3.8 for three target durations.
    private static ServerControl Control(int targetDuration, TimeSpan partTarget) => new()
    {
        CanBlockReload = true,
        HoldBack = TimeSpan.FromSeconds(3 * targetDuration),
        PartHoldBack = partTarget * 3,
    };
}
