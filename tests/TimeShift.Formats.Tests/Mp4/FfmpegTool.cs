using System.Diagnostics;

namespace TimeShift.Formats.Tests.Mp4;

/// <summary>Runs the machine's <c>ffmpeg</c> and <c>ffprobe</c>.</summary>
internal static class FfmpegTool
{
    /// <summary>Standard output and error of a run that must succeed; the test is skipped where the tool is absent.</summary>
    public static (string Output, string Error) Run(string tool, params string[] arguments)
    {
        var start = new ProcessStartInfo(tool, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            Assert.Skip($"{tool} is not on this machine: {e.Message}");
            throw;
        }

        using (process)
        {
            process.StandardInput.Close();
            var error = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, $"{tool} {string.Join(' ', arguments)} ended with {process.ExitCode}: {error.Result}");
            return (output, error.Result);
        }
    }

    /// <summary>One line a packet, in the order of each stream: stream, DTS, PTS, duration, size, key flag and a hash of the
    /// bytes.</summary>
    public static string[] Packets(string path, params string[] options)
    {
        var (output, _) = Run("ffprobe", [
            "-v", "error", .. options, "-show_entries", "packet=stream_index,pts,dts,duration,size,flags,data_hash", "-show_data_hash", "crc32", "-of", "compact", path]);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).OrderBy(line => line.Split('|')[1], StringComparer.Ordinal)];
    }
}
