using TimeShift.Core.Media;

namespace TimeShift.Formats.Hls;

/// <summary>The state between the lines of a media playlist: the playlist's own tags, and those of the segment whose URI has not come yet.</summary>
internal sealed class MediaPlaylistReader(OnceOnly once)
{
    private static readonly string[] DateRangeNames = ["ID", "CLASS", "START-DATE", "END-DATE", "DURATION", "PLANNED-DURATION", "END-ON-NEXT"];

    private const int MaxKeys = 16;

    private readonly List<MediaSegment> _segments = [];
    private readonly List<DateRange> _dateRanges = [];
    private readonly List<PreloadHint> _hints = [];
    private readonly List<RenditionReport> _reports = [];

    private TimeSpan? _targetDuration;
    private long _mediaSequence;
    private long _discontinuitySequence;
    private PlaylistType _type;
    private bool _endList;
    private bool _iFramesOnly;
    private ServerControl? _control;
    private TimeSpan? _partTarget;
    private SkippedSegments? _skip;

    // In force until replaced.
    private MapInfo? _map;
    private IReadOnlyList<MediaKey> _keys = [];
    private bool _keysGrow;

    // Of the segment that is being read.
    private TimeSpan? _duration;
    private string? _title;
    private Instant? _time;
    private bool _discontinuity;
    private bool _gap;
    private (long Length, long? Offset)? _range;
    private List<PartialSegment> _parts = [];

    // Where a byte range without an offset goes on.
    private (string Uri, long End) _lastRange = ("", 0);
    private (string Uri, long End) _lastPartRange = ("", 0);

    public static bool Knows(ReadOnlySpan<char> tag) => tag is "#EXTINF" or "#EXT-X-TARGETDURATION" or "#EXT-X-MEDIA-SEQUENCE"
        or "#EXT-X-DISCONTINUITY-SEQUENCE" or "#EXT-X-PLAYLIST-TYPE" or "#EXT-X-ENDLIST" or "#EXT-X-I-FRAMES-ONLY" or "#EXT-X-SERVER-CONTROL"
        or "#EXT-X-PART-INF" or "#EXT-X-SKIP" or "#EXT-X-DISCONTINUITY" or "#EXT-X-GAP" or "#EXT-X-MAP" or "#EXT-X-KEY" or "#EXT-X-BYTERANGE"
        or "#EXT-X-PROGRAM-DATE-TIME" or "#EXT-X-PART" or "#EXT-X-PRELOAD-HINT" or "#EXT-X-RENDITION-REPORT" or "#EXT-X-DATERANGE";

    public void Read(PlaylistLine line)
    {
        switch (line.Name)
        {
            case "#EXTINF": ReadDuration(line); break;
            case "#EXT-X-PROGRAM-DATE-TIME": _time = line.Time(line.Value, "an ISO 8601 date and time"); break;
            case "#EXT-X-PART": ReadPart(line); break;
            case "#EXT-X-DISCONTINUITY": _discontinuity = true; break;
            case "#EXT-X-GAP": _gap = true; break;
            case "#EXT-X-BYTERANGE": _range = ReadRange(line, line.Value); break;
            case "#EXT-X-MAP": ReadMap(line); break;
            case "#EXT-X-KEY": ReadKey(line); break;
            case "#EXT-X-DATERANGE": ReadDateRange(line); break;
            case "#EXT-X-PRELOAD-HINT": ReadHint(line); break;
            case "#EXT-X-RENDITION-REPORT": ReadReport(line); break;
            default:
                once.Check(line);
                ReadOwnTag(line);
                break;
        }
    }

    public void ReadUri(PlaylistLine line)
    {
        var uri = line.Text.ToString();
        if (_duration is not { } duration) throw line.Fault("#EXTINF before a segment's URI");
        ByteRange? range = null;
        if (_range is { } r)
        {
            range = Resolve(line, r, uri, _lastRange);
            _lastRange = (uri, range.Value.Offset + range.Value.Length);
        }

        _segments.Add(new MediaSegment
        {
            Uri = uri,
            Duration = duration,
            Title = _title,
            ProgramDateTime = _time,
            Discontinuity = _discontinuity,
            Gap = _gap,
            Map = _map,
            Keys = _keys,
            ByteRange = range,
            Parts = _parts.Count > 0 ? _parts : [],
        });
        _duration = null;
        _title = null;
        _time = null;
        _discontinuity = _gap = _keysGrow = false;
        _range = null;
        if (_parts.Count > 0) _parts = [];
    }

