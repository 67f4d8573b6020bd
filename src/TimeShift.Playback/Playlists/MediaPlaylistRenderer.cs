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
    /// <param name="key">Its track is not null.</param>
    public static byte[] Render(in PlaylistKey key, in SegmentLookup lookup, PlaybackOptions options)
    {
        var (window, track) = (key.Window, key.Track!.Value);
        var segments = new List<SegmentInfo>((int)Math.Min(window.End - window.First, 1 << 20));
        lookup.CopyTo(window.First, window.End, segments);
        var open = window.AtLiveEdge ? Open(lookup, window) : null;
        var first = segments.Count > 0 ? segments[0] : lookup.Edge.Find(window.First)?.Info;
        var partsFrom = window.AtLiveEdge ? PartsFrom(segments, open, key.TargetDuration) : long.MaxValue;
        TimeSpan? partTarget = window.AtLiveEdge ? PartTarget(options.PartTarget, first, lookup, partsFrom) : null;

        var list = new MediaPlaylist
        {
            TargetDuration = TimeSpan.FromSeconds(key.TargetDuration),
            MediaSequence = window.First,
            DiscontinuitySequence = first?.DiscontinuitySequence ?? 0,
            Type = window.Type,
            EndList = window.IsOver,
            IndependentSegments = segments.TrueForAll(s => BeginsWithKey(s, track)) && (open is null || BeginsWithKey(open.Info, track)),
            Start = StartPoint(window, segments),
            ServerControl = partTarget is { } longest ? Control(key.TargetDuration, longest) : null,
            PartTarget = partTarget,
        };

        var output = new ArrayBufferWriter<byte>(256 + segments.Count * 128);
        PlaylistWriter.WriteHeader(output, list, PlaylistVersion.Map);
        MapInfo? map = null;
        for (var i = 0; i < segments.Count; i++)
        {
            var parts = segments[i].Number >= partsFrom ? lookup.Edge.Find(segments[i].Number) : null;
            var entry = Entry(segments[i], i == 0, list.TargetDuration, track, parts, ref map, out var previous);
            PlaylistWriter.WriteSegment(output, entry, previous);
        }

        if (window.AtLiveEdge && first is { } any) list = WithTail(list, key, lookup, open, open?.Info ?? (segments.Count > 0 ? segments[^1] : any), segments.Count == 0, map);
        PlaylistWriter.WriteTail(output, list, map);
        return output.WrittenSpan.ToArray();
    }

    private static bool BeginsWithKey(in SegmentInfo segment, TrackSelector track) =>
        segment.IsIndependent || track.Kind == MediaKind.Audio || track.In(segment.Reel) is not { } present || !segment.Has(present);

    private static EdgeSegment? Open(in SegmentLookup lookup, in TimelineWindow window) =>
        lookup.Edge.Segments is [.., { IsComplete: false, Parts.IsEmpty: false } last] && last.Info.Number == window.End ? last : null;

    // RFC 8216bis §6.2.2: parts are listed up to three target durations from the end.
    private static long PartsFrom(List<SegmentInfo> segments, EdgeSegment? open, int targetDuration)
    {
        if (segments.Count == 0) return 0;
        var limit = (open?.Info ?? segments[^1]).End - TimeSpan.FromSeconds(3 * targetDuration);
        var position = segments.Count;
        while (position > 0 && segments[position - 1].End > limit) position--;
        return segments[Math.Min(position, segments.Count - 1)].Number;
    }

    private static MediaSegment Entry(
        in SegmentInfo info, bool isFirst, TimeSpan longest, TrackSelector track, EdgeSegment? parts, ref MapInfo? map, out MapInfo? previous)
    {
        previous = map;
        var present = track.In(info.Reel);
        // What is lost needs no map, and may be no reason for another.
        if (present is not null && (map is null || !info.IsLost)) map = Map(info.Reel, track, map);
        return new MediaSegment
        {
            Uri = ResourceName.Segment(track.Kind, track.Position, info.Number).ToString(),
            // A number whose reel is gone may stand for hours.
            Duration = info.IsLost && info.Duration > longest ? longest : info.Duration,
            ProgramDateTime = info.Start,
            // The first entry's is counted in EXT-X-DISCONTINUITY-SEQUENCE.
            Discontinuity = info.Discontinuity && !isFirst,
            Gap = present is null || !info.Has(present),
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
        MediaPlaylist list, in PlaylistKey key, in SegmentLookup lookup, EdgeSegment? open, in SegmentInfo newest, bool isFirst, MapInfo? map)
    {
        var track = key.Track!.Value;
        var query = key.Query;
        var next = open?.Info.Number ?? lookup.End;
        var parts = open?.Parts.Length ?? 0;
        var present = track.In(newest.Reel);
        OpenSegment? tail = null;
        if (open is not null && present is not null)
        {
            tail = new OpenSegment
            {
                ProgramDateTime = open.Info.Start,
                Discontinuity = open.Info.Discontinuity && !isFirst,
                Map = Map(open.Info.Reel, track, map),
                Parts = Parts(open, track, present.Id),
            };
        }

        var (reportNumber, reportPart) = parts > 0 ? (next, parts - 1) : (next - 1, LastPart(lookup, next - 1));
        return list with
        {
            Open = tail,
            PreloadHints = key.IsRecording && present is not null
                ? [new PreloadHint(PreloadHintType.Part, ResourceName.PartOf(track.Kind, track.Position, next, parts).ToString())]
                : [],
            RenditionReports =
            [
                .. PlaylistTracks.Of(newest.Reel).Where(t => t != track)
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

    // What the parts are: those of a slow camera are one frame long (1 fps), or a few that together have less than the 85 % of the target that §4.4.3.7 asks for (3 fps);
    // a frame that came late makes a part longer than any rate says.
    private static TimeSpan PartTarget(TimeSpan wanted, SegmentInfo? at, in SegmentLookup lookup, long partsFrom)
    {
        var target = wanted;
        var rate = at is { } info ? TrackSelector.Video.In(info.Reel)?.FrameRate ?? 0 : 0;
        if (rate > 0)
        {
            var frames = TimeSpan.FromSeconds(Math.Max(1, Math.Floor(wanted.TotalSeconds * rate + 0.001)) / rate);
            if (frames > wanted || frames < wanted * 0.85) target = RoundUp(frames);
        }

        foreach (var segment in lookup.Edge.Segments)
        {
            if (segment.Info.Number < partsFrom) continue;
            foreach (var part in segment.Parts)
            {
                if (part.DurationMicroseconds > target.TotalMicroseconds) target = RoundUp(TimeSpan.FromMicroseconds(part.DurationMicroseconds));
            }
        }

        return target;
    }

    // To a hundredth of a second, so that the target is about the same whatever the jitter.
    private static TimeSpan RoundUp(TimeSpan length) => TimeSpan.FromMilliseconds(Math.Ceiling(length.TotalMilliseconds / 10) * 10);

    // Apple's authoring specification asks for three part targets (14.3), RFC 8216bis §4.4.3.8 for three target durations.
    private static ServerControl Control(int targetDuration, TimeSpan partTarget) => new()
    {
        CanBlockReload = true,
        HoldBack = TimeSpan.FromSeconds(3 * targetDuration),
        PartHoldBack = partTarget * 3,
    };
}
