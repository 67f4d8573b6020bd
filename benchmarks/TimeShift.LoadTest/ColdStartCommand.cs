using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using TimeShift.LoadTest.Rtmp;

namespace TimeShift.LoadTest;

/// <summary><c>cold-start</c>: from the start of a server's process to the first push that it accepts.</summary>
internal static class ColdStartCommand
{
    private const int ChunkSize = 60_000;
    private const int Terminate = 15;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static Command Create()
    {
        var rtmp = new Option<string>("--rtmp") { Description = "Where to push: rtmp://host:1935/live/cam{0}", Required = true };
        var times = new Option<int>("--times") { Description = "How often.", DefaultValueFactory = _ => 5 };
        var server = new Argument<string[]>("command") { Description = "The server's program and its arguments, after --.", Arity = ArgumentArity.OneOrMore };
        var command = new Command("cold-start", "Starts a server again and again; prints the milliseconds to its first accepted push, one a line, sorted.") { rtmp, times, server };
        command.SetAction(async (result, cancel) =>
        {
            var took = new List<double>();
            for (var i = 0; i < result.GetValue(times); i++)
            {
                if (await OnceAsync(RtmpAddress.Of(result.GetRequiredValue(rtmp), i), result.GetRequiredValue(server), cancel).ConfigureAwait(false) is not { } one) return 1;
                took.Add(one);
            }

            foreach (var one in took.Order()) Console.Out.WriteLine(one.ToString("F0", CultureInfo.InvariantCulture));
            return 0;
        });
        return command;
    }

    private static async Task<double?> OnceAsync(RtmpAddress address, string[] command, CancellationToken cancel)
    {
        var began = TimeProvider.System.GetTimestamp();
        using var server = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        // Its words are of no interest, but a full pipe would stop it.
        server.OutputDataReceived += (_, _) => { };
        server.ErrorDataReceived += (_, _) => { };
        server.BeginOutputReadLine();
        server.BeginErrorReadLine();
        try
        {
            while (TimeProvider.System.GetElapsedTime(began) < Limit && !server.HasExited)
            {
                try
                {
                    using var publisher = RtmpPublisher.Open(address, ChunkSize);
                    return TimeProvider.System.GetElapsedTime(began).TotalMilliseconds;
                }
                catch (PublishRefusedException)
                {
                    await Task.Delay(Interval, cancel).ConfigureAwait(false);
                }
            }

            await Console.Error.WriteLineAsync($"{command[0]} took no push: {(server.HasExited ? $"it ended with {server.ExitCode}" : $"not within {Limit.TotalSeconds} s")}").ConfigureAwait(false);
            return null;
        }
        finally
        {
            if (!server.HasExited)
            {
                using var kill = Process.Start("kill", [$"-{Terminate}", server.Id.ToString(CultureInfo.InvariantCulture)]);
                await kill.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
                await server.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            }
        }
    }
}
