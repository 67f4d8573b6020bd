using System.Diagnostics;
using System.Globalization;

namespace TimeShift.Protocols.Tests.Rtmp;

/// <summary>Runs ffmpeg, ffprobe, gst-launch-1.0; skips the test where the program is not installed.</summary>
internal sealed class Tool : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);
    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _errors;

    private Tool(Process process)
    {
        _process = process;
        _output = process.StandardOutput.ReadToEndAsync();
        _errors = process.StandardError.ReadToEndAsync();
    }

    public static Tool Start(string program, string arguments)
    {
        var paths = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        if (!paths.Any(p => File.Exists(Path.Combine(p, program)))) Assert.Skip($"{program} is not installed");
        var info = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        return new Tool(Process.Start(info)!);
    }

    public static async Task<string> RunAsync(string program, string arguments)
    {
        using var tool = Start(program, arguments);
        var (code, output, errors) = await tool.EndAsync();
        Assert.True(code == 0, $"{program} {arguments}\nended with {code}:\n{errors}");
        return output;
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
            Assert.Fail($"{_process.StartInfo.FileName} {_process.StartInfo.Arguments}\ndid not end within {Limit.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s:\n{await _errors}");
        }

        return (_process.ExitCode, await _output, await _errors);
    }

    public void Kill() => _process.Kill(entireProcessTree: true);

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }
}
