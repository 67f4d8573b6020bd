using System.Globalization;
using TimeShift.Formats.Hls;

namespace TimeShift.LoadTest.Hls;

/// <summary>Follows a live stream as a player does: the first variant and its audio, from three segments before the end; every new segment, or part, once.</summary>
/// <param name="parts">Low latency: reloads that the server holds back until there is something new, and parts instead of segments.</param>
internal sealed class HlsViewer(Uri address, bool http2, bool parts, ViewStatistics statistics, TimeProvider clock) : IDisposable
{
    private const int SegmentsBehind = 3;
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(500);
    private readonly HlsClient _client = new(http2, clock);

    /// <summary>Until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        try
        {
            while (true)
            {
                var (list, fault, took) = await _client.PlaylistAsync(address, cancel).ConfigureAwait(false);
                if (list is not null)
                {
                    statistics.Playlists.Add(took);
                    await Task.WhenAll(MediaLists(address, list).Select(uri => FollowAsync(uri, cancel))).ConfigureAwait(false);
                    return;
                }

                statistics.Fail("playlist", fault ?? "");
                await Task.Delay(RetryDelay, clock, cancel).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
    }

    public void Dispose() => _client.Dispose();

    /// <summary>Addresses of the media playlists that a player of this list reads.</summary>
    public static IEnumerable<Uri> MediaLists(Uri address, Playlist list)
    {
        if (list is not MultivariantPlaylist { Variants: [var variant, ..] } all) return [address];
        var audio = all.Renditions.FirstOrDefault(r => r.Type == RenditionType.Audio && r.GroupId == variant.AudioGroup)?.Uri;
        return audio is null ? [new Uri(address, variant.Uri)] : [new Uri(address, variant.Uri), new Uri(address, audio)];
    }

    private async Task FollowAsync(Uri list, CancellationToken cancel)
    {
        var position = new ListPosition();
        var changed = clock.GetTimestamp();
        Uri? map = null;
        while (true)
        {
            var blocking = parts && position.CanBlock;
            var (read, fault, took) = await _client.PlaylistAsync(blocking ? Blocking(list, position) : list, cancel).ConfigureAwait(false);
            if (read is not MediaPlaylist media)
            {
                statistics.Fail("playlist", fault ?? $"{list}: no media playlist");
                await Task.Delay(RetryDelay, clock, cancel).ConfigureAwait(false);
                continue;
            }

            // A reload that was held back took as long as it was told to.
            if (!blocking) statistics.Playlists.Add(took);
            var step = position.Advance(media, parts, SegmentsBehind);
            if (step.Fault is { } broken) statistics.Fail("numbering", $"{list}: {broken}");
            statistics.AddMissed(step.Missed);
            var waited = clock.GetElapsedTime(changed);
            if (step.Resources.Count > 0)
            {
                if (position.IsRunning && waited > media.TargetDuration * 1.5) statistics.AddLate();
                position.IsRunning = true;
                changed = clock.GetTimestamp();
            }

            foreach (var resource in step.Resources)
            {
                if (resource.Map is { } info && new Uri(list, info.Uri) is var init && init != map)
                {
                    map = init;
                    await FetchAsync(init, info.ByteRange, null, cancel).ConfigureAwait(false);
                }

                await FetchAsync(new Uri(list, resource.Uri), resource.Range, resource.IsPart ? statistics.Parts : statistics.Segments, cancel).ConfigureAwait(false);
            }

            if (media.EndList) return;
            if (parts && position.CanBlock) continue;
            // RFC 8216bis §6.3.4: a target duration after a change, half of one where there was none.
            await Task.Delay(step.Resources.Count > 0 ? media.TargetDuration : media.TargetDuration / 2, clock, cancel).ConfigureAwait(false);
        }
    }

    private async Task FetchAsync(Uri uri, ByteRange? range, Report.Histogram? into, CancellationToken cancel)
    {
        var (bytes, fault, took) = await _client.MediaAsync(uri, range, cancel).ConfigureAwait(false);
        statistics.AddBytes(bytes);
        if (fault is null) into?.Add(took);
        else statistics.Fail("media", fault);
    }

    private static Uri Blocking(Uri list, ListPosition position)
    {
        var query = string.Create(CultureInfo.InvariantCulture, $"_HLS_msn={position.NextSegment}&_HLS_part={position.NextPart}");
        return new UriBuilder(list) { Query = list.Query.Length > 1 ? $"{list.Query[1..]}&{query}" : query }.Uri;
    }
}
