using TimeShift.Formats.Hls;

namespace TimeShift.LoadTest.Hls;

/// <summary>Waits until an address plays: its list names a segment or a part, and that can be fetched.</summary>
internal static class StartupProbe
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    /// <returns>Milliseconds since <paramref name="began"/>; null where the limit passed.</returns>
    public static async Task<double?> WaitAsync(HlsClient client, Uri address, long began, TimeSpan limit, TimeProvider clock, CancellationToken cancel)
    {
        while (clock.GetElapsedTime(began) < limit)
        {
            if (await PlaysAsync(client, address, cancel).ConfigureAwait(false)) return clock.GetElapsedTime(began).TotalMilliseconds;
            await Task.Delay(Interval, clock, cancel).ConfigureAwait(false);
        }

        return null;
    }

    private static async Task<bool> PlaysAsync(HlsClient client, Uri address, CancellationToken cancel)
    {
        var (list, _, _) = await client.PlaylistAsync(address, cancel).ConfigureAwait(false);
        if (list is null) return false;
        if (list is MultivariantPlaylist)
        {
            address = HlsViewer.MediaLists(address, list).First();
            (list, _, _) = await client.PlaylistAsync(address, cancel).ConfigureAwait(false);
        }

        if (list is not MediaPlaylist media || First(media) is not { } first) return false;
        if (first.Map is { } map && (await client.MediaAsync(new Uri(address, map.Uri), map.ByteRange, cancel).ConfigureAwait(false)).Fault is not null) return false;
        return (await client.MediaAsync(new Uri(address, first.Uri), first.Range, cancel).ConfigureAwait(false)).Fault is null;
    }

    private static ListPosition.Resource? First(MediaPlaylist list) => new ListPosition().Advance(list, parts: true, behind: 1).Resources.FirstOrDefault();
}
