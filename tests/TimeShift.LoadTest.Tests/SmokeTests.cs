using System.Text.Json;
using TimeShift.Server.Tests;
using TimeShift.Server.Tests.EndToEnd;

namespace TimeShift.LoadTest.Tests;

/// <summary>The program itself, against the server, for some seconds: that it works, not what it measures.</summary>
public sealed class SmokeTests
{
    private static string Program => Path.Combine(AppContext.BaseDirectory, "TimeShift.LoadTest");

    [Fact]
    public async Task Three_publishers_and_two_viewers_lose_nothing()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServerProcess.StartAsync(folder.File("archive"), "--TimeShift:Recording:SegmentSeconds=1", "--TimeShift:Recording:PartMilliseconds=250");
        var file = folder.File("clip.flv");
        var made = await Tool.RunAsync(
            "ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25", "-f", "lavfi", "-i", "sine=sample_rate=48000", "-t", "4", "-c:v", "libx264",
            "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "25", "-bf", "0", "-c:a", "aac", "-ac", "2", "-f", "flv", file);
        Assert.True(made.ExitCode == 0, made.Errors);

        var (code, output, errors) = await Tool.RunAsync(
            Program, "--rtmp", server.Rtmp("live/cam{0}"), "-n", "3", "--file", file, "--hls", $"{server.Site}live/cam{{0}}/index.m3u8", "--viewers", "2", "--parts",
            "--startup", "1", "--warmup", "3", "--duration", "4", "--pid", $"{server.Id}", "--json");

        Assert.True(code == 0, output + errors);
        using var report = JsonDocument.Parse(output);
        var push = report.RootElement.GetProperty("push");
        Assert.Equal((3, 0, 0), (push.GetProperty("publishers").GetInt32(), push.GetProperty("refused").GetInt32(), push.GetProperty("disconnected").GetInt32()));
        Assert.True(push.GetProperty("acceptedBytes").GetInt64() > 0);
        Assert.True(report.RootElement.GetProperty("server").GetProperty("residentMegabytes").GetDouble() > 10);
        Assert.True(report.RootElement.GetProperty("view").GetProperty("parts").GetInt64() > 0);
        Assert.Single(report.RootElement.GetProperty("startupMilliseconds").EnumerateArray());
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_told_with_an_exit_code()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllBytesAsync(folder.File("clip.flv"), TestClip.Flv());
        // Port 1 of loopback: nothing listens there.
        var (code, output, errors) = await Tool.RunAsync(
            Program, "--rtmp", "rtmp://127.0.0.1:1/live/cam{0}", "-n", "2", "--file", folder.File("clip.flv"), "--warmup", "0", "--duration", "0.1");
        Assert.Equal(1, code);
        Assert.Contains("2 refused", output + errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("expected rtmp://", "--rtmp", "http://127.0.0.1/live/cam")]
    [InlineData("expected {0}", "--rtmp", "rtmp://127.0.0.1/live/cam", "-n", "2")]
    [InlineData("nothing to do")]
    [InlineData("need --hls", "--rtmp", "rtmp://127.0.0.1/live/cam", "--viewers", "1")]
    public async Task A_wrong_command_line_is_told_and_nothing_is_pushed(string expected, params string[] arguments)
    {
        var (code, output, errors) = await Tool.RunAsync(Program, arguments);
        Assert.Equal(2, code);
        Assert.Contains(expected, output + errors, StringComparison.Ordinal);
    }
}
