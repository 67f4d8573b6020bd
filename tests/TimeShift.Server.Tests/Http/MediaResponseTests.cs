using System.IO.Compression;
using System.Net;
using TimeShift.Formats.Hls;
using TimeShift.Server.Tests.EndToEnd;

namespace TimeShift.Server.Tests.Http;

/// <summary>Headers, conditions, ranges and waiting, on a stream that is live.</summary>
public sealed class MediaResponseTests(LiveServer live)
{
    private ServerProcess Server => live.Server;

    [Fact]
    public async Task Playlists_are_short_lived_and_compressed_for_who_wants_it()
    {
        await Server.WithSegmentsAsync(LiveServer.Camera, 6);
        var end = (await Server.MediaAsync("/cam/v1.m3u8")).Segments[3].ProgramDateTime!.Value.ToDateTimeOffset().ToUnixTimeSeconds();
        var path = $"/cam/v1.m3u8?from={end - 2}&to={end}";
        using var plain = await SendAsync(HttpMethod.Get, path);
        Assert.Equal("application/vnd.apple.mpegurl", plain.Content.Headers.ContentType!.MediaType);
        Assert.Equal("Accept-Encoding", plain.Headers.Vary.Single());
        using var live1 = await SendAsync(HttpMethod.Get, "/cam/v1.m3u8");
        Assert.InRange(live1.Headers.CacheControl!.MaxAge!.Value.TotalSeconds, 1, 2);
        using var packed = await SendAsync(HttpMethod.Get, path, ("Accept-Encoding", "br, gzip;q=0.5"));
        Assert.Equal("gzip", packed.Content.Headers.ContentEncoding.Single());
        Assert.NotEqual(plain.Headers.ETag, packed.Headers.ETag);
        await using var unpacked = new GZipStream(await packed.Content.ReadAsStreamAsync(), CompressionMode.Decompress);
        Assert.Equal(await plain.Content.ReadAsStringAsync(), await new StreamReader(unpacked).ReadToEndAsync());
        foreach (var refusal in new[] { "identity", "gzip;q=0", "gzip; q=0.000", "br" })
        {
            using var again = await SendAsync(HttpMethod.Get, path, ("Accept-Encoding", refusal));
            Assert.Empty(again.Content.Headers.ContentEncoding);
        }

        using var known = await SendAsync(HttpMethod.Get, path, ("If-None-Match", $"\"x\", W/{plain.Headers.ETag}"));
        Assert.Equal(HttpStatusCode.NotModified, known.StatusCode);
        Assert.Equal(plain.Headers.ETag, known.Headers.ETag);
    }

    [Theory]
    [InlineData("v1", "video/mp4")]
    [InlineData("a1", "audio/mp4")]
    public async Task Media_is_immutable_and_comes_in_ranges(string track, string type)
    {
        await Server.WithSegmentsAsync(LiveServer.Camera, 2);
        var list = await Server.MediaAsync($"/cam/{track}.m3u8");
        foreach (var uri in new[] { list.Segments[0].Uri, list.Segments[0].Map!.Uri })
        {
            var path = $"/cam/{uri}";
            using var whole = await SendAsync(HttpMethod.Get, path);
            var bytes = await whole.Content.ReadAsByteArrayAsync();
            Assert.Equal(type, whole.Content.Headers.ContentType!.MediaType);
            Assert.Contains("immutable", whole.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
            Assert.Equal("*", whole.Headers.GetValues("Access-Control-Allow-Origin").Single());
            Assert.Equal(bytes[100..200], await RangeAsync(path, "bytes=100-199", $"bytes 100-199/{bytes.Length}"));
            Assert.Equal(bytes[^10..], await RangeAsync(path, "bytes=-10", $"bytes {bytes.Length - 10}-{bytes.Length - 1}/{bytes.Length}"));
            using var beyond = await SendAsync(HttpMethod.Get, path, ("Range", $"bytes={bytes.Length}-"));
            Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, beyond.StatusCode);
            Assert.Equal($"bytes */{bytes.Length}", beyond.Content.Headers.ContentRange!.ToString());
            using var same = await SendAsync(HttpMethod.Get, path, ("Range", "bytes=0-1"), ("If-Range", whole.Headers.ETag!.ToString()));
            Assert.Equal(HttpStatusCode.PartialContent, same.StatusCode);
            using var other = await SendAsync(HttpMethod.Get, path, ("Range", "bytes=0-1"), ("If-Range", "\"other\""));
            Assert.Equal(HttpStatusCode.OK, other.StatusCode);
            using var known = await SendAsync(HttpMethod.Get, path, ("If-None-Match", whole.Headers.ETag.ToString()));
            Assert.Equal(HttpStatusCode.NotModified, known.StatusCode);
            using var head = await SendAsync(HttpMethod.Head, path);
            Assert.Equal(bytes.Length, head.Content.Headers.ContentLength);
        }
    }

