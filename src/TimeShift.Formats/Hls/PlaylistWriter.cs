using System.Buffers;
using System.Globalization;

namespace TimeShift.Formats.Hls;

/// <summary>
/// Playlists as UTF-8. A media playlist is <see cref="WriteHeader"/>, a block per segment (<see cref="WriteSegment"/>) and <see cref="WriteTail"/>,
/// one after the other, so that a caller can keep the blocks of a long list and write only what changed.
/// </summary>
/// <remarks>
/// Every method throws <see cref="ArgumentException"/> for text that a playlist cannot carry; what has been written by then is not a playlist.
/// </remarks>
public static class PlaylistWriter
{
    public static void Write(IBufferWriter<byte> output, Playlist playlist)
    {
        if (playlist is MediaPlaylist media) Write(output, media);
        else Write(output, (MultivariantPlaylist)playlist);
    }

    public static void Write(IBufferWriter<byte> output, MediaPlaylist playlist)
    {
        WriteHeader(output, playlist, PlaylistVersion.Lowest(playlist));
        MediaSegment? previous = null;
        foreach (var segment in playlist.Segments)
        {
            WriteSegment(output, segment, previous?.Map, previous?.Keys);
            previous = segment;
        }

        WriteTail(output, playlist, previous?.Map, previous?.Keys);
    }

    public static void Write(IBufferWriter<byte> output, MultivariantPlaylist playlist)
    {
        var text = new PlaylistText(output);
        WriteFirstLines(ref text, playlist, PlaylistVersion.Lowest(playlist));
        WriteStart(ref text, playlist.Start);
        foreach (var rendition in playlist.Renditions) WriteRendition(ref text, rendition);
        foreach (var variant in playlist.Variants)
        {
            text.Tag("#EXT-X-STREAM-INF:"u8);
            WriteVariantAttributes(ref text, variant);
            text.EndLine();
            text.Uri(variant.Uri);
        }

        foreach (var variant in playlist.IFrameVariants)
        {
            text.Tag("#EXT-X-I-FRAME-STREAM-INF:"u8);
            WriteVariantAttributes(ref text, variant);
            text.Quoted("URI="u8, variant.Uri);
            text.EndLine();
        }

        text.Flush();
    }

    /// <summary>
    /// Everything before the first segment, with EXT-X-SKIP and the date ranges. The segments of <paramref name="playlist"/> are not looked at.
    /// </summary>
    /// <param name="version">
    /// The highest that any of the segments needs, see <see cref="PlaylistVersion"/>: <see cref="PlaylistVersion.Map"/> for fMP4.
    /// </param>
    public static void WriteHeader(IBufferWriter<byte> output, MediaPlaylist playlist, int version)
    {
        var target = playlist.TargetDuration;
        if (target < TimeSpan.FromSeconds(1) || target.Ticks % TimeSpan.TicksPerSecond != 0)
            throw new ArgumentException($"a target duration of {target} came; expected whole seconds, at least one", nameof(playlist));
        var text = new PlaylistText(output);
        WriteFirstLines(ref text, playlist, version);
        text.Line("#EXT-X-TARGETDURATION:"u8, target.Ticks / TimeSpan.TicksPerSecond);
        WriteServerControl(ref text, playlist.ServerControl);
        if (playlist.PartTarget is { } partTarget)
        {
            text.Tag("#EXT-X-PART-INF:"u8);
            text.Attribute("PART-TARGET="u8, partTarget);
            text.EndLine();
        }

        if (playlist.Type != PlaylistType.Live)
            text.Line(playlist.Type == PlaylistType.Vod ? "#EXT-X-PLAYLIST-TYPE:VOD"u8 : "#EXT-X-PLAYLIST-TYPE:EVENT"u8);
        text.Line("#EXT-X-MEDIA-SEQUENCE:"u8, playlist.MediaSequence);
        text.Line("#EXT-X-DISCONTINUITY-SEQUENCE:"u8, playlist.DiscontinuitySequence);
        if (playlist.IFramesOnly) text.Line("#EXT-X-I-FRAMES-ONLY"u8);
        WriteStart(ref text, playlist.Start);
        foreach (var range in playlist.DateRanges) WriteDateRange(ref text, range);
        if (playlist.Skip is { } skip)
        {
            text.Tag("#EXT-X-SKIP:"u8);
            text.Attribute("SKIPPED-SEGMENTS="u8, skip.Count);
            if (skip.RecentlyRemovedDateRanges is { } removed) text.Quoted("RECENTLY-REMOVED-DATERANGES="u8, string.Join('\t', removed));
            text.EndLine();
        }

        text.Flush();
    }

