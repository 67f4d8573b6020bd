using System.CommandLine;
using System.Text.Json;
using Spectre.Console;
using TimeShift.LoadTest.Media;
using TimeShift.LoadTest.Report;
using TimeShift.LoadTest.Rtmp;

namespace TimeShift.LoadTest;

/// <summary>The command line.</summary>
internal static class LoadCommand
{
    /// <summary>Exit codes: all well; something lost, late or refused; could not run.</summary>
    private const int Well = 0;

    private const int Broken = 1;
    private const int Unable = 2;

    private static readonly Option<string?> Rtmp = new("--rtmp") { Description = "Where to push, {0} being the publisher's number: rtmp://host:1935/live/cam{0}" };
    private static readonly Option<int> Count = new("--publishers", "-n") { Description = "Publishers.", DefaultValueFactory = _ => 1 };
    private static readonly Option<string?> Media = new("--file") { Description = "What to push: H.264 and AAC in any container; without it, 720p25 of 2 Mbit/s is made with ffmpeg." };
    private static readonly Option<string> Cache = new("--cache") { Description = "Folder for files that ffmpeg made.", DefaultValueFactory = _ => ClipFile.DefaultCache };
    private static readonly Option<double> Warmup = new("--warmup") { Description = "Seconds before measuring.", DefaultValueFactory = _ => 5 };
    private static readonly Option<double> Duration = new("--duration") { Description = "Seconds measured.", DefaultValueFactory = _ => 20 };
    private static readonly Option<bool> Burst = new("--burst") { Description = "All publishers begin at once, instead of spread over one group of pictures." };
    private static readonly Option<int> ChunkSize = new("--chunk-size") { Description = "Bytes of an RTMP chunk: 60000 as ffmpeg, 4096 as OBS.", DefaultValueFactory = _ => 60_000 };
    private static readonly Option<double> Tick = new("--tick") { Description = "Milliseconds between two looks at what is due.", DefaultValueFactory = _ => 5 };
    private static readonly Option<string?> Hls = new("--hls") { Description = "Where to watch: http://host:8080/live/cam{0}/index.m3u8" };
    private static readonly Option<int> Viewers = new("--viewers", "-m") { Description = "HLS viewers, spread over the streams." };
    private static readonly Option<bool> Parts = new("--parts") { Description = "Viewers fetch parts, with blocking reloads (low latency)." };
    private static readonly Option<bool> Http2 = new("--http2") { Description = "Viewers speak HTTP/2 from the first byte on." };
    private static readonly Option<int> Startup = new("--startup") { Description = "How often to take the time from a new push to a playlist that plays." };
    private static readonly Option<int[]> Processes = new("--pid") { Description = "A server process to measure; may be repeated.", AllowMultipleArgumentsPerToken = true };
    private static readonly Option<bool> Children = new("--children") { Description = "Measure the processes' descendants too." };
    private static readonly Option<string?> Garbage = new("--garbage") { Description = "The file that a .NET server writes its collections to, when started with this program as its start-up hook." };
    private static readonly Option<bool> Json = new("--json") { Description = "One JSON object on standard output." };