    [Fact]
    public async Task Media_can_only_be_read_from_any_page()
    {
        using var post = await SendAsync(HttpMethod.Post, "/cam/index.m3u8");
        Assert.Equal(HttpStatusCode.MethodNotAllowed, post.StatusCode);
        Assert.Contains("GET", post.Content.Headers.Allow);
        using var options = await SendAsync(HttpMethod.Options, "/cam/v1.m3u8", ("Origin", "http://elsewhere"));
        Assert.Equal(HttpStatusCode.NoContent, options.StatusCode);
        Assert.Equal("*", options.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Contains("Range", options.Headers.GetValues("Access-Control-Allow-Headers").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reload_waits_for_the_segment_and_a_hint_for_the_part()
    {
        var list = await Server.WithSegmentsAsync(LiveServer.Camera, 3);
        var next = list.MediaSequence + list.Segments.Count;
        var reloaded = await Server.MediaAsync($"/cam/v1.m3u8?_HLS_msn={next}");
        Assert.True(reloaded.MediaSequence + reloaded.Segments.Count > next);
        Playlists.AssertHolds(reloaded, list);
        for (var i = 0; i < 6; i++)
        {
            var hint = (await Server.MediaAsync("/cam/v1.m3u8")).PreloadHints.Single();
            using var part = await Server.Http.GetAsync($"/cam/{hint.Uri}");
            if (part.StatusCode == HttpStatusCode.OK)
            {
                Assert.Equal("moof"u8.ToArray(), (await part.Content.ReadAsByteArrayAsync())[4..8]);
                return;
            }

            // The hinted part was dropped: its segment ended with the part before.
            Assert.Equal(HttpStatusCode.NotFound, part.StatusCode);
        }

        Assert.Fail("no hinted part ever came");
    }

    [Fact]
    public async Task Parts_and_segments_are_the_same_bytes_from_memory_and_from_the_reel()
    {
        await Server.WithSegmentsAsync(LiveServer.Camera, 2);
        var segment = (await Server.MediaAsync("/cam/v1.m3u8")).Segments.Last(s => s.Parts.Count > 0);
        var parts = segment.Parts.Select(p => p.Uri).ToList();
        var fresh = await Task.WhenAll(parts.Select(p => Server.Http.GetByteArrayAsync($"/cam/{p}")));
        var whole = await Server.Http.GetByteArrayAsync($"/cam/{segment.Uri}");
        Assert.Equal(whole, fresh.SelectMany(b => b));
        // Six target durations later the live edge has let it go.
        await Until.True(
            async () => (await Server.MediaAsync("/cam/v1.m3u8")).Segments[^1].ProgramDateTime > segment.ProgramDateTime + TimeSpan.FromSeconds(7 * (await Server.MediaAsync("/cam/v1.m3u8")).TargetDuration.TotalSeconds),
            "the segment to leave the live edge", 60);
        Assert.Equal(whole, await Server.Http.GetByteArrayAsync($"/cam/{segment.Uri}"));
        var old = await Task.WhenAll(parts.Select(p => Server.Http.GetByteArrayAsync($"/cam/{p}")));
        Assert.Equal(fresh, old);
    }

    [Fact]
    public async Task Snapshots_over_a_reconnect_of_the_publisher_hold_together()
    {
        await Until.NotNull(() => Server.TryMediaAsync($"/{LiveServer.Pushed}/v1.m3u8"), "the pushed stream");
        MediaPlaylist? before = null;
        for (var after = 0; after < 4;)
        {
            var now = await Server.MediaAsync($"/{LiveServer.Pushed}/v1.m3u8");
            Playlists.AssertHolds(now, before);
            if (before is not null && LiveServer.Break(now) > 0 && now.Segments.Count > before.Segments.Count) after++;
            before = now;
            await Task.Delay(200);
        }

        Playlists.AssertHolds(await Server.MediaAsync($"/{LiveServer.Pushed}/a1.m3u8"));
    }

    [Fact]
    public async Task A_viewer_who_stops_reading_or_goes_away_hurts_nobody()
    {
        await Server.WithSegmentsAsync(LiveServer.Camera, 3);
        var list = await Server.MediaAsync("/cam/v1.m3u8");
        var stalled = new List<HttpResponseMessage>();
        for (var i = 0; i < 20; i++) stalled.Add(await Server.Http.SendAsync(new HttpRequestMessage(HttpMethod.Get, $"/cam/{list.Segments[0].Uri}"), HttpCompletionOption.ResponseHeadersRead));
        using (var impatient = new CancellationTokenSource(TimeSpan.FromMilliseconds(100)))
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(
                () => Server.Http.GetAsync($"/cam/v1.m3u8?_HLS_msn={Next(list) + 1}", impatient.Token));
        }

        var later = await Until.NotNull(async () => await Server.MediaAsync("/cam/v1.m3u8") is { } now && now.Segments.Count > list.Segments.Count + 1 ? now : null, "further segments");
        Playlists.AssertHolds(later, list);
        foreach (var response in stalled) response.Dispose();
        Assert.DoesNotContain("unhandled exception", Server.Output, StringComparison.OrdinalIgnoreCase);

        static long Next(MediaPlaylist list) => list.MediaSequence + list.Segments.Count;
    }

    private async Task<byte[]> RangeAsync(string path, string range, string contentRange)
    {
        using var response = await SendAsync(HttpMethod.Get, path, ("Range", range));
        Assert.Equal(HttpStatusCode.PartialContent, response.StatusCode);
        Assert.Equal(contentRange, response.Content.Headers.ContentRange!.ToString());
        return await response.Content.ReadAsByteArrayAsync();
    }

    private Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, path);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return Server.Http.SendAsync(request);
    }
}
