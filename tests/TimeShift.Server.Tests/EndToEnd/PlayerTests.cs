using System.Globalization;
using System.Text.RegularExpressions;

namespace TimeShift.Server.Tests.EndToEnd;

/// <summary>ffmpeg and GStreamer play the same addresses.</summary>
public sealed partial class PlayerTests(LiveServer live)
{
    private ServerProcess Server => live.Server;

    [Theory]
    [InlineData("index.m3u8")]
    [InlineData("index.m3u8?delay=3s")]
    public async Task Ffmpeg_plays_live(string name)
    {
        await Server.WithSegmentsAsync(LiveServer.Camera, 8);
        var (code, output, errors) = await Tool.RunAsync("ffmpeg", "-v", "error", "-i", $"{Server.Site}cam/{name}", "-t", "3", "-f", "null", "-progress", "-", "-");
        Assert.True(code == 0, errors);
        Assert.InRange(Frames(output), 70, 80);
    }

    [Fact]
    public async Task Ffmpeg_plays_a_range_over_a_reconnect()
    {
        var (query, frames) = await OverReconnectAsync(live);
        var (code, output, errors) = await Tool.RunAsync(
            "ffmpeg", "-v", "warning", "-i", $"{Server.Site}{LiveServer.Pushed}/index.m3u8?{query}", "-fps_mode", "passthrough", "-f", "null", "-progress", "-", "-");
        Assert.Equal((0, ""), (code, errors));
        Assert.Equal(frames, Frames(output));
    }

    [Fact]
    public async Task Ffmpeg_plays_live_over_a_reconnect_with_a_gap_as_long_as_the_real_one()
    {
        var list = await live.ReconnectedAsync();
        var at = LiveServer.Break(list);
        var before = list.Segments.Take(at).Sum(s => s.Duration.TotalSeconds);
        var gap = list.Segments[at].ProgramDateTime!.Value - list.Segments[at - 1].ProgramDateTime!.Value - list.Segments[at - 1].Duration;
        var (code, output, errors) = await Tool.RunAsync(
            "ffmpeg", "-v", "repeat+warning", "-live_start_index", "0", "-i", $"{Server.Site}{LiveServer.Pushed}/v1.m3u8", "-frames:v", $"{(int)Math.Round(before * 25) + 50}",
            "-fps_mode", "passthrough", "-f", "framecrc", "-");
        Assert.Equal(0, code);
        // It reads the map again with each reload of a live list, and says so.
        Assert.DoesNotContain(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => !line.Contains("Found duplicated MOOV Atom", StringComparison.Ordinal));
        var times = Time().Matches(output).Select(m => long.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture)).ToList();
        Assert.Equal((int)Math.Round(before * 25) + 50, times.Count);
        // In frames: each follows the last, but for the one behind the break.
        var step = Assert.Single(times.Zip(times.Skip(1), (a, b) => b - a), s => s != 1);
        Assert.Equal(1 + gap.TotalSeconds * 25, step, 1.0);
    }

    [Theory]
    [InlineData("index.m3u8")]
    [InlineData("index.m3u8?delay=3s")]
    public async Task GStreamer_plays_live(string name)
    {
        await Server.WithSegmentsAsync(LiveServer.Camera, 8);
        await using var player = Tool.Start("gst-launch-1.0", Pipeline($"{Server.Site}cam/{name}"));
        await Until.True(() => player.HasExited || Buffers().Count(player.Output) >= 75, $"75 frames\n{player.Errors}", 60);
        Assert.True(Buffers().Count(player.Output) >= 75, player.Output + player.Errors);
    }

    [Fact]
    public async Task GStreamer_plays_a_range_over_a_reconnect_to_its_end()
    {
        var (query, frames) = await OverReconnectAsync(live);
        var (code, output, errors) = await Tool.RunAsync("gst-launch-1.0", Pipeline($"{Server.Site}{LiveServer.Pushed}/index.m3u8?{query}"));
        Assert.True(code == 0, output + errors);
        Assert.Equal(frames, Buffers().Count(output));
    }

    /// <summary>A range with two segments on each side of the break, and how many frames of 25 a second it has.</summary>
    internal static async Task<(string Query, int Frames)> OverReconnectAsync(LiveServer live)
    {
        var list = await live.ReconnectedAsync();
        var at = LiveServer.Break(list);
        var range = list.Segments.Skip(at - 3).Take(7).ToList();
        var from = range[0].ProgramDateTime!.Value.ToDateTimeOffset().ToUnixTimeMilliseconds() + 20;
        var to = range[^1].ProgramDateTime!.Value.ToDateTimeOffset().ToUnixTimeMilliseconds() + 20;
        return (string.Create(CultureInfo.InvariantCulture, $"from={from}&to={to}"), (int)Math.Round(range.Sum(s => s.Duration.TotalSeconds) * 25));
    }

    private static string[] Pipeline(string address) =>
        ["-v", "souphttpsrc", $"location={address}", "!", "hlsdemux", "!", "qtdemux", "!", "h264parse", "!", "avdec_h264", "!", "fakesink", "silent=false", "sync=false"];

    private static int Frames(string progress) => int.Parse(Frame().Matches(progress)[^1].Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^frame=\s*(\d+)", RegexOptions.Multiline)]
    private static partial Regex Frame();

    [GeneratedRegex(@"^0,\s*-?\d+,\s*(-?\d+),", RegexOptions.Multiline)]
    private static partial Regex Time();

    [GeneratedRegex(@"last-message = chain")]
    private static partial Regex Buffers();
}
