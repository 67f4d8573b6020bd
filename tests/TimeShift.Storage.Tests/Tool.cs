using System.Diagnostics;

namespace TimeShift.Storage.Tests;

/// <summary>Runs <c>ffmpeg</c> and <c>ffprobe</c>.</summary>
internal static class Tool
{
    /// <summary>Standard output and error of a run that must succeed; the test is skipped where the tool is absent.</summary>
    public static (string Output, string Error) Run(string tool, params string[] arguments)
    {
        var start = new ProcessStartInfo(tool, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        Process? process = null;
        try
        {
            process = Process.Start(start);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            Assert.Skip($"{tool} is not on this machine: {e.Message}");
        }

        using (process)
        {
            process!.StandardInput.Close();
            var error = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            var complaint = error.GetAwaiter().GetResult();
            Assert.True(process.ExitCode == 0, $"{tool} {string.Join(' ', arguments)} ended with {process.ExitCode}: {complaint}");
            return (output, complaint);
        }
    }

    /// <summary>Stream, DTS, PTS, size, key flag and a hash of the bytes of each packet, stream by stream; asserts that ffprobe finds nothing to complain about.</summary>
    public static List<string> Packets(string path)
    {
        var (output, error) = Run(
            "ffprobe", "-v", "warning", "-show_entries", "packet=stream_index,pts,dts,size,flags,data_hash", "-show_data_hash", "crc32", "-of", "compact=p=0", path);
        Assert.Equal("", error);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => l.Contains("dts=", StringComparison.Ordinal)).OrderBy(l => l[..14], StringComparer.Ordinal)];
    }
}
