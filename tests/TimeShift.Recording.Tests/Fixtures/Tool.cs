using System.ComponentModel;
using System.Diagnostics;

namespace TimeShift.Recording.Tests.Fixtures;

/// <summary>Runs the distribution's ffmpeg and ffprobe; a test on a machine without them is skipped.</summary>
internal static class Tool
{
    /// <returns>What came on standard output.</returns>
    public static string Run(string program, params IEnumerable<string> arguments)
    {
        var (output, errors) = RunBoth(program, arguments);
        _ = errors;
        return output;
    }

    /// <summary>What a program has to complain about.</summary>
    public static string Complaints(string program, params IEnumerable<string> arguments) => RunBoth(program, arguments).Errors;

    private static (string Output, string Errors) RunBoth(string program, IEnumerable<string> arguments)
    {
        using var process = new Process { StartInfo = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true } };
        try
        {
            process.Start();
        }
        catch (Win32Exception)
        {
            Assert.Skip($"{program} is not installed");
        }

        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {errors.Result}");
        return (output, errors.Result);
    }
}