    public static RootCommand Create()
    {
        var command = new RootCommand("Pushes many RTMP streams to a server, watches some, and tells what that cost the server and what got lost.")
        {
            Rtmp, Count, Media, Cache, Warmup, Duration, Burst, ChunkSize, Tick, Hls, Viewers, Parts, Http2, Startup, Processes, Children, Garbage, Json,
        };
        command.Subcommands.Add(ColdStartCommand.Create());
        command.Subcommands.Add(CamerasCommand.Create());
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult result, CancellationToken cancel)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        try
        {
            var options = Options(result);
            var clip = options.Rtmp is null ? null : ReadClip(result, console);
            var report = await ShowProgressAsync(console, (progress, stop) => new LoadRun(options, clip, TimeProvider.System, progress).RunAsync(stop), cancel).ConfigureAwait(false);
            if (result.GetValue(Json)) Console.Out.WriteLine(JsonSerializer.Serialize(report, ReportJson.Default.LoadReport));
            else ReportPrinter.Print(AnsiConsole.Console, report);
            return report.Faults.Count == 0 && report.View is null or { Missed: 0, Failed: 0 } ? Well : Broken;
        }
        catch (Exception e) when (e is IOException or FormatException or ArgumentException or System.Net.Sockets.SocketException or UnauthorizedAccessException)
        {
            console.MarkupLineInterpolated($"[red]error:[/] {e.Message}");
            return Unable;
        }
        catch (OperationCanceledException)
        {
            console.WriteLine("stopped before the end");
            return Unable;
        }
    }

    private static Clip ReadClip(ParseResult result, IAnsiConsole console)
    {
        var path = ClipFile.Prepare(result.GetValue(Media), result.GetValue(Cache)!, text => console.WriteLine(text));
        return Clip.Read(File.ReadAllBytes(path), result.GetValue(ChunkSize));
    }

    private static LoadOptions Options(ParseResult result)
    {
        var options = new LoadOptions
        {
            Rtmp = result.GetValue(Rtmp),
            Hls = result.GetValue(Hls),
            Publishers = result.GetValue(Rtmp) is null ? 0 : result.GetValue(Count),
            Viewers = result.GetValue(Viewers),
            Warmup = TimeSpan.FromSeconds(result.GetValue(Warmup)),
            Duration = TimeSpan.FromSeconds(result.GetValue(Duration)),
            Burst = result.GetValue(Burst),
            Parts = result.GetValue(Parts),
            Http2 = result.GetValue(Http2),
            StartupProbes = result.GetValue(Startup),
            Tick = result.GetValue(Tick),
            Processes = result.GetValue(Processes) ?? [],
            Children = result.GetValue(Children),
            GarbageFile = result.GetValue(Garbage),
        };
        if (options.Rtmp is { } pattern) _ = RtmpAddress.Of(pattern, 0);
        else if (options.Viewers == 0 && options.Processes.Count == 0) throw new FormatException("nothing to do: give --rtmp, or --hls and --viewers, or --pid");
        if (options.Rtmp is { } many && options.Publishers + options.StartupProbes > 1 && !many.Contains("{0}", StringComparison.Ordinal))
            throw new FormatException($"--rtmp {many}: expected {{0}} for the publisher's number, as there are several");
        if (options.Hls is null && options.Viewers + options.StartupProbes > 0) throw new FormatException("--viewers and --startup need --hls");
        if (options.Hls is { } hls && !Uri.TryCreate(hls.Replace("{0}", "0", StringComparison.Ordinal), UriKind.Absolute, out _)) throw new FormatException($"--hls {hls}: expected a whole address");
        if (options.Publishers < 0 || options.Viewers < 0 || options.Tick < 1 || result.GetValue(ChunkSize) is < 128 or > 0xFFFFFF)
            throw new FormatException("expected --publishers and --viewers of 0 or more, --tick of 1 or more, --chunk-size of 128 to 16777215");
        return options;
    }

    private static async Task<LoadReport> ShowProgressAsync(IAnsiConsole console, Func<Action<string, double>, CancellationToken, Task<LoadReport>> run, CancellationToken cancel)
    {
        // A log has no use for a bar that is drawn anew twice a second.
        if (!console.Profile.Out.IsTerminal) return await run((_, _) => { }, cancel).ConfigureAwait(false);
        return await console.Progress().StartAsync(async context =>
        {
            var tasks = new Dictionary<string, ProgressTask>(StringComparer.Ordinal);
            return await run(
                (phase, done) =>
                {
                    lock (tasks)
                    {
                        if (!tasks.TryGetValue(phase, out var task)) tasks[phase] = task = context.AddTask(phase, maxValue: 1);
                        task.Value = done;
                    }
                },
                cancel).ConfigureAwait(false);
        }).ConfigureAwait(false);
    }
}
