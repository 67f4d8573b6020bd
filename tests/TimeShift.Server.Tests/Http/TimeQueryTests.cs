using System.Net;
using System.Text;
using System.Text.Json;
using TimeShift.Formats.Hls;
using TimeShift.Server.Tests.EndToEnd;

namespace TimeShift.Server.Tests.Http;

/// <summary>The words for time, on a stream that is live.</summary>
public sealed class TimeQueryTests(LiveServer live)
{
    private ServerProcess Server => live.Server;

    [Fact]
    public async Task Live_has_the_rewind_window_behind_it_and_its_parts()
    {
        await Server.WithSegmentsAsync(LiveServer.Camera, 4);
        var list = await Server.MediaAsync("/cam/v1.m3u8");
        Playlists.AssertHolds(list);
        Assert.Equal(PlaylistType.Live, list.Type);
        Assert.False(list.EndList);
        Assert.True(list.ServerControl!.CanBlockReload);
        Assert.NotEmpty(list.PreloadHints);
    }

    [Theory]
    [InlineData("from={0}&to={1}")]
    [InlineData("from={0}&dur=2")]
    [InlineData("from={2}&to={3}")]
    [InlineData("from={4}&dur=2s")]
    public async Task A_range_that_is_over_is_VOD(string query)
    {
        var (from, text) = await RangeAsync(query);
        var list = await Server.MediaAsync($"/cam/v1.m3u8?{text}");
        Playlists.AssertHolds(list);
        Assert.Equal(PlaylistType.Vod, list.Type);
        Assert.True(list.EndList);
        Assert.InRange(list.Segments[0].ProgramDateTime!.Value.ToDateTimeOffset(), from.AddSeconds(-2), from);
        Assert.InRange(list.Segments[^1].ProgramDateTime!.Value.ToDateTimeOffset(), from, from.AddSeconds(2));
        Assert.Equal(await Server.TextAsync($"/cam/v1.m3u8?{text}"), await Server.TextAsync($"/cam/v1.m3u8?{text}"));
    }