    /// <summary>A segment's block: its tags and its URI.</summary>
    /// <param name="previousMap">
    /// The map in force before it; EXT-X-MAP is written where the segment's own is another. The first block of a list has none in force.
    /// </param>
    /// <param name="previousKeys">The keys in force before it, likewise.</param>
    /// <param name="parts">False leaves EXT-X-PART out, as for segments more than three target durations from the end.</param>
    public static void WriteSegment(IBufferWriter<byte> output, MediaSegment segment, MapInfo? previousMap = null,
        IReadOnlyList<MediaKey>? previousKeys = null, bool parts = true)
    {
        var text = new PlaylistText(output);
        if (segment.Discontinuity) text.Line("#EXT-X-DISCONTINUITY"u8);
        WriteKeys(ref text, segment.Keys, previousKeys);
        WriteMap(ref text, segment.Map, previousMap);
        if (segment.ProgramDateTime is { } time) WriteTime(ref text, time);
        if (parts) WriteParts(ref text, segment.Parts);
        if (segment.Gap) text.Line("#EXT-X-GAP"u8);
        text.Raw("#EXTINF:"u8);
        text.Seconds(segment.Duration, shorten: false);
        text.Raw(","u8);
        if (segment.Title is { } title) text.Text(title, quoted: false);
        text.EndLine();
        if (segment.ByteRange is { } range)
        {
            text.Raw("#EXT-X-BYTERANGE:"u8);
            WriteRange(ref text, range);
            text.EndLine();
        }

        text.Uri(segment.Uri);
        text.Flush();
    }

    /// <summary>An EXT-X-MAP line of its own: for a list that begins with a block which was written with its map in force already.</summary>
    public static void WriteMap(IBufferWriter<byte> output, MapInfo map)
    {
        var text = new PlaylistText(output);
        WriteMap(ref text, map, null);
        text.Flush();
    }

    /// <summary>Everything after the last segment: the open segment's parts, hints, reports, EXT-X-ENDLIST.</summary>
    public static void WriteTail(IBufferWriter<byte> output, MediaPlaylist playlist, MapInfo? previousMap = null,
        IReadOnlyList<MediaKey>? previousKeys = null)
    {
        var text = new PlaylistText(output);
        if (playlist.Open is { } open)
        {
            if (open.Discontinuity) text.Line("#EXT-X-DISCONTINUITY"u8);
            WriteKeys(ref text, open.Keys, previousKeys);
            WriteMap(ref text, open.Map, previousMap);
            if (open.ProgramDateTime is { } time) WriteTime(ref text, time);
            WriteParts(ref text, open.Parts);
        }

        foreach (var hint in playlist.PreloadHints)
        {
            text.Tag("#EXT-X-PRELOAD-HINT:"u8);
            text.Name(hint.Type == PreloadHintType.Part ? "TYPE=PART"u8 : "TYPE=MAP"u8);
            text.Quoted("URI="u8, hint.Uri);
            if (hint.ByteRangeStart != 0) text.Attribute("BYTERANGE-START="u8, hint.ByteRangeStart);
            if (hint.ByteRangeLength is { } length) text.Attribute("BYTERANGE-LENGTH="u8, length);
            text.EndLine();
        }

        foreach (var report in playlist.RenditionReports)
        {
            text.Tag("#EXT-X-RENDITION-REPORT:"u8);
            text.Quoted("URI="u8, report.Uri);
            text.Attribute("LAST-MSN="u8, report.LastMediaSequence);
            if (report.LastPart is { } part) text.Attribute("LAST-PART="u8, part);
            text.EndLine();
        }

        if (playlist.EndList) text.Line("#EXT-X-ENDLIST"u8);
        text.Flush();
    }

    private static void WriteFirstLines(ref PlaylistText text, Playlist playlist, int version)
    {
        text.Line("#EXTM3U"u8);
        text.Line("#EXT-X-VERSION:"u8, version);
        if (playlist.IndependentSegments) text.Line("#EXT-X-INDEPENDENT-SEGMENTS"u8);
    }

    private static void WriteStart(ref PlaylistText text, StartPoint? start)
    {
        if (start is null) return;
        text.Tag("#EXT-X-START:"u8);
        text.Attribute("TIME-OFFSET="u8, start.TimeOffset);
        text.Flag("PRECISE="u8, start.Precise);
        text.EndLine();
    }

    private static void WriteServerControl(ref PlaylistText text, ServerControl? control)
    {
        if (control is null) return;
        text.Tag("#EXT-X-SERVER-CONTROL:"u8);
        text.Flag("CAN-BLOCK-RELOAD="u8, control.CanBlockReload);
        if (control.HoldBack is { } holdBack) text.Attribute("HOLD-BACK="u8, holdBack);
        if (control.PartHoldBack is { } partHoldBack) text.Attribute("PART-HOLD-BACK="u8, partHoldBack);
        if (control.CanSkipUntil is { } skipUntil) text.Attribute("CAN-SKIP-UNTIL="u8, skipUntil);
        text.Flag("CAN-SKIP-DATERANGES="u8, control.CanSkipDateRanges);
        text.EndLine();
    }

    private static void WriteTime(ref PlaylistText text, Core.Media.Instant time)
    {
        text.Raw("#EXT-X-PROGRAM-DATE-TIME:"u8);
        text.Time(time);
        text.EndLine();
    }

