using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;

namespace TimeShift.Server.Tests.EndToEnd;

/// <summary>The built program, started as a user would, on free ports of loopback.</summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    private readonly Tool _tool;

    private ServerProcess(Tool tool) => _tool = tool;

    public static string Program => Path.Combine(AppContext.BaseDirectory, "timeshift");

    public int Id => _tool.Id;

    public string Output => _tool.Output + _tool.Errors;

    public HttpClient Http { get; private set; } = null!;

    public Uri Site => Http.BaseAddress!;

    public int RtmpPort { get; private set; }

    public string Rtmp(string name) => $"rtmp://127.0.0.1:{RtmpPort}/{name}";

    /// <summary>Bytes of memory that are the process's own, from /proc.</summary>
    public long Memory =>
        1024 * long.Parse(File.ReadLines($"/proc/{Id}/status").First(l => l.StartsWith("VmRSS", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture);

    public static Tool Run(params IEnumerable<string> arguments) => Tool.Start(Program, arguments);

    /// <summary>Starts <c>timeshift serve</c>, and waits until it is ready.</summary>
    public static async Task<ServerProcess> StartAsync(string archive, params IEnumerable<string> settings)
    {
        string[] arguments = ["serve", "--TimeShift:Http:Listen=127.0.0.1:0", "--TimeShift:Rtmp:Listen=127.0.0.1:0", $"--TimeShift:Archive:Root={archive}", .. settings];
        var server = new ServerProcess(Tool.Start(Program, arguments, Path.GetDirectoryName(archive), null));
        try
        {
            await Until.True(() => server._tool.HasExited || server.Output.Contains("Ctrl+C", StringComparison.Ordinal), "the start screen");
            Assert.False(server._tool.HasExited, server.Output);
            server.Http = new HttpClient { BaseAddress = new Uri(Site1().Match(server.Output).Groups[1].Value), Timeout = TimeSpan.FromSeconds(60) };
            server.RtmpPort = int.Parse(Rtmp1().Match(server.Output).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
            await Until.True(async () => (await server.Http.GetAsync("/healthz/ready")).IsSuccessStatusCode, "readiness");
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks it to end, and waits for that.</summary>
    public async Task<(int ExitCode, TimeSpan Took)> StopAsync()
    {
        var watch = Stopwatch.StartNew();
        _tool.Signal(15);
        return (await _tool.ExitAsync(TimeSpan.FromSeconds(20)), watch.Elapsed);
    }

    /// <summary><c>kill -9</c></summary>
    public async Task KillAsync()
    {
        _tool.Signal(9);
        await _tool.ExitAsync(TimeSpan.FromSeconds(10));
    }

    public async Task<string> TextAsync(string path)
    {
        using var response = await Http.GetAsync(path);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{path}: {(int)response.StatusCode} {text}\n{Output}");
        return text;
    }

    public async ValueTask DisposeAsync()
    {
        Http?.Dispose();
        await _tool.DisposeAsync();
    }

    [GeneratedRegex(@"Watch\s+(http://\S+)")]
    private static partial Regex Site1();

    [GeneratedRegex(@"rtmp://[^/]*:(\d+)/")]
    private static partial Regex Rtmp1();
}
