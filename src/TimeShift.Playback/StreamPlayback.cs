using TimeShift.Core.Media;
using TimeShift.Formats.Hls;
using TimeShift.Formats.Mp4;
using TimeShift.Playback.Playlists;
using TimeShift.Playback.Queries;
using TimeShift.Playback.Windows;
using TimeShift.Storage;
using TimeShift.Storage.Reels;

namespace TimeShift.Playback;

/// <summary>Reads one stream's timeline for players: playlists, init segments, segments, parts. Knows no protocol.</summary>
public sealed class StreamPlayback(StreamArchive archive, PlaybackOptions options, TimeProvider clock)
{
    /// <summary>Reels before a sliding window in which a track that it does not have is looked for: two days, where no reel ended early.</summary>
    private const int RememberedReels = 48;

    private readonly PlaylistCache _playlists = new();

    public StreamArchive Archive => archive;

    /// <summary>What there is, for an answer to who asked for what there is not.</summary>
    public IReadOnlyList<(Instant Start, Instant End)> Ranges() => [.. new SegmentLookup(archive).Ranges()];

    /// <summary>The multivariant playlist of a window.</summary>
    /// <param name="query">Appended to the addresses of the media playlists, with its question mark; may be empty.</param>
    /// <returns>Null where the archive has nothing there, or nothing that players take: see <see cref="LeftOut"/>.</returns>
    public RenderedPlaylist? Multivariant(TimelineQuery question, string query)
    {
        var lookup = new SegmentLookup(archive);
        if (Resolve(lookup, question) is not { } window) return null;
        // The bit rates are those of the last segments: rendered anew with each, not with each part.
        var key = new PlaylistKey(null, window, 0, false, archive.TargetDuration, query);
        if (_playlists.TryGet(key, out var known)) return known;
        return Reels(lookup, window).FirstOrDefault(r => PlaylistTracks.Of(r).Any()) is { } playable ? Render(key, lookup, playable) : null;
    }

    /// <summary>One track's media playlist of a window.</summary>
    /// <inheritdoc cref="Multivariant"/>
    /// <returns>Null where the archive has nothing there, or nothing of this track: see <see cref="Tracks"/>.</returns>
    public RenderedPlaylist? Media(TimelineQuery question, TrackSelector track, string query)
    {
        var lookup = new SegmentLookup(archive);
        if (Resolve(lookup, question) is not { } window) return null;
        var isLive = window.AtLiveEdge;
        var key = new PlaylistKey(track, window, isLive ? lookup.Edge.Version : 0, isLive && archive.IsRecording, archive.TargetDuration, query);
        if (_playlists.TryGet(key, out var known)) return known;
        return Has(lookup, window, track) ? Render(key, lookup, null) : null;
    }

    /// <summary>The tracks that a window has, in order of kind and position; empty where it has no footage that players take.</summary>
    public IReadOnlyList<TrackSelector> Tracks(TimelineQuery question)
    {
        var lookup = new SegmentLookup(archive);
        return Resolve(lookup, question) is { } window
            ? [.. Reels(lookup, window).SelectMany(PlaylistTracks.Of).Distinct().OrderBy(t => t.Kind).ThenBy(t => t.Position)]
            : [];
    }

    /// <summary>The tracks that a window has and no playlist names, for an answer to who asked for them; no two alike.</summary>
    public IReadOnlyList<Track> LeftOut(TimelineQuery question)
    {
        var lookup = new SegmentLookup(archive);
        return Resolve(lookup, question) is { } window ? [.. Reels(lookup, window).SelectMany(PlaylistTracks.LeftOutOf).Distinct()] : [];
    }

    /// <summary>The window that a question means now.</summary>
    public TimelineWindow? Window(TimelineQuery question) => Resolve(new SegmentLookup(archive), question);

    /// <summary>The init segment of one track.</summary>
    /// <param name="initNumber">Number of the first segment that it decodes.</param>
    /// <returns>Null where no footage with it is left.</returns>
    public byte[]? Init(TrackSelector track, long initNumber) =>
        new SegmentLookup(archive).ReelOfInit(initNumber) is { } reel && track.In(reel) is { } found ? InitSegment.ToArray([found]) : null;

