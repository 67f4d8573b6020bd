using System.Net;
using System.Text.Json;
using TimeShift.Formats.Hls;

namespace TimeShift.Server.Tests.EndToEnd;

/// <summary>G.711 is recorded; who asks to play it is told why it cannot be.</summary>
public sealed class G711Tests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_stream_with_G711_plays_without_sound_and_its_reel_has_it()
    {
        await using var server = await ServerProcess.StartAsync(_folder.File("archive"), "--TimeShift:Recording:SegmentSeconds=1");
        await using var publisher = Publisher.Start(server.Rtmp("live/cam"), isG711: true);
        await server.WithSegmentsAsync("live/cam", 3);
        var index = PlaylistParser.ParseMultivariant(System.Text.Encoding.UTF8.GetBytes(await server.TextAsync("/live/cam/index.m3u8")));
        Assert.DoesNotContain(',', Assert.Single(index.Variants).Codecs!);
        Assert.Empty(index.Renditions);

        var problem = await NotFoundAsync(server, "/live/cam/a1.m3u8");
        Assert.Equal("Stream 'live/cam' has no a1.m3u8 there; it has v1.m3u8; alaw 8000 Hz 1 ch is recorded, but not played over HLS: no player decodes it.", problem);
        using var streams = JsonDocument.Parse(await server.TextAsync("/api/v1/streams"));
        var sound = streams.RootElement.GetProperty("streams")[0].GetProperty("tracks")[1];
        Assert.Equal(("audio", "alaw", 8_000, 1), (sound.GetProperty("kind").GetString(), sound.GetProperty("codec").GetString(), sound.GetProperty("sampleRate").GetInt32(), sound.GetProperty("channels").GetInt32()));
        Assert.Equal(2, server.Output.Split("recorded, but not played over HLS").Length);

        await server.StopAsync();
        var reel = Assert.Single(Directory.GetFiles(_folder.File("archive"), "*.mp4", SearchOption.AllDirectories));
        await using var probe = Tool.Start("ffprobe", ["-v", "error", "-show_entries", "stream=codec_name,sample_rate", "-of", "csv=p=0", reel]);
        await probe.ExitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal("h264\npcm_alaw,8000\n", probe.Output);
    }

    [Fact]
    public async Task A_stream_of_G711_alone_says_that_there_is_nothing_to_play()
    {
        await using var server = await ServerProcess.StartAsync(_folder.File("archive"), "--TimeShift:Recording:SegmentSeconds=1");
        await using var publisher = Tool.Start("ffmpeg", [
            "-v", "error", "-re", "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=8000", "-c:a", "pcm_mulaw", "-ac", "1", "-f", "flv", server.Rtmp("live/phone")]);
        await Until.True(async () => await NotFoundAsync(server, "/live/phone/index.m3u8") == "Stream 'live/phone' has nothing there that HLS can play; ulaw 8000 Hz 1 ch is recorded, but not played over HLS: no player decodes it.", "the sentence");
        await NotFoundAsync(server, "/live/phone/a1.m3u8");
        await NotFoundAsync(server, "/live/phone/a1-0.m4s");
    }

    private static async Task<string?> NotFoundAsync(ServerProcess server, string path)
    {
        using var response = await server.Http.GetAsync(path);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.NotFound, $"{path}: {(int)response.StatusCode} {text}");
        using var problem = JsonDocument.Parse(text);
        return problem.RootElement.GetProperty("detail").GetString();
    }
}
