using System.Text.RegularExpressions;
using TimeShift.Formats.Hls;

namespace TimeShift.Server.Tests.EndToEnd;

/// <summary>Ends, orderly and not, and what is there afterwards.</summary>
public sealed partial class RestartTests : IDisposable
{
    // Groups of pictures as long as segments: longer ones would raise the target duration, which is a discontinuity too.
    private static readonly string[] _settings = ["--TimeShift:Streams:cam:Source=test:?size=320x180&rate=25&gop=1", "--TimeShift:Recording:SegmentSeconds=1", "--TimeShift:Recording:PartMilliseconds=250"];

    private readonly TemporaryFolder _folder = new();

    private string Archive => _folder.File("archive");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Asked_to_end_it_closes_reels_at_once_even_while_viewers_wait_and_an_index_can_be_made_anew()
    {
        string playlist;
        var query = "";
        await using (var server = await ServerProcess.StartAsync(Archive, _settings))
        {
            var list = await server.WithSegmentsAsync("cam", 4);
            var waiting = server.Http.GetAsync($"/cam/v1.m3u8?_HLS_msn={list.MediaSequence + list.Segments.Count + 1}");
            using var stalled = await server.Http.SendAsync(new HttpRequestMessage(HttpMethod.Get, $"/cam/{list.Segments[0].Uri}"), HttpCompletionOption.ResponseHeadersRead);
            var from = list.Segments[0].ProgramDateTime!.Value.ToDateTimeOffset().ToUnixTimeMilliseconds();
            query = $"/cam/v1.m3u8?from={from + 1}&dur=2";
            var (code, took) = await server.StopAsync();
            Assert.Equal(0, code);
            Assert.True(took < TimeSpan.FromSeconds(5), $"took {took}\n{server.Output}");
            await waiting.ContinueWith(t => t.Exception, TaskScheduler.Default);
        }

        // One reel; more where the machine was so busy that the camera lost pictures for longer than a part.
        var reel = Directory.GetFiles(Archive, "*.mp4", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Last();
        Assert.True((await File.ReadAllBytesAsync(reel)).AsSpan()[^300..].IndexOf("mfro"u8) > 0, "a closed reel ends with an mfra");
        await using (var server = await ServerProcess.StartAsync(Archive)) playlist = await server.TextAsync(query);
        var index = Path.ChangeExtension(reel, ".idx");
        var before = await File.ReadAllBytesAsync(index);
        File.Delete(index);
        await using (var tool = ServerProcess.Run("reindex", Archive)) Assert.Equal(0, await tool.ExitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal(before, await File.ReadAllBytesAsync(index));
        await using (var server = await ServerProcess.StartAsync(Archive))
        {
            Assert.Equal(playlist, await server.TextAsync(query));
            await using var refused = ServerProcess.Run("reindex", Archive);
            Assert.Equal(1, await refused.ExitAsync(TimeSpan.FromSeconds(30)));
            Assert.Contains("If another TimeShift uses it", refused.Errors, StringComparison.Ordinal);
        }

        var fake = Path.Combine(Path.GetDirectoryName(reel)!, "23-59-59.000Z.mp4");
        await File.WriteAllTextAsync(fake, "no reel");
        await using var named = ServerProcess.Run("reindex", Archive);
        Assert.Equal(1, await named.ExitAsync(TimeSpan.FromSeconds(30)));
        Assert.Contains(fake, named.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_archive_cannot_be_indexed()
    {
        Directory.CreateDirectory(Archive);
        await using var tool = ServerProcess.Run("reindex", Archive);
        Assert.Equal(1, await tool.ExitAsync(TimeSpan.FromSeconds(30)));
        Assert.Contains("no stream with reels", tool.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Numbers_name_the_same_bytes_over_kill_9_and_restarts()
    {
        var bytes = new Dictionary<string, byte[]>();
        var starts = new List<long>();
        MediaPlaylist? before = null;
        for (var run = 0; run < 3; run++)
        {
            await using var server = await ServerProcess.StartAsync(Archive, _settings);
            var list = await server.WithSegmentsAsync("cam", 3 * (run + 1));
            Playlists.AssertHolds(list);
            Assert.Equal(0, list.MediaSequence);
            // Each start, and where the machine was so busy that the camera lost pictures for longer than a part: there, and nowhere else.
            var breaks = Numbers(list.Segments, s => s.Discontinuity);
            Assert.Equal(Gaps(list), breaks);
            Assert.True(breaks.Count >= run, "each start begins with a discontinuity");
            Assert.All(starts, start => Assert.Contains(breaks, b => b >= start));
            foreach (var (uri, old) in bytes) Assert.Equal(old, await server.Http.GetByteArrayAsync($"/cam/{uri}"));
            foreach (var segment in list.Segments.Where(s => !s.Gap)) bytes[segment.Uri] = await server.Http.GetByteArrayAsync($"/cam/{segment.Uri}");
            if (before is not null) Assert.All(before.Segments.Zip(list.Segments), pair => Assert.Equal(pair.First.Uri, pair.Second.Uri));
            before = list;
            // What is at the live edge may be in memory alone; a part's length later, all but one part is not.
            var seen = list.MediaSequence + list.Segments.Count;
            starts.Add(seen);
            await server.TextAsync($"/cam/v1.m3u8?_HLS_msn={seen}");
            if (run == 1) await server.StopAsync();
            else await server.KillAsync();
        }

        await AssertReelsOpenAsync();
    }

    [Fact]
    public async Task Killed_under_load_it_loses_one_part_at_most_of_each_stream()
    {
        const int Streams = 4;
        var last = new Dictionary<string, DateTimeOffset>();
        await using (var server = await ServerProcess.StartAsync(Archive, Enumerable.Range(0, Streams).Select(i => $"--TimeShift:Streams:c{i}:Source=test:?size=160x90&rate=25").Append("--TimeShift:Recording:PartMilliseconds=500")))
        {
            for (var i = 0; i < Streams; i++) await server.WithSegmentsAsync($"c{i}", 2);
            for (var i = 0; i < Streams; i++)
            {
                var list = await server.MediaAsync($"/c{i}/v1.m3u8");
                last[$"c{i}"] = End(list);
            }

            await server.KillAsync();
        }

        await using (var server = await ServerProcess.StartAsync(Archive))
        {
            foreach (var (stream, seen) in last)
            {
                var end = End(await server.MediaAsync($"/{stream}/v1.m3u8"));
                Assert.True(end >= seen - TimeSpan.FromMilliseconds(550), $"{stream} was seen up to {seen:O} and ends at {end:O}\n{server.Output}");
            }
        }

        await AssertReelsOpenAsync();
    }

    [Fact]
    public async Task A_changed_file_of_settings_adds_and_removes_streams_and_leaves_the_others()
    {
        var file = _folder.File("settings.json");
        await WriteAsync("one");
        await using var server = await ServerProcess.StartAsync(Archive, "--config", file, "--TimeShift:Recording:SegmentSeconds=1");
        await server.WithSegmentsAsync("one", 1);
        await WriteAsync("one", "two");
        await server.WithSegmentsAsync("two", 1);
        await File.WriteAllTextAsync(file, "{ broken");
        await Until.True(() => server.Output.Contains("is not applied", StringComparison.Ordinal) || Refusals(server) > 0, "the refusal", 15);
        await WriteAsync("one");
        await Until.True(async () => (await server.TextAsync("/api/v1/streams")).Contains("\"name\":\"two\",\"live\":false", StringComparison.Ordinal), "the second stream's end");
        Assert.Single(server.Output.Split('\n'), line => line.Contains("one: published by", StringComparison.Ordinal));
        Assert.DoesNotContain("one: publisher", server.Output, StringComparison.Ordinal);
        Assert.Contains("\"name\":\"one\",\"live\":true", await server.TextAsync("/api/v1/streams"), StringComparison.Ordinal);

        Task WriteAsync(params string[] names) => File.WriteAllTextAsync(
            file, $$"""{ "TimeShift": { "Streams": { {{string.Join(", ", names.Select(n => $$"""  "{{n}}": { "Source": "test:?size=160x90&rate=25" } """))}} } } }""");

        static int Refusals(ServerProcess server) => Refused().Count(server.Output);
    }

    [Fact]
    public async Task Passwords_of_sources_are_told_to_nobody()
    {
        await using var server = await ServerProcess.StartAsync(
            Archive, "--TimeShift:Streams:a:Source=rtsp://me:hunter2@127.0.0.1:9/x?token=hunter2", "--TimeShift:Streams:b:Source=http://me:hunter2@127.0.0.1:9/x.flv", "--Logging:LogLevel:Default=Trace");
        var api = await Until.NotNull(
            async () => await server.TextAsync("/api/v1/streams") is var text && text.Split("\"error\":").Length == 3 ? text : null, "both sources to fail");
        Assert.Contains("rtsp://me:***@127.0.0.1:9/x", api, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", api + server.Output, StringComparison.Ordinal);
    }

    private async Task AssertReelsOpenAsync()
    {
        var reels = Directory.GetFiles(Archive, "*.mp4", SearchOption.AllDirectories);
        Assert.NotEmpty(reels);
        foreach (var reel in reels)
        {
            var (code, _, errors) = await Tool.RunAsync("ffprobe", "-v", "warning", "-count_packets", "-show_entries", "stream=nb_read_packets", reel);
            Assert.Equal((0, ""), (code, errors));
        }
    }

    private static List<long> Numbers(IEnumerable<MediaSegment> segments, Func<MediaSegment, bool> which) =>
        [.. segments.Select((s, i) => (s, Number: (long)i)).Where(p => which(p.s)).Select(p => p.Number)];

    // Where a segment's time is not where the one before ends.
    private static List<long> Gaps(MediaPlaylist list) =>
    [
        .. list.Segments.Zip(list.Segments.Skip(1)).Select((pair, i) => (pair, Number: (long)i + 1))
            .Where(p => p.pair.Second.ProgramDateTime - p.pair.First.ProgramDateTime - p.pair.First.Duration > TimeSpan.FromMilliseconds(20)).Select(p => p.Number),
    ];

    private static DateTimeOffset End(MediaPlaylist list)
    {
        var end = list.Segments[^1].ProgramDateTime!.Value + list.Segments[^1].Duration;
        foreach (var part in list.Open?.Parts ?? []) end += part.Duration;
        return end.ToDateTimeOffset();
    }

    [GeneratedRegex("cannot be read|not applied")]
    private static partial Regex Refused();
}
