using System.Net;
using System.Net.Sockets;
using TimeShift.Server.Tests.EndToEnd;

namespace TimeShift.Server.Tests.Cli;

public sealed class CommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Version_and_help_are_told()
    {
        Assert.Matches(@"^\d+\.\d+\.\d+", await SucceedAsync("--version"));
        var help = await SucceedAsync("--help");
        Assert.All(["serve", "doctor", "reindex"], command => Assert.Contains(command, help, StringComparison.Ordinal));
        Assert.Contains("--config", await SucceedAsync("serve", "--help"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("'--bogus' is not understood", "serve", "--bogus")]
    [InlineData("'bogus' is not understood", "serve", "bogus")]
    [InlineData("'--bogus' is not understood", "doctor", "--bogus")]
    [InlineData("has no value", "serve", "--TimeShift:Http:Listen")]
    [InlineData("has no value", "serve", "--TimeShift:Http:Listen", "--demo=false")]
    [InlineData("no such file", "serve", "--config", "/nowhere.json")]
    [InlineData("no such file", "doctor", "--config", "/nowhere.json")]
    [InlineData("no such folder", "reindex", "/nowhere")]
    [InlineData("/proc/nowhere", "serve", "--TimeShift:Http:Listen=127.0.0.1:0", "--TimeShift:Rtmp:Listen=off", "--TimeShift:Archive:Root=/proc/nowhere")]
    public async Task What_is_wrong_is_one_sentence_on_stderr(string expected, params string[] arguments)
    {
        var errors = await FailAsync(arguments);
        Assert.Contains(expected, errors, StringComparison.Ordinal);
        Assert.Single(errors.Trim().Split('\n'));
    }

    [Fact]
    public async Task All_faults_of_the_settings_are_told_at_once_and_passwords_are_not()
    {
        var errors = await FailAsync(
            "serve", "--TimeShift:Http:Listen=nonsense", "--TimeShift:Rtmp:Listen=7", "--TimeShift:Recording:SegmentSeconds=-1", "--TimeShift:Recording:Foo=1", "--TimeShift:Nope:X=1",
            "--TimeShift:Streams:a:Sorce=x", "--TimeShift:Streams:b:Source=rtsp://u:hunter2@h/", "--TimeShift:Streams:b:Enabled=rtsp://u:hunter2@h/");
        string[] keys = ["Http:Listen", "Rtmp:Listen", "Recording:SegmentSeconds", "Recording:Foo", "Nope", "Streams:a:Sorce", "Streams:a:Source", "Streams:b:Enabled"];
        Assert.All(keys, key => Assert.Contains($"TimeShift:{key}", errors, StringComparison.Ordinal));
        Assert.DoesNotContain("hunter2", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("serve")]
    [InlineData("doctor")]
    public async Task A_broken_file_of_settings_is_told_with_its_place(string command)
    {
        var file = _folder.File("bad.json");
        await File.WriteAllTextAsync(file, "{ \"TimeShift\": ");
        var errors = await FailAsync(command, "--config", file);
        Assert.Contains(file, errors, StringComparison.Ordinal);
        Assert.Contains("LineNumber", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Http", "HTTP cannot listen on")]
    [InlineData("Rtmp", "RTMP cannot listen on")]
    public async Task A_port_in_use_is_one_sentence(string what, string expected)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var other = what == "Http" ? "Rtmp" : "Http";
        var errors = await FailAsync("serve", $"--TimeShift:{what}:Listen={taken.LocalEndpoint}", $"--TimeShift:{other}:Listen=127.0.0.1:0", $"--TimeShift:Archive:Root={_folder.File("archive")}");
        Assert.Contains(expected, errors, StringComparison.Ordinal);
        Assert.Contains(taken.LocalEndpoint.ToString()!, errors, StringComparison.Ordinal);
        Assert.Single(errors.Trim().Split('\n'));
    }

    [Fact]
    public async Task An_archive_is_for_one_program_at_a_time()
    {
        var archive = _folder.File("archive");
        await using var first = await ServerProcess.StartAsync(archive);
        var errors = await FailAsync("serve", "--TimeShift:Http:Listen=127.0.0.1:0", "--TimeShift:Rtmp:Listen=off", $"--TimeShift:Archive:Root={archive}");
        Assert.Contains("If another TimeShift uses it", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_environment_stands_behind_the_command_line_and_before_the_file_in_the_working_directory()
    {
        await File.WriteAllTextAsync(_folder.File("appsettings.json"), """{ "TimeShift": { "Http": { "Listen": "from file" }, "Rtmp": { "Listen": "from file" }, "Recording": { "Flush": "from file" } } }""");
        var environment = new Dictionary<string, string> { ["TimeShift__Rtmp__Listen"] = "from environment", ["TimeShift__Http__Listen"] = "from environment" };
        await using var tool = Tool.Start(ServerProcess.Program, ["serve", "--TimeShift:Http:Listen", "from command line"], _folder.Root, environment);
        Assert.Equal(1, await tool.ExitAsync(TimeSpan.FromSeconds(30)));
        Assert.Contains("Http:Listen is 'from command line'", tool.Errors, StringComparison.Ordinal);
        Assert.Contains("Rtmp:Listen is 'from environment'", tool.Errors, StringComparison.Ordinal);
        Assert.Contains("Recording:Flush is 'from file'", tool.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_finds_nothing_on_a_machine_that_can_serve()
    {
        var output = await SucceedAsync("doctor", "--TimeShift:Http:Listen=127.0.0.1:0", "--TimeShift:Rtmp:Listen=127.0.0.1:0", $"--TimeShift:Archive:Root={_folder.File("archive")}");
        Assert.Contains("libavformat", output, StringComparison.Ordinal);
        Assert.Contains("Nothing stands in the way", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_tells_of_a_taken_port_a_file_for_an_archive_and_missing_libraries()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        await File.WriteAllTextAsync(_folder.File("archive"), "a file");
        await using var tool = ServerProcess.Run(
            "doctor", $"--TimeShift:Http:Listen={taken.LocalEndpoint}", "--TimeShift:Rtmp:Listen=off", $"--TimeShift:Archive:Root={_folder.File("archive")}", $"--TimeShift:FFmpeg:Directory={_folder.Root}");
        Assert.Equal(1, await tool.ExitAsync(TimeSpan.FromSeconds(30)));
        Assert.Matches(@"fault\s+HTTP port", tool.Output);
        Assert.Matches(@"fault\s+Archive", tool.Output);
        Assert.Matches(@"fault\s+libavformat\s+not found", tool.Output);
        Assert.Contains("8 to see to", tool.Output, StringComparison.Ordinal);
    }

    private static async Task<string> SucceedAsync(params string[] arguments)
    {
        await using var tool = ServerProcess.Run(arguments);
        var code = await tool.ExitAsync(TimeSpan.FromSeconds(30));
        Assert.True(code == 0, tool.Output + tool.Errors);
        return tool.Output;
    }

    private static async Task<string> FailAsync(params string[] arguments)
    {
        await using var tool = ServerProcess.Run(arguments);
        var code = await tool.ExitAsync(TimeSpan.FromSeconds(30));
        Assert.True(code == 1, $"exit code {code}: {tool.Output}");
        Assert.StartsWith("timeshift: ", tool.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", tool.Errors + tool.Output, StringComparison.Ordinal);
        return tool.Errors;
    }
}
