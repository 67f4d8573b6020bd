using System.Text;

namespace TimeShift.Formats.Hls;

/// <summary>
/// Reads playlists of both kinds. Unknown tags and attributes are skipped, as RFC 8216bis §6.3.1 wants it; a known tag that is malformed,
/// one that stands twice where it may stand once, or one of the other kind is a fault. Takes time and memory proportional to the input.
/// </summary>
public static class PlaylistParser
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="PlaylistFormatException">The bytes are no playlist.</exception>
    public static Playlist Parse(ReadOnlySpan<byte> utf8)
    {
        var text = Decode(utf8);
        var reader = new Reader();
        var rest = text.AsSpan();
        for (var number = 1; rest.Length > 0; number++)
        {
            var end = rest.IndexOf('\n');
            var line = (end < 0 ? rest : rest[..end]).Trim();
            rest = end < 0 ? default : rest[(end + 1)..];
            if (number == 1)
            {
                if (line is not "#EXTM3U") throw new PlaylistFormatException(1, line.ToString(), "#EXTM3U, with nothing before it");
                continue;
            }

            if (line.ContainsAny(PlaylistText.Controls))
                throw new PlaylistFormatException(number, line.ToString(), "no control characters but line ends");
            if (line.Length > 0) reader.Read(new PlaylistLine(line, number));
            reader.LastLine = number;
        }

        return text.Length > 0 ? reader.End() : throw new PlaylistFormatException(1, "", "#EXTM3U");
    }

    /// <inheritdoc cref="Parse"/>
    public static MediaPlaylist ParseMedia(ReadOnlySpan<byte> utf8) =>
        Parse(utf8) as MediaPlaylist ?? throw new PlaylistFormatException(1, "a multivariant playlist", "a media playlist");

    /// <inheritdoc cref="Parse"/>
    public static MultivariantPlaylist ParseMultivariant(ReadOnlySpan<byte> utf8) =>
        Parse(utf8) as MultivariantPlaylist ?? throw new PlaylistFormatException(1, "a media playlist", "a multivariant playlist");

    private static string Decode(ReadOnlySpan<byte> utf8)
    {
        try
        {
            return StrictUtf8.GetString(utf8);
        }
        catch (DecoderFallbackException e)
        {
            var line = 1 + utf8[..Math.Clamp(e.Index, 0, utf8.Length)].Count((byte)'\n');
            throw new PlaylistFormatException(line, Convert.ToHexString(e.BytesUnknown ?? []), "UTF-8");
        }
    }

    /// <summary>Tags that both kinds may have, and the choice of the kind by the first tag that only one may have.</summary>
    private sealed class Reader
    {
        private readonly OnceOnly _once = new();
        private MediaPlaylistReader? _media;
        private MultivariantPlaylistReader? _multivariant;
        private int _version = 1;
        private bool _independentSegments;
        private StartPoint? _start;

        public int LastLine { get; set; } = 1;

        public void Read(PlaylistLine line)
        {
            if (!line.IsTag)
            {
                if (line.Text[0] != '#') ReadUri(line);
                return;
            }

            switch (line.Name)
            {
                case "#EXT-X-VERSION":
                    _once.Check(line);
                    _version = line.SmallInteger(line.Value, "a version number");
                    break;
                case "#EXT-X-INDEPENDENT-SEGMENTS":
                    _independentSegments = true;
                    break;
                case "#EXT-X-START":
                    _once.Check(line);
                    var attributes = line.Attributes();
                    _start = new StartPoint(attributes.RequiredSeconds("TIME-OFFSET", signed: true), attributes.Flag("PRECISE"));
                    break;
                default:
                    if (MediaPlaylistReader.Knows(line.Name)) Media(line).Read(line);
                    else if (MultivariantPlaylistReader.Knows(line.Name)) Multivariant(line).Read(line);
                    break;
            }
        }

        public Playlist End()
        {
            if (_multivariant is not null)
                return _multivariant.End(LastLine) with { Version = _version, IndependentSegments = _independentSegments, Start = _start };
            if (_media is not null) return _media.End(LastLine) with { Version = _version, IndependentSegments = _independentSegments, Start = _start };
            throw new PlaylistFormatException(LastLine, "the end", "tags of a media playlist or of a multivariant playlist");
        }

        private void ReadUri(PlaylistLine line)
        {
            if (_multivariant is not null) _multivariant.ReadUri(line);
            else Media(line).ReadUri(line);
        }

        private MediaPlaylistReader Media(PlaylistLine line) =>
            _multivariant is null ? _media ??= new MediaPlaylistReader(_once)
                : throw line.Fault("only tags of a multivariant playlist, since some came before");

        private MultivariantPlaylistReader Multivariant(PlaylistLine line) =>
            _media is null ? _multivariant ??= new MultivariantPlaylistReader()
                : throw line.Fault("only tags of a media playlist, since some came before");
    }
}

/// <summary>Tags that may stand only once in a playlist (RFC 8216bis §4.4.1 to §4.4.3).</summary>
internal sealed class OnceOnly
{
    private readonly HashSet<string> _seen = [];

    public void Check(PlaylistLine line)
    {
        if (!_seen.Add(line.Name.ToString())) throw line.Fault($"{line.Name} only once");
    }
}
