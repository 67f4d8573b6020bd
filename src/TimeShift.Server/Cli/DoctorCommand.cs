using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using Spectre.Console;
using TimeShift.FFmpeg.Libraries;
using TimeShift.Server.Hosting;

namespace TimeShift.Server.Cli;

/// <summary><c>timeshift doctor</c>: looks at what the server needs of this machine; each thing with a verdict and what to do.</summary>
internal static class DoctorCommand
{
    /// <summary>Less than this and a few cameras fill the disk within the hour.</summary>
    private const long LittleSpace = 5L << 30;

    private enum Verdict
    {
        Ok,

        /// <summary>It works without.</summary>
        Note,
        Fault,
    }

    private sealed record Finding(string What, string Found, Verdict Verdict, string Advice = "");

    public static Command Create()
    {
        var config = new Option<string?>("--config") { Description = "The settings that serve would be given." };
        var command = new Command("doctor", "Looks at FFmpeg's libraries, hardware, the archive's disk and the ports, and says what to do. Takes the same settings as serve.") { config };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(result => Run(result.GetValue(config), result.UnmatchedTokens));
        return command;
    }

    private static int Run(string? config, IReadOnlyList<string> settings)
    {
        if (SettingArguments.Fault(settings) is { } unknown) return CommandErrors.Report(unknown);
        if (config is not null && !File.Exists(config)) return CommandErrors.Report($"--config {config}: there is no such file");
        IConfiguration configuration;
        try
        {
            configuration = ServerHost.CreateBuilder(settings, config, new Dictionary<string, string?>()).Configuration;
        }
        catch (Exception e) when (e is InvalidDataException or FormatException or IOException or UnauthorizedAccessException)
        {
            return CommandErrors.Report(ServerHost.Unreadable(e));
        }

        var read = SettingsReader.Read(configuration, out var faults);
        List<Finding> findings =
        [
            .. faults.Select(f => new Finding("Configuration", Core.Media.SourceUrl.Mask(f), Verdict.Fault, "correct the setting")),
            .. Libraries(read),
            .. Hardware(),
            Disk(read.Archive.Root),
            Port("HTTP", read.HttpListen, "TimeShift:Http:Listen"),
        ];
        if (read.Rtmp is { } rtmp) findings.Add(Port("RTMP", rtmp.Listen, "TimeShift:Rtmp:Listen"));
        Print(findings);
        return findings.Exists(f => f.Verdict == Verdict.Fault) ? 1 : 0;
    }

    private static IEnumerable<Finding> Libraries(ServerSettings settings)
    {
        if (settings.FFmpegDirectory is { } folder) FFmpegLibraries.UseDirectory(folder);
        foreach (var library in FFmpegLibraries.Versions())
        {
            yield return library.IsUsable
                ? new Finding(library.Name, library.Installed!, Verdict.Ok)
                : new Finding(library.Name, library.Installed ?? "not found", Verdict.Fault, library.Fault!);
        }
    }

    private static IEnumerable<Finding> Hardware()
    {
        IReadOnlyList<HardwareDevice> devices;
        try
        {
            devices = HardwareDevices.Probe();
        }
        catch (FFmpegUnavailableException)
        {
            yield break;
        }

        foreach (var device in devices)
        {
            yield return device.IsUsable
                ? new Finding($"Hardware {device.Name}", "usable", Verdict.Ok)
                : new Finding($"Hardware {device.Name}", device.Fault!, Verdict.Note, "not needed to record and play");
        }
    }

    private static Finding Disk(string root)
    {
        if (File.Exists(root)) return new Finding("Archive", $"{root} is a file", Verdict.Fault, "choose a folder with TimeShift:Archive:Root");
        // The folder may not be there yet: then the disk it would be on.
        var existing = root;
        while (!Directory.Exists(existing)) existing = Path.GetDirectoryName(existing) ?? "/";
        try
        {
            var trial = Path.Combine(existing, $".doctor-{Environment.ProcessId}");
            File.WriteAllBytes(trial, []);
            File.Delete(trial);

            var drive = new DriveInfo(existing);
            var free = $"{root}: {drive.AvailableFreeSpace >> 30} GiB free of {drive.TotalSize >> 30}, {drive.DriveFormat}";
            return drive.AvailableFreeSpace < LittleSpace
                ? new Finding("Archive", free, Verdict.Fault, "free some space, or choose another disk with TimeShift:Archive:Root")
                : new Finding("Archive", free, Verdict.Ok);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Finding("Archive", $"{root}: {e.Message}", Verdict.Fault, "let this user write there, or choose another folder with TimeShift:Archive:Root");
        }
    }

    private static Finding Port(string name, IPEndPoint listen, string key)
    {
        try
        {
            using var socket = new Socket(listen.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(listen);
            return new Finding($"{name} port", $"{listen} is free", Verdict.Ok);
        }
        catch (SocketException e)
        {
            return new Finding($"{name} port", $"{listen}: {e.Message}", Verdict.Fault, $"stop what uses it, or choose another with {key}");
        }
    }

    private static void Print(List<Finding> findings)
    {
        var table = new Table().Border(TableBorder.None).HideHeaders().AddColumns("", "", "", "");
        foreach (var finding in findings)
        {
            var verdict = finding.Verdict switch { Verdict.Ok => "[green]ok[/]", Verdict.Note => "[grey]note[/]", _ => "[red]fault[/]" };
            table.AddRow(verdict, Markup.Escape(finding.What), Markup.Escape(finding.Found), Markup.Escape(finding.Advice));
        }

        AnsiConsole.Write(table);
        var faults = findings.Count(f => f.Verdict == Verdict.Fault);
        Console.Out.WriteLine(faults == 0 ? "Nothing stands in the way." : $"{faults} to see to before the server can work.");
    }
}
