namespace TimeShift.Formats.Hls;

/// <summary>The state between the lines of a multivariant playlist.</summary>
internal sealed class MultivariantPlaylistReader
{
    private readonly List<Variant> _variants = [];
    private readonly List<Variant> _iFrameVariants = [];
    private readonly List<Rendition> _renditions = [];
    private Variant? _pending;

    public static bool Knows(ReadOnlySpan<char> tag) => tag is "#EXT-X-STREAM-INF" or "#EXT-X-I-FRAME-STREAM-INF" or "#EXT-X-MEDIA";

    public void Read(PlaylistLine line)
    {
        if (_pending is not null) throw line.Fault("the URI of the variant on the line before");
        var attributes = line.Attributes();
        switch (line.Name)
        {
            case "#EXT-X-STREAM-INF":
                _pending = ReadVariant(attributes, "");
                break;
            case "#EXT-X-I-FRAME-STREAM-INF":
                _iFrameVariants.Add(ReadVariant(attributes, attributes.RequiredText("URI")));
                break;
            default:
                _renditions.Add(ReadRendition(line, attributes));
                break;
        }
    }

    public void ReadUri(PlaylistLine line)
    {
        if (_pending is null) throw line.Fault("#EXT-X-STREAM-INF before a URI");
        _variants.Add(_pending with { Uri = line.Text.ToString() });
        _pending = null;
    }

    public MultivariantPlaylist End(int lastLine) => _pending is null
        ? new MultivariantPlaylist { Variants = _variants, IFrameVariants = _iFrameVariants, Renditions = _renditions }
        : throw new PlaylistFormatException(lastLine, "the end", "the URI of the last variant");

    private static Variant ReadVariant(AttributeList attributes, string uri) => new()
    {
        Uri = uri,
        Bandwidth = attributes.RequiredInteger("BANDWIDTH"),
        AverageBandwidth = attributes.Integer("AVERAGE-BANDWIDTH"),
        Codecs = attributes.Text("CODECS"),
        Resolution = attributes.Resolution("RESOLUTION"),
        FrameRate = attributes.Decimal("FRAME-RATE"),
        VideoRange = attributes.Word("VIDEO-RANGE"),
        AudioGroup = attributes.Text("AUDIO"),
        VideoGroup = attributes.Text("VIDEO"),
        SubtitlesGroup = attributes.Text("SUBTITLES"),
        ClosedCaptionsGroup = attributes.All.FirstOrDefault(a => a.Name == "CLOSED-CAPTIONS") is not { } captions ? null
            : captions is { Quoted: false, Value: "NONE" } ? "" : captions.Value,
    };

    private static Rendition ReadRendition(PlaylistLine line, AttributeList attributes) => new()
    {
        Type = attributes.RequiredText("TYPE") switch
        {
            "AUDIO" => RenditionType.Audio,
            "VIDEO" => RenditionType.Video,
            "SUBTITLES" => RenditionType.Subtitles,
            "CLOSED-CAPTIONS" => RenditionType.ClosedCaptions,
            _ => throw line.Fault("TYPE to be AUDIO, VIDEO, SUBTITLES or CLOSED-CAPTIONS"),
        },
        GroupId = attributes.RequiredText("GROUP-ID"),
        Name = attributes.RequiredText("NAME"),
        Uri = attributes.Text("URI"),
        Language = attributes.Text("LANGUAGE"),
        Default = attributes.Flag("DEFAULT"),
        Autoselect = attributes.Flag("AUTOSELECT"),
        Forced = attributes.Flag("FORCED"),
        InstreamId = attributes.Text("INSTREAM-ID"),
        Channels = attributes.Text("CHANNELS"),
        Characteristics = attributes.Text("CHARACTERISTICS"),
    };
}
