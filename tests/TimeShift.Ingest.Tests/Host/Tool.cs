using System.Diagnostics;

namespace TimeShift.Ingest.Tests.Host;

/// <summary>Runs ffmpeg, ffprobe, GStreamer; skips the test where the program is not installed.</summary>
internal sealed class Tool : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly Lock _gate = new();
    private readonly System.Text.StringBuilder _output = new();
    private readonly Task _outputEnd;
    private readonly Task<string> _errors;

    private Tool(Process process)
    {
        _process = process;
        _outputEnd = Task.Run(ReadOutputAsync);
        _errors = process.StandardError.ReadToEndAsync();
    }

    public string Output { get { lock (_gate) return _output.ToString(); } }

    public bool HasExited => _process.HasExited;

    public static Tool Start(string program, params string[] arguments)
    {
        var paths = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        if (!Path.IsPathRooted(program) && !paths.Any(p => File.Exists(Path.Combine(p, program)))) Assert.Skip($"{program} is not installed");
        var info = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        return new Tool(Process.Start(info)!);
    }

    /// <summary>Runs to the end; what it printed.</summary>
    public static async Task<(string Output, string Errors)> RunAsync(string program, params string[] arguments)
    {
        using var tool = Start(program, arguments);
        var (code, output, errors) = await tool.EndAsync();
        Assert.True(code == 0, $"{program} {string.Join(' ', arguments)}\nended with {code}:\n{errors}");
        return (output, errors);
    }

    /// <summary>ffmpeg with arguments split at spaces.</summary>
    public static Tool Ffmpeg(string arguments) => Start("ffmpeg", ["-v", "error", "-nostdin", .. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);

    public static async Task FfmpegAsync(string arguments)
    {
        using var tool = Ffmpeg(arguments);
        var (code, _, errors) = await tool.EndAsync();
        Assert.True(code == 0, $"ffmpeg {arguments}\nended with {code}:\n{errors}");
    }

    public async Task<(int Code, string Output, string Errors)> EndAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
            Assert.Fail($"{_process.StartInfo.FileName} {string.Join(' ', _process.StartInfo.ArgumentList)}\ndid not end in time:\n{await _errors}");
        }

        await _outputEnd;
        return (_process.ExitCode, Output, await _errors);
    }

    /// <summary>SIGKILL, as a pulled plug.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private async Task ReadOutputAsync()
    {
        var buffer = new char[4096];
        while (await _process.StandardOutput.ReadAsync(buffer) is var count and > 0)
        {
            lock (_gate) _output.Append(buffer, 0, count);
        }
    }
}
