using System.Collections.Concurrent;
using TimeShift.Playback.Windows;

namespace TimeShift.Playback.Playlists;

/// <summary>What is in a rendered playlist: two requests with the same key get the same bytes.</summary>
/// <param name="Track">Null for the multivariant playlist.</param>
/// <param name="EdgeVersion">Of the live edge, where the list ends at it; 0 elsewhere.</param>
internal readonly record struct PlaylistKey(TrackSelector? Track, TimelineWindow Window, long EdgeVersion, int TargetDuration, string Query);

/// <summary>A stream's rendered playlists: each is rendered once, by the first who asks, while others wait for that. Bounded; the oldest go first.</summary>
internal sealed class PlaylistCache
{
    private const int Capacity = 64;
    private readonly ConcurrentDictionary<PlaylistKey, Lazy<RenderedPlaylist>> _rendered = new();
    private readonly ConcurrentQueue<PlaylistKey> _order = new();

    public RenderedPlaylist GetOrRender(in PlaylistKey key, Func<RenderedPlaylist> render)
    {
        if (_rendered.TryGetValue(key, out var found)) return found.Value;
        var added = new Lazy<RenderedPlaylist>(render);
        var winner = _rendered.GetOrAdd(key, added);
        if (winner == added)
        {
            _order.Enqueue(key);
            while (_order.Count > Capacity && _order.TryDequeue(out var oldest)) _rendered.TryRemove(oldest, out _);
        }

        return winner.Value;
    }
}
