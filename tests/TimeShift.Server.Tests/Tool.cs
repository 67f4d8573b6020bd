using System.Diagnostics;
using System.Text;

namespace TimeShift.Server.Tests;

/// <summary>A program that runs beside the test; its output is gathered. Killed when disposed.</summary>
internal sealed class Tool : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();
    private int _disposed;

    private Tool(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Append(_output, line.Data);
        process.ErrorDataReceived += (_, line) => Append(_errors, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public string Output => Text(_output);

    public string Errors => Text(_errors);

    /// <summary>Skips the test where the program is not installed.</summary>
    public static Tool Start(string command, params IEnumerable<string> arguments) => Start(command, arguments, null, null);

    public static Tool Start(string command, IEnumerable<string> arguments, string? folder, IReadOnlyDictionary<string, string>? environment)
    {
        var start = new ProcessStartInfo(command, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder ?? Path.GetTempPath() };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        try
        {
            return new Tool(Process.Start(start)!);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip($"{command} is not installed.");
            throw;
        }
    }

    /// <summary>Runs it to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(string command, params IEnumerable<string> arguments)
    {
        await using var tool = Start(command, arguments);
        var code = await tool.ExitAsync(TimeSpan.FromSeconds(90));
        return (code, tool.Output, tool.Errors);
    }

    public async Task<int> ExitAsync(TimeSpan within)
    {
        using var limit = new CancellationTokenSource(within);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"{_process.StartInfo.FileName} did not end within {within.TotalSeconds} s: {Output}\n{Errors}");
        }

        return _process.ExitCode;
    }

    /// <summary>Waits until it ends, or until nobody wants to wait any more.</summary>
    public async Task WaitAsync(CancellationToken until)
    {
        try
        {
            await _process.WaitForExitAsync(until);
        }
        catch (OperationCanceledException)
        {
            // Whoever started it disposes it.
        }
    }

    /// <summary>Sends a signal by number: 15 asks to end, 9 ends, 2 is Ctrl+C.</summary>
    public void Signal(int number) => Process.Start("kill", [$"-{number}", $"{Id}"]).WaitForExit();

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static void Append(StringBuilder text, string? line)
    {
        if (line is null) return;
        lock (text) text.AppendLine(line);
    }

    private static string Text(StringBuilder text)
    {
        lock (text) return text.ToString();
    }
}
