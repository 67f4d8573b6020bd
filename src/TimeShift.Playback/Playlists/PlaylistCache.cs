using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using TimeShift.Playback.Windows;

namespace TimeShift.Playback.Playlists;

/// <summary>What is in a rendered playlist: two requests with the same key get the same bytes.</summary>
/// <param name="Track">Null for the multivariant playlist.</param>
/// <param name="EdgeVersion">Of the live edge, where the list ends at it; 0 elsewhere.</param>
/// <param name="IsRecording">More is about to come; false where the list does not end at the live edge.</param>
internal readonly record struct PlaylistKey(TrackSelector? Track, TimelineWindow Window, long EdgeVersion, bool IsRecording, int TargetDuration, string Query);

/// <summary>
/// A stream's rendered playlists: each is rendered once, by the first who asks, while others wait for that. Bounded in number and bytes; the oldest go first, which are
/// those of a live edge that has moved on.
/// </summary>
internal sealed class PlaylistCache(int capacity = 64, long maxBytes = 8 << 20)
{
    private readonly ConcurrentDictionary<PlaylistKey, Lazy<RenderedPlaylist>> _rendered = new();
    private readonly ConcurrentQueue<(PlaylistKey Key, int Size)> _order = new();
    private long _bytes;

    public int Count => _rendered.Count;

    public bool TryGet(in PlaylistKey key, [NotNullWhen(true)] out RenderedPlaylist? playlist)
    {
        playlist = _rendered.TryGetValue(key, out var found) && found.IsValueCreated ? found.Value : null;
        return playlist is not null;
    }

    public RenderedPlaylist GetOrRender(in PlaylistKey key, Func<RenderedPlaylist> render)
    {
        if (TryGet(key, out var playlist)) return playlist;
        var added = new Lazy<RenderedPlaylist>(render);
        var winner = _rendered.GetOrAdd(key, added);
        try
        {
            playlist = winner.Value;
        }
        catch
        {
            // What failed once (a reel that cannot be read now) may work the next time.
            _rendered.TryRemove(KeyValuePair.Create(key, winner));
            throw;
        }

        if (winner == added) Admit(key, playlist.Bytes.Length);
        return playlist;
    }

    private void Admit(in PlaylistKey key, int size)
    {
        _order.Enqueue((key, size));
        Interlocked.Add(ref _bytes, size);
        // The newest stays, however large.
        while ((_order.Count > capacity || Interlocked.Read(ref _bytes) > maxBytes && _order.Count > 1) && _order.TryDequeue(out var oldest))
        {
            Interlocked.Add(ref _bytes, -oldest.Size);
            _rendered.TryRemove(oldest.Key, out _);
        }
    }
}
