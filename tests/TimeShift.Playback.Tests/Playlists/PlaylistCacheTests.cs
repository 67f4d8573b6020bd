using TimeShift.Formats.Hls;
using TimeShift.Playback.Playlists;
using TimeShift.Playback.Windows;

namespace TimeShift.Playback.Tests.Playlists;

public class PlaylistCacheTests
{
    [Fact]
    public async Task Many_who_ask_at_once_get_what_one_of_them_rendered()
    {
        var cache = new PlaylistCache();
        var renderings = 0;
        using var gate = new ManualResetEventSlim();
        var askers = Enumerable.Range(0, 8).Select(_ => Task.Factory.StartNew(
            () => cache.GetOrRender(Key(1), () =>
            {
                Interlocked.Increment(ref renderings);
                gate.Wait();
                return Playlist(10);
            }),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)).ToArray();
        gate.Set();
        var answers = await Task.WhenAll(askers);
        Assert.Single(answers.Distinct());
        Assert.Equal(1, renderings);
    }

    [Fact]
    public void The_oldest_go_when_there_are_too_many_or_too_large()
    {
        var cache = new PlaylistCache(capacity: 4, maxBytes: 1000);
        for (var i = 0; i < 10; i++) cache.GetOrRender(Key(i), () => Playlist(10));
        Assert.Equal(4, cache.Count);
        Assert.False(cache.TryGet(Key(5), out _));
        Assert.True(cache.TryGet(Key(6), out _));
        cache.GetOrRender(Key(10), () => Playlist(975));
        Assert.Equal(3, cache.Count);
        cache.GetOrRender(Key(11), () => Playlist(5000));
        Assert.Equal(1, cache.Count);
        Assert.True(cache.TryGet(Key(11), out _));
    }

    [Fact]
    public void A_rendering_that_failed_is_tried_again()
    {
        var cache = new PlaylistCache();
        Assert.Throws<IOException>(() => cache.GetOrRender(Key(1), () => throw new IOException("no disk")));
        Assert.Equal(0, cache.Count);
        var playlist = Playlist(1);
        Assert.Same(playlist, cache.GetOrRender(Key(1), () => playlist));
    }

    private static PlaylistKey Key(long version) => new(TrackSelector.Video, new TimelineWindow(PlaylistType.Live, 0, 1, true, null), version, true, 2, "");

    private static RenderedPlaylist Playlist(int size) => new(new byte[size], TimeSpan.FromSeconds(1));
}
