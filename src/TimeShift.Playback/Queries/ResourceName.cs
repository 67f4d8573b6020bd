using System.Globalization;
using TimeShift.Core.Media;

namespace TimeShift.Playback.Queries;

public enum ResourceKind : byte
{
    /// <summary><c>index.m3u8</c>, or one of the aliases that name their time in the path.</summary>
    MultivariantPlaylist,

    /// <summary><c>v1.m3u8</c>, <c>a1.m3u8</c></summary>
    MediaPlaylist,

    /// <summary><c>v1-init-3.mp4</c></summary>
    Init,

    /// <summary><c>v1-4711.m4s</c></summary>
    Segment,

    /// <summary><c>v1-4711.2.m4s</c></summary>
    Part,
}

/// <summary>
/// The last part of a path, which says what of a stream is asked for. One table, read both ways: <see cref="ToString"/> of what
/// <see cref="TryParse"/> gives is the text that was parsed, so each resource has one address. Numbers have no sign and no leading zeros.
/// </summary>
/// <param name="Track">Video (<c>v</c>) or audio (<c>a</c>); no meaning for a multivariant playlist.</param>
/// <param name="Index">Number of the track among those of its kind, from 1; 0 for a multivariant playlist.</param>
/// <param name="Number">Of the init segment or the media segment; 0 for playlists.</param>
/// <param name="Part">Index in the segment, from 0; 0 for everything else.</param>
public readonly record struct ResourceName(ResourceKind Kind, MediaKind Track, int Index, long Number, int Part)
{
    /// <summary>Enough for any name.</summary>
    public const int MaxLength = 48;

    private const string PlaylistEnding = ".m3u8";
    private const string InitEnding = ".mp4";
    private const string SegmentEnding = ".m4s";
    private const string InitMark = "init-";
    private const string IndexName = "index" + PlaylistEnding;

    public static ResourceName Multivariant => default;

    public static ResourceName Playlist(MediaKind track, int index) => new(ResourceKind.MediaPlaylist, track, index, 0, 0);

    public static ResourceName Init(MediaKind track, int index, long number) => new(ResourceKind.Init, track, index, number, 0);

    public static ResourceName Segment(MediaKind track, int index, long number) => new(ResourceKind.Segment, track, index, number, 0);

    public static ResourceName PartOf(MediaKind track, int index, long number, int part) => new(ResourceKind.Part, track, index, number, part);

    /// <summary>False: it is none of these; aliases are read by <see cref="StreamPath"/>. Does not allocate.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out ResourceName name)
    {
        name = default;
        if (text is IndexName) return true;
        if (text.Length < 2 || text[0] is not ('v' or 'a')) return false;
        var track = text[0] == 'v' ? MediaKind.Video : MediaKind.Audio;
        text = text[1..];
        if (!TryReadNumber(ref text, out var index) || index is < 1 or > int.MaxValue) return false;
        if (text is PlaylistEnding)
        {
            name = Playlist(track, (int)index);
            return true;
        }

        if (text[..Math.Min(1, text.Length)] is not "-") return false;
        text = text[1..];
        var init = text.StartsWith(InitMark, StringComparison.Ordinal);
        if (init) text = text[InitMark.Length..];
        if (!TryReadNumber(ref text, out var number)) return false;
        if (init)
        {
            name = Init(track, (int)index, number);
            return text is InitEnding;
        }

        if (text is SegmentEnding)
        {
            name = Segment(track, (int)index, number);
            return true;
        }

        if (text[..Math.Min(1, text.Length)] is not ".") return false;
        text = text[1..];
        if (!TryReadNumber(ref text, out var part) || part > int.MaxValue) return false;
        name = PartOf(track, (int)index, number, (int)part);
        return text is SegmentEnding;
    }

    /// <summary>False: the destination is too short; <see cref="MaxLength"/> always does.</summary>
    public bool TryFormat(Span<char> destination, out int written)
    {
        var letter = Track == MediaKind.Video ? 'v' : 'a';
        var culture = CultureInfo.InvariantCulture;
        return Kind switch
        {
            ResourceKind.MediaPlaylist => destination.TryWrite(culture, $"{letter}{Index}{PlaylistEnding}", out written),
            ResourceKind.Init => destination.TryWrite(culture, $"{letter}{Index}-{InitMark}{Number}{InitEnding}", out written),
            ResourceKind.Segment => destination.TryWrite(culture, $"{letter}{Index}-{Number}{SegmentEnding}", out written),
            ResourceKind.Part => destination.TryWrite(culture, $"{letter}{Index}-{Number}.{Part}{SegmentEnding}", out written),
            _ => destination.TryWrite(culture, $"{IndexName}", out written),
        };
    }

    public override string ToString()
    {
        Span<char> text = stackalloc char[MaxLength];
        TryFormat(text, out var written);
        return new string(text[..written]);
    }

    /// <summary>Digits without a leading zero, below 2^63.</summary>
    internal static bool TryReadNumber(ref ReadOnlySpan<char> text, out long value)
    {
        var digits = 0;
        while (digits < text.Length && char.IsAsciiDigit(text[digits])) digits++;
        value = 0;
        if (digits == 0 || (digits > 1 && text[0] == '0')
            || !long.TryParse(text[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out value)) return false;
        text = text[digits..];
        return true;
    }
}