    public MediaPlaylist End(int lastLine)
    {
        if (_duration is not null) throw new PlaylistFormatException(lastLine, "the end", "the URI of the last segment");
        if (_targetDuration is not { } target) throw new PlaylistFormatException(lastLine, "the end", "#EXT-X-TARGETDURATION somewhere before");
        var open = _parts.Count > 0 || _discontinuity || _time is not null;
        return new MediaPlaylist
        {
            TargetDuration = target,
            MediaSequence = _mediaSequence,
            DiscontinuitySequence = _discontinuitySequence,
            Type = _type,
            EndList = _endList,
            IFramesOnly = _iFramesOnly,
            ServerControl = _control,
            PartTarget = _partTarget,
            Skip = _skip,
            DateRanges = _dateRanges,
            Segments = _segments,
            Open = open ? new OpenSegment { ProgramDateTime = _time, Discontinuity = _discontinuity, Map = _map, Keys = _keys, Parts = _parts } : null,
            PreloadHints = _hints,
            RenditionReports = _reports,
        };
    }

    private void ReadOwnTag(PlaylistLine line)
    {
        switch (line.Name)
        {
            case "#EXT-X-TARGETDURATION":
                var seconds = line.SmallInteger(line.Value, "a target duration of whole seconds, at least 1");
                _targetDuration = seconds >= 1 ? TimeSpan.FromSeconds(seconds) : throw line.Fault("a target duration of at least 1");
                break;
            case "#EXT-X-MEDIA-SEQUENCE":
                _mediaSequence = ReadSequence(line);
                break;
            case "#EXT-X-DISCONTINUITY-SEQUENCE":
                _discontinuitySequence = ReadSequence(line);
                break;
            case "#EXT-X-PLAYLIST-TYPE":
                _type = line.Value switch { "EVENT" => PlaylistType.Event, "VOD" => PlaylistType.Vod, _ => throw line.Fault("EVENT or VOD") };
                break;
            case "#EXT-X-ENDLIST":
                _endList = true;
                break;
            case "#EXT-X-I-FRAMES-ONLY":
                _iFramesOnly = true;
                break;
            case "#EXT-X-PART-INF":
                _partTarget = line.Attributes().RequiredSeconds("PART-TARGET");
                break;
            case "#EXT-X-SKIP":
                var skip = line.Attributes();
                if (_segments.Count > 0) throw line.Fault("#EXT-X-SKIP before the first segment");
                _skip = new SkippedSegments(skip.RequiredInteger("SKIPPED-SEGMENTS"),
                    skip.Text("RECENTLY-REMOVED-DATERANGES")?.Split('\t', StringSplitOptions.RemoveEmptyEntries));
                break;
            case "#EXT-X-SERVER-CONTROL":
                var control = line.Attributes();
                _control = new ServerControl
                {
                    CanBlockReload = control.Flag("CAN-BLOCK-RELOAD"),
                    HoldBack = control.Seconds("HOLD-BACK"),
                    PartHoldBack = control.Seconds("PART-HOLD-BACK"),
                    CanSkipUntil = control.Seconds("CAN-SKIP-UNTIL"),
                    CanSkipDateRanges = control.Flag("CAN-SKIP-DATERANGES"),
                };
                break;
        }
    }

    private long ReadSequence(PlaylistLine line) =>
        _segments.Count == 0 ? line.Integer(line.Value, "a sequence number, a whole number")
            : throw line.Fault("a sequence number before the first segment");

    private void ReadDuration(PlaylistLine line)
    {
        if (_duration is not null) throw line.Fault("the URI of the segment before");
        // The comma is required by the RFC and left out by many.
        var comma = line.Value.IndexOf(',');
        _duration = line.Seconds((comma < 0 ? line.Value : line.Value[..comma]).Trim(), "a duration in seconds");
        var title = comma < 0 ? default : line.Value[(comma + 1)..].Trim();
        _title = title.Length > 0 ? title.ToString() : null;
    }

