using System.Diagnostics;

namespace TimeShift.FFmpeg.Tests;

internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string Path(string relative) => System.IO.Path.Combine(Root, relative);

    /// <summary>Runs a tool and waits for it; exit code -1 where it is not installed.</summary>
    public static (int ExitCode, string Output, string Errors) Run(string command, params string[] arguments)
    {
        var start = new ProcessStartInfo(command, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output, errors.Result);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return (-1, "", e.Message);
        }
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "TimeShift.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException($"No TimeShift.sln above {AppContext.BaseDirectory}.");
    }
}