    /// <summary>One track's bytes of a segment, or of a part of it.</summary>
    /// <returns>Null where there is no such thing (yet, or any more).</returns>
    public TrackContent? Open(TrackSelector track, long number, int? part)
    {
        var lookup = new SegmentLookup(archive);
        var reel = lookup.Edge.Find(number)?.Info.Reel ?? (lookup.TryGet(number, out var segment) ? segment.Reel : null);
        return reel is not null && track.In(reel) is { } found ? TrackContent.Open(archive, number, part, found.Id) : null;
    }

    /// <summary>True where the part is the one that comes next: worth waiting for.</summary>
    public bool IsNext(long number, int? part)
    {
        var edge = archive.Edge;
        if (edge.Find(number) is { } segment) return !segment.IsComplete && (part is null || part == segment.Parts.Length);
        return archive.IsRecording && number == archive.NextNumber && part is null or 0;
    }

    /// <summary>Waits until the live edge has the given part of the given segment, or all of the segment.</summary>
    /// <param name="part">Null: the whole segment. A part beyond the segment's last means the first of the next (RFC 8216bis §6.2.5.2).</param>
    /// <returns>False where it did not come in time.</returns>
    public async Task<bool> WaitForAsync(long number, int? part, TimeSpan timeout, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var deadline = Task.Delay(timeout, clock, limit.Token);
        try
        {
            while (true)
            {
                var edge = archive.Edge;
                if (Has(edge, number, part)) return true;
                if (await Task.WhenAny(archive.WhenNewer(edge.Version), deadline).ConfigureAwait(false) == deadline)
                {
                    cancel.ThrowIfCancellationRequested();
                    return Has(archive.Edge, number, part);
                }
            }
        }
        finally
        {
            await limit.CancelAsync().ConfigureAwait(false);
        }
    }

    /// <summary>The number of the newest segment with something to list, the open one included; -1 where there is none.</summary>
    public long LastNumber => archive.Edge.Segments is [.., { Parts.IsEmpty: false } open] ? open.Info.Number : new SegmentLookup(archive).End - 1;

    // Apart from those who ask: what the rendering captures is allocated only where there is one.
    private RenderedPlaylist Render(PlaylistKey key, SegmentLookup lookup, Reel? playable) => _playlists.GetOrRender(
        key,
        () => new RenderedPlaylist(
            playable is not null ? MultivariantRenderer.Render(lookup, key.Window, playable, key.Query) : MediaPlaylistRenderer.Render(key, lookup, options),
            MaxAge(key.Window)));

    private bool Has(Storage.Live.LiveEdge edge, long number, int? part)
    {
        if (edge.Find(number) is not { } segment)
            return number < (edge.Segments is [var oldest, ..] ? oldest.Info.Number : archive.NextNumber);
        if (segment.IsComplete) return part is null || part < segment.Parts.Length || edge.Find(number + 1) is { Parts.IsEmpty: false };
        return part is { } wanted && wanted < segment.Parts.Length;
    }

    // A list that slides outlives the last segment of a track that ended, all gaps then: who follows it must not find it gone.
    private static bool Has(in SegmentLookup lookup, in TimelineWindow window, TrackSelector track)
    {
        if (Reels(lookup, window).Any(r => track.In(r) is not null)) return true;
        return window.Type == PlaylistType.Live && lookup.ReelsOf(0, window.First).Take(RememberedReels).Any(r => track.In(r) is not null);
    }

    private static IEnumerable<Reel> Reels(in SegmentLookup lookup, in TimelineWindow window) =>
        lookup.ReelsOf(window.First, Math.Max(window.First + 1, window.AtLiveEdge ? window.End + 1 : window.End));

    private TimelineWindow? Resolve(in SegmentLookup lookup, TimelineQuery question) =>
        WindowResolver.Resolve(lookup, question, archive, options, Instant.Now(clock), archive.IsRecording);

    // What is over is the same for ever; what grows is old after half a segment.
    private TimeSpan MaxAge(in TimelineWindow window) => window.Type == PlaylistType.Vod
        ? TimeSpan.FromHours(1)
        : window.AtLiveEdge ? options.PartTarget : TimeSpan.FromSeconds(Math.Max(1, archive.TargetDuration / 2));
}