    private static void WriteMap(ref PlaylistText text, MapInfo? map, MapInfo? previous)
    {
        if (map == previous) return;
        if (map is null)
            throw new ArgumentException($"a segment without a map follows one with '{previous!.Uri}'; a map holds until another replaces it");
        text.Tag("#EXT-X-MAP:"u8);
        text.Quoted("URI="u8, map.Uri);
        if (map.ByteRange is { } range) WriteRangeAttribute(ref text, range);
        text.EndLine();
    }

    private static void WriteKeys(ref PlaylistText text, IReadOnlyList<MediaKey> keys, IReadOnlyList<MediaKey>? previous)
    {
        if (ReferenceEquals(keys, previous)) return;
        if (keys.Count == 0)
        {
            if (previous is { Count: > 0 }) text.Line("#EXT-X-KEY:METHOD=NONE"u8);
            return;
        }

        foreach (var key in keys)
        {
            text.Tag("#EXT-X-KEY:"u8);
            foreach (var attribute in key.Attributes) text.Attribute(attribute);
            text.EndLine();
        }
    }

    private static void WriteParts(ref PlaylistText text, IReadOnlyList<PartialSegment> parts)
    {
        for (var i = 0; i < parts.Count; i++)
        {
            var part = parts[i];
            text.Tag("#EXT-X-PART:"u8);
            text.Attribute("DURATION="u8, part.Duration);
            text.Quoted("URI="u8, part.Uri);
            if (part.ByteRange is { } range) WriteRangeAttribute(ref text, range);
            text.Flag("INDEPENDENT="u8, part.Independent);
            text.Flag("GAP="u8, part.Gap);
            text.EndLine();
        }
    }

    private static void WriteRangeAttribute(ref PlaylistText text, ByteRange range)
    {
        text.Name("BYTERANGE=\""u8);
        WriteRange(ref text, range);
        text.Raw("\""u8);
    }

    private static void WriteRange(ref PlaylistText text, ByteRange range)
    {
        text.Number(range.Length);
        text.Raw("@"u8);
        text.Number(range.Offset);
    }

    private static void WriteDateRange(ref PlaylistText text, DateRange range)
    {
        text.Tag("#EXT-X-DATERANGE:"u8);
        text.Quoted("ID="u8, range.Id);
        text.Quoted("CLASS="u8, range.Class);
        text.Attribute("START-DATE="u8, range.Start);
        if (range.End is { } end) text.Attribute("END-DATE="u8, end);
        if (range.Duration is { } duration) text.Attribute("DURATION="u8, duration);
        if (range.PlannedDuration is { } planned) text.Attribute("PLANNED-DURATION="u8, planned);
        foreach (var attribute in range.Attributes) text.Attribute(attribute);
        text.Flag("END-ON-NEXT="u8, range.EndOnNext);
        text.EndLine();
    }

    private static void WriteRendition(ref PlaylistText text, Rendition rendition)
    {
        text.Tag("#EXT-X-MEDIA:"u8);
        text.Name(rendition.Type switch
        {
            RenditionType.Audio => "TYPE=AUDIO"u8,
            RenditionType.Video => "TYPE=VIDEO"u8,
            RenditionType.Subtitles => "TYPE=SUBTITLES"u8,
            _ => "TYPE=CLOSED-CAPTIONS"u8,
        });
        text.Quoted("GROUP-ID="u8, rendition.GroupId);
        text.Quoted("NAME="u8, rendition.Name);
        text.Quoted("LANGUAGE="u8, rendition.Language);
        text.Flag("DEFAULT="u8, rendition.Default);
        text.Flag("AUTOSELECT="u8, rendition.Autoselect);
        text.Flag("FORCED="u8, rendition.Forced);
        text.Quoted("INSTREAM-ID="u8, rendition.InstreamId);
        text.Quoted("CHARACTERISTICS="u8, rendition.Characteristics);
        text.Quoted("CHANNELS="u8, rendition.Channels);
        text.Quoted("URI="u8, rendition.Uri);
        text.EndLine();
    }

    private static void WriteVariantAttributes(ref PlaylistText text, Variant variant)
    {
        text.Attribute("BANDWIDTH="u8, variant.Bandwidth);
        if (variant.AverageBandwidth is { } average) text.Attribute("AVERAGE-BANDWIDTH="u8, average);
        text.Quoted("CODECS="u8, variant.Codecs);
        if (variant.Resolution is { } resolution)
        {
            text.Attribute("RESOLUTION="u8, resolution.Width);
            text.Raw("x"u8);
            text.Number(resolution.Height);
        }

        if (variant.FrameRate is { } rate) text.Attribute(new PlaylistAttribute("FRAME-RATE", rate.ToString("F3", CultureInfo.InvariantCulture)));
        if (variant.VideoRange is { } videoRange) text.Attribute(new PlaylistAttribute("VIDEO-RANGE", videoRange));
        text.Quoted("AUDIO="u8, variant.AudioGroup);
        text.Quoted("VIDEO="u8, variant.VideoGroup);
        text.Quoted("SUBTITLES="u8, variant.SubtitlesGroup);
        if (variant.ClosedCaptionsGroup is "") text.Name("CLOSED-CAPTIONS=NONE"u8);
        else text.Quoted("CLOSED-CAPTIONS="u8, variant.ClosedCaptionsGroup);
    }
}