    private void ReadPart(PlaylistLine line)
    {
        var attributes = line.Attributes();
        var uri = attributes.RequiredText("URI");
        ByteRange? range = null;
        if (attributes.Text("BYTERANGE") is { } text)
        {
            range = Resolve(line, ReadRange(line, text), uri, _lastPartRange);
            _lastPartRange = (uri, range.Value.Offset + range.Value.Length);
        }

        var duration = attributes.RequiredSeconds("DURATION");
        _parts.Add(new PartialSegment(uri, duration, attributes.Flag("INDEPENDENT"), attributes.Flag("GAP")) { ByteRange = range });
    }

    private void ReadMap(PlaylistLine line)
    {
        var attributes = line.Attributes();
        var uri = attributes.RequiredText("URI");
        ByteRange? range = null;
        if (attributes.Text("BYTERANGE") is { } text)
        {
            var (length, offset) = ReadRange(line, text);
            range = new ByteRange(offset ?? 0, length);
        }

        _map = new MapInfo(uri, range);
    }

    /// <summary>Keys that stand together hold together (one per key format); the first one after a segment's URI replaces those in force.</summary>
    private void ReadKey(PlaylistLine line)
    {
        var key = new MediaKey([.. line.Attributes().All]);
        if (key["METHOD"] is null) throw line.Fault("an attribute METHOD");
        if (key.Method == "NONE") _keys = [];
        else if (_keysGrow && _keys is List<MediaKey> together)
        {
            together.RemoveAll(k => k["KEYFORMAT"] == key["KEYFORMAT"]);
            if (together.Count == MaxKeys) throw line.Fault($"at most {MaxKeys} key formats");
            together.Add(key);
        }
        else _keys = new List<MediaKey> { key };
        _keysGrow = true;
    }

    private void ReadDateRange(PlaylistLine line)
    {
        var attributes = line.Attributes();
        _dateRanges.Add(new DateRange
        {
            Id = attributes.RequiredText("ID"),
            Class = attributes.Text("CLASS"),
            Start = attributes.Time("START-DATE") ?? throw line.Fault("an attribute START-DATE"),
            End = attributes.Time("END-DATE"),
            Duration = attributes.Seconds("DURATION"),
            PlannedDuration = attributes.Seconds("PLANNED-DURATION"),
            EndOnNext = attributes.Flag("END-ON-NEXT"),
            Attributes = [.. attributes.All.Where(a => !DateRangeNames.Contains(a.Name))],
        });
    }

    private void ReadHint(PlaylistLine line)
    {
        var attributes = line.Attributes();
        var type = attributes.RequiredText("TYPE") switch
        {
            "PART" => PreloadHintType.Part,
            "MAP" => PreloadHintType.Map,
            _ => throw line.Fault("TYPE to be PART or MAP"),
        };
        if (_hints.Exists(h => h.Type == type)) throw line.Fault("one preload hint of each type");
        var start = attributes.Integer("BYTERANGE-START") ?? 0;
        _hints.Add(new PreloadHint(type, attributes.RequiredText("URI"), start, attributes.Integer("BYTERANGE-LENGTH")));
    }

    private void ReadReport(PlaylistLine line)
    {
        var attributes = line.Attributes();
        var uri = attributes.RequiredText("URI");
        _reports.Add(new RenditionReport(uri, attributes.RequiredInteger("LAST-MSN"), attributes.SmallInteger("LAST-PART")));
    }

    /// <summary><c>length[@offset]</c> (§4.4.4.2).</summary>
    private static (long Length, long? Offset) ReadRange(PlaylistLine line, ReadOnlySpan<char> text)
    {
        const string Expected = "a byte range of the form length@offset";
        var at = text.IndexOf('@');
        return at < 0 ? (line.Integer(text, Expected), null) : (line.Integer(text[..at], Expected), line.Integer(text[(at + 1)..], Expected));
    }

    private static ByteRange Resolve(PlaylistLine line, (long Length, long? Offset) range, string uri, (string Uri, long End) last)
    {
        var offset = range.Offset ?? (last.Uri == uri ? last.End : throw line.Fault("an offset for the first byte range of a resource"));
        return offset <= long.MaxValue - range.Length ? new ByteRange(offset, range.Length) : throw line.Fault("a byte range below 2^63");
    }
}