    [Theory]
    [InlineData("archive-{5}-2.m3u8", PlaylistType.Vod)]
    [InlineData("index-{5}-2.m3u8", PlaylistType.Vod)]
    [InlineData("video-{5}-2.m3u8", PlaylistType.Vod)]
    [InlineData("archive-{5}-now.m3u8", PlaylistType.Event)]
    [InlineData("index.m3u8?from={0}", PlaylistType.Event)]
    [InlineData("index.m3u8?from={0}&dur=1h", PlaylistType.Event)]
    [InlineData("index.m3u8?window=20s", PlaylistType.Live)]
    [InlineData("rewind-20.m3u8", PlaylistType.Live)]
    [InlineData("index.m3u8?at={0}", PlaylistType.Live)]
    [InlineData("index.m3u8?utc={5}&lutc={6}", PlaylistType.Live)]
    [InlineData("timeshift_abs-{5}.m3u8", PlaylistType.Live)]
    [InlineData("index.m3u8?delay=2s", PlaylistType.Live)]
    [InlineData("timeshift_rel-2.m3u8", PlaylistType.Live)]
    public async Task Every_way_to_ask_leads_to_lists_that_keep_the_question_and_what_else_was_said(string name, PlaylistType type)
    {
        var (_, path) = await RangeAsync(name);
        path += (path.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "token=a%20b%26c";
        var index = PlaylistParser.ParseMultivariant(Encoding.UTF8.GetBytes(await Server.TextAsync($"/cam/{path}")));
        foreach (var uri in index.Variants.Select(v => v.Uri).Concat(index.Renditions.Select(r => r.Uri!)))
        {
            Assert.Contains("token=a%20b%26c", uri, StringComparison.Ordinal);
            Assert.DoesNotContain("utc=", uri, StringComparison.Ordinal);
            var list = await Server.MediaAsync($"/cam/{uri}");
            Playlists.AssertHolds(list);
            Assert.Equal(type, list.Type);
            Assert.NotEmpty(list.Segments);
            using var segment = await Server.Http.GetAsync($"/cam/{list.Segments[0].Uri}");
            Assert.Equal(HttpStatusCode.OK, segment.StatusCode);
        }
    }

    [Fact]
    public async Task A_delayed_list_ends_that_much_before_now()
    {
        await Server.WithSegmentsAsync(LiveServer.Camera, 8);
        var list = await Server.MediaAsync("/cam/v1.m3u8?delay=4s");
        var now = (await Server.MediaAsync("/cam/v1.m3u8")).Segments[^1];
        var end = list.Segments[^1].ProgramDateTime!.Value + list.Segments[^1].Duration;
        Assert.InRange(now.ProgramDateTime!.Value + now.Duration - end, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(6));
    }

    [Theory]
    [InlineData("from", "from=yesterday")]
    [InlineData("from", "from=")]
    [InlineData("from", "from=99999999999")]
    [InlineData("from", "from=2026-11-22T16:00:00")]
    [InlineData("to", "to=1763800000")]
    [InlineData("dur", "dur=10")]
    [InlineData("dur", "from=1763800000&dur=-1")]
    [InlineData("dur", "from=1763800000&dur=0")]
    [InlineData("dur", "from=1763800000&to=1763800001&dur=1")]
    [InlineData("to", "from=1763800001&to=1763800000")]
    [InlineData("to", "from=100&to=1763800000")]
    [InlineData("window", "window=x")]
    [InlineData("window", "window=10s&window=20s")]
    [InlineData("delay", "delay=5&window=3")]
    [InlineData("delay", "delay=1000000000h")]
    [InlineData("at", "at=soon")]
    [InlineData("since", "since=1763800000")]
    [InlineData("lutc", "lutc=1763800000")]
    [InlineData("_HLS_msn", "_HLS_msn=x")]
    [InlineData("_HLS_msn", "_HLS_msn=-1")]
    [InlineData("_HLS_part", "_HLS_part=1")]
    [InlineData("_HLS_part", "_HLS_msn=0&_HLS_part=x")]
    [InlineData("_HLS_msn", "_HLS_msn=1000000")]
    public async Task Bad_words_are_a_problem_that_names_what_came_and_what_is_expected(string parameter, string query)
    {
        await Server.WithSegmentsAsync(LiveServer.Camera, 1);
        foreach (var name in new[] { "index.m3u8", "v1.m3u8" })
        {
            using var problem = await ProblemAsync($"/cam/{name}?{query}", HttpStatusCode.BadRequest);
            Assert.Equal(parameter, problem.RootElement.GetProperty("parameter").GetString());
            Assert.True(problem.RootElement.TryGetProperty("value", out _));
            Assert.NotEqual("", problem.RootElement.GetProperty("expected").GetString());
        }
    }

    [Theory]
    [InlineData("archive-abc-10.m3u8")]
    [InlineData("archive-1763800000.m3u8")]
    [InlineData("archive-01763800000-10.m3u8")]
    [InlineData("rewind-0.m3u8")]
    [InlineData("timeshift_rel-x.m3u8")]
    [InlineData("archive-1763800000-10.m3u8?from=1763800000")]
    [InlineData("v1.m3u8?at=1763800000")]
    public async Task Bad_names_are_a_problem_too(string name)
    {
        using var problem = await ProblemAsync($"/cam/{name}", HttpStatusCode.BadRequest);
        Assert.NotEqual("", problem.RootElement.GetProperty("expected").GetString());
    }

    [Theory]
    [InlineData("from=1000000000&to=1000000060")]
    [InlineData("from={6}&dur=1m")]
    public async Task Outside_of_the_archive_is_404_with_the_ranges_there_are(string query)
    {
        await Server.WithSegmentsAsync(LiveServer.Camera, 2);
        query = string.Format(System.Globalization.CultureInfo.InvariantCulture, query, 0, 0, 0, 0, 0, 0, TimeProvider.System.GetUtcNow().AddDays(2).ToUnixTimeSeconds());
        using var problem = await ProblemAsync($"/cam/index.m3u8?{query}", HttpStatusCode.NotFound);
        var range = Assert.Single(problem.RootElement.GetProperty("ranges").EnumerateArray());
        Assert.True(range.GetProperty("from").GetDateTimeOffset() < range.GetProperty("to").GetDateTimeOffset());
        const string Instant = @"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z";
        Assert.Matches($"^Stream 'cam' has no footage from {Instant} to {Instant}; it has footage from {range.GetProperty("from")} to {Instant}\\.$", problem.RootElement.GetProperty("detail").GetString());
    }

    [Theory]
    [InlineData("v2.m3u8")]
    [InlineData("a2.m3u8")]
    [InlineData("v2.m3u8?from={0}&to={1}")]
    public async Task A_track_that_there_is_not_is_404_with_those_there_are(string name)
    {
        var (_, path) = await RangeAsync(name);
        using var problem = await ProblemAsync($"/cam/{path}", HttpStatusCode.NotFound);
        Assert.Equal($"Stream 'cam' has no {name[..7]} there; it has v1.m3u8 and a1.m3u8.", problem.RootElement.GetProperty("detail").GetString());
        Assert.NotEmpty(problem.RootElement.GetProperty("ranges").EnumerateArray());
    }

    [Theory]
    [InlineData("live/caf\u00e9", "/live/caf%C3%A9")]
    [InlineData("a/b/c", "/a/b/c")]
    [InlineData("a/b/c", "/a/b%2Fc")]
    public async Task Names_with_slashes_and_with_letters_beyond_ascii_are_played(string stream, string path)
    {
        await Until.NotNull(async () => await Server.TryMediaAsync($"{path}/v1.m3u8") is { Segments.Count: > 0 } list ? list : null, $"segments of {stream}");
        var index = PlaylistParser.ParseMultivariant(Encoding.UTF8.GetBytes(await Server.TextAsync($"{path}/index.m3u8")));
        var list = await Server.MediaAsync($"{path}/{index.Variants[0].Uri}");
        Playlists.AssertHolds(list);
        foreach (var uri in new[] { list.Segments[0].Map!.Uri, list.Segments[0].Uri }) Assert.NotEmpty(await Server.Http.GetByteArrayAsync($"{path}/{uri}"));
        using var streams = JsonDocument.Parse(await Server.TextAsync("/api/v1/streams"));
        Assert.Contains(stream, streams.RootElement.GetProperty("streams").EnumerateArray().Select(s => s.GetProperty("name").GetString()));
    }

    [Theory]
    [InlineData("/nobody/index.m3u8", 404)]
    [InlineData("/nobody/v1-0.m4s", 404)]
    [InlineData("/cam/v2.m3u8", 404)]
    [InlineData("/cam/v2-0.m4s", 404)]
    [InlineData("/cam/v1-99999999.m4s", 404)]
    [InlineData("/cam/v1-99999999.3.m4s", 404)]
    [InlineData("/cam/v1-init-99999999.mp4", 404)]
    [InlineData("/%2e%2e/%2e%2e/etc/index.m3u8", 404)]
    [InlineData("/..%2f..%2fetc/index.m3u8", 400)]
    [InlineData("/.%2e%2fcam/v1.m3u8", 400)]
    [InlineData("/cam%00/index.m3u8", 400)]
    [InlineData("/a%252f..%252fb/index.m3u8", 400)]
    [InlineData("/cam/../../../../etc/passwd", 404)]
    public async Task What_is_not_there_is_not_found_wherever_the_path_tries_to_go(string path, int status)
    {
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Server.Site.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
        var answer = await new StreamReader(stream).ReadToEndAsync();
        Assert.StartsWith("HTTP/1.1 ", answer, StringComparison.Ordinal);
        Assert.Contains(answer[9..12], new[] { status.ToString(System.Globalization.CultureInfo.InvariantCulture), "400" });
        Assert.DoesNotContain("root:", answer, StringComparison.Ordinal);
    }

    private async Task<JsonDocument> ProblemAsync(string path, HttpStatusCode status)
    {
        using var response = await Server.Http.GetAsync(path);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == status, $"{path}: {(int)response.StatusCode} {text}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        return JsonDocument.Parse(text);
    }

    // 0/1 decimals of Unix seconds, 2/3 ISO 8601, 4 Unix milliseconds, 5 whole seconds, 6 now: a range of 2 s that has footage and is over.
    private async Task<(DateTimeOffset From, string Text)> RangeAsync(string format)
    {
        var list = await Server.WithSegmentsAsync(LiveServer.Camera, 8);
        var from = DateTimeOffset.FromUnixTimeSeconds(list.Segments[1].ProgramDateTime!.Value.ToDateTimeOffset().ToUnixTimeSeconds() + 1);
        var to = from.AddSeconds(2);
        return (from, string.Format(
            System.Globalization.CultureInfo.InvariantCulture, format, $"{from.ToUnixTimeSeconds()}.0", $"{to.ToUnixTimeSeconds()}.000", from.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", null),
            to.ToString("yyyy-MM-dd'T'HH:mm:ss'%2B00:00'", null), from.ToUnixTimeMilliseconds(), from.ToUnixTimeSeconds(), TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()));
    }
}
