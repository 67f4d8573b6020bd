using System.CommandLine;
using TimeShift.FFmpeg.Libraries;
using TimeShift.Protocols.Rtmp;
using TimeShift.Server.Hosting;

namespace TimeShift.Server.Cli;

/// <summary><c>timeshift serve</c>: takes streams in, records them, plays them.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var demo = new Option<bool>("--demo") { Description = "Two synthetic cameras, recorded and playable." };
        var config = new Option<string?>("--config") { Description = "A JSON file with settings, read after appsettings.json and watched for changes." };
        var command = new Command("serve", "Takes streams in, records them, and plays any moment back. Settings: --TimeShift:Key=value, for example --TimeShift:Http:Listen=127.0.0.1:8080.")
        {
            demo,
            config,
        };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction((result, cancel) => RunAsync(result.GetValue(demo), result.GetValue(config), result.UnmatchedTokens, cancel));
        return command;
    }

    private static async Task<int> RunAsync(bool demo, string? config, IReadOnlyList<string> settings, CancellationToken cancel)
    {
        if (SettingArguments.Fault(settings) is { } unknown) return CommandErrors.Report(unknown);
        if (config is not null && !File.Exists(config)) return CommandErrors.Report($"--config {config}: there is no such file");
        WebApplicationBuilder builder;
        try
        {
            builder = ServerHost.CreateBuilder(settings, config, demo ? DemoStreams.Settings : new Dictionary<string, string?>());
        }
        catch (Exception e) when (e is InvalidDataException or FormatException or IOException or UnauthorizedAccessException)
        {
            return CommandErrors.Report(ServerHost.Unreadable(e));
        }

        var read = SettingsReader.Read(builder.Configuration, out var faults);
        if (faults.Count > 0) return CommandErrors.Report("the configuration has faults:", faults);
        try
        {
            await using var app = ServerHost.Build(builder, read, TimeProvider.System);
            await app.StartAsync(cancel).ConfigureAwait(false);
            StartScreen.Print(Console.Out, read, ServerHost.HttpEndPoint(app), ServerHost.HttpsEndPoint(app), app.Services.GetService<RtmpServer>()?.EndPoint, demo);
            await app.WaitForShutdownAsync(cancel).ConfigureAwait(false);
            return 0;
        }
        catch (OperationCanceledException)
        {
            return 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.Net.Sockets.SocketException or FFmpegUnavailableException or InvalidOperationException)
        {
            return CommandErrors.Report(Explain(e, read));
        }
    }

    private static string Explain(Exception e, ServerSettings settings)
    {
        if (e is IOException { InnerException: Microsoft.AspNetCore.Connections.AddressInUseException })
            return $"HTTP cannot listen on {settings.HttpListen}{(settings.Tls is { } tls ? $" and {tls.Listen}" : "")}: something else does. Stop it, or choose another with --TimeShift:Http:Listen=127.0.0.1:8081";
        if (e is System.Net.Sockets.SocketException { SocketErrorCode: System.Net.Sockets.SocketError.AddressAlreadyInUse })
            return $"RTMP cannot listen on {settings.Rtmp?.Listen}: something else does. Stop it, or choose another with --TimeShift:Rtmp:Listen=127.0.0.1:1936";
        if (e is UnauthorizedAccessException) return $"{e.Message} The archive is {settings.Archive.Root}; choose another with --TimeShift:Archive:Root=DIR";
        return e.Message;
    }
}
