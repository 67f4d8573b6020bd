using System.Text;
using TimeShift.Core.Media;
using TimeShift.Formats.Hls;
using TimeShift.Playback.Playlists;
using TimeShift.Playback.Queries;
using TimeShift.Recording.Tests.Fixtures;
using TimeShift.Storage;
using TimeShift.Tests.Hls;

namespace TimeShift.Playback.Tests;

/// <summary>Asks a studio's stream for playlists, reads them as a player does, and opens what they list.</summary>
internal sealed class Viewer(Studio studio, PlaybackOptions? options = null)
{
    private readonly Dictionary<(TimelineQuery, TrackSelector), MediaPlaylist> _previous = [];
    private StreamPlayback? _playback;

    public static readonly TrackSelector[] Tracks = [TrackSelector.Video, TrackSelector.Audio];

    public StreamPlayback Playback
    {
        get
        {
            // A restart makes another archive.
            if (_playback?.Archive != studio.Stream) _playback = new StreamPlayback(studio.Stream, options ?? new PlaybackOptions(), studio.Clock);
            return _playback;
        }
    }

    /// <summary>Seconds since the studio opened.</summary>
    public static Instant At(double seconds) => Instant.From(Studio.Epoch) + TimeSpan.FromSeconds(seconds);

    public MediaPlaylist? List(TimelineQuery question, TrackSelector? track = null) =>
        Playback.Media(question, track ?? TrackSelector.Video, "") is { } rendered ? PlaylistParser.ParseMedia(rendered.Bytes.Span) : null;

    public MultivariantPlaylist? Multivariant(TimelineQuery question, string query = "") =>
        Playback.Multivariant(question, query) is { } rendered ? (MultivariantPlaylist)PlaylistParser.Parse(rendered.Bytes.Span) : null;

    /// <summary>Reloads a list and holds it against the rules, and against what it was the last time.</summary>
    public MediaPlaylist? Follow(TimelineQuery question, TrackSelector track)
    {
        var list = List(question, track);
        if (list is null)
        {
            Assert.False(_previous.ContainsKey((question, track)), $"the list of {question} is gone");
            return null;
        }

        var previous = _previous.GetValueOrDefault((question, track));
        // Raised with a discontinuity, once for each group of pictures that outgrew it.
        if (previous is not null && list.TargetDuration > previous.TargetDuration) previous = previous with { TargetDuration = list.TargetDuration };
        var breaches = PlaylistRules.Check(list, previous);
        Assert.True(breaches.Count == 0, $"{track.Kind} of {question}:\n{string.Join('\n', breaches)}\n{Text(question, track)}");
        Assert.Equal(list.MediaSequence + list.Segments.Count, Numbers(list).LastOrDefault(list.MediaSequence - 1) + 1);
        _previous[(question, track)] = list;
        return list;
    }

    /// <summary>Every address of a list can be opened, but for gaps.</summary>
    public void OpenAll(MediaPlaylist list)
    {
        foreach (var segment in list.Segments)
        {
            if (!segment.Gap) Assert.NotEmpty(Read(segment.Uri));
            foreach (var part in segment.Parts.Where(p => !p.Gap)) Assert.NotEmpty(Read(part.Uri));
            if (segment.Map is { } map) Assert.NotEmpty(Read(map.Uri));
        }

        foreach (var part in list.Open?.Parts.Where(p => !p.Gap) ?? []) Assert.NotEmpty(Read(part.Uri));
        if (list.Open?.Map is { } open) Assert.NotEmpty(Read(open.Uri));
    }

    public byte[] Read(string uri)
    {
        Assert.True(ResourceName.TryParse(uri, out var name), uri);
        var track = new TrackSelector(name.Track, name.Index);
        if (name.Kind == ResourceKind.Init) return Playback.Init(track, name.Number) ?? throw new InvalidOperationException($"{uri} is not there");
        using var content = Playback.Open(track, name.Number, name.Kind == ResourceKind.Part ? name.Part : null) ?? throw new InvalidOperationException($"{uri} is not there");
        var bytes = new byte[content.Length];
        Assert.Equal(bytes.Length, content.Read(0, bytes));
        return bytes;
    }

    public static IEnumerable<long> Numbers(MediaPlaylist list) => list.Segments.Select(s => ResourceName.TryParse(s.Uri, out var name) ? name.Number : -1);

    public string Text(TimelineQuery question, TrackSelector track) => Encoding.UTF8.GetString(Playback.Media(question, track, "")!.Bytes.Span);

    /// <summary>Numbers of the first and the last whole segment, and what kind of list it is.</summary>
    public (long First, long Last, PlaylistType Type)? Window(TimelineQuery question) => Playback.Window(question) is { } window ? (window.First, window.End - 1, window.Type) : null;

    public SegmentLookup Lookup() => new(studio.Stream);
}
