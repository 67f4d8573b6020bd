using System.Globalization;

namespace TimeShift.LoadTest.Processes;

/// <summary>Lines of /proc/PID/status and of /proc/PID/task/TID/status (proc(5)).</summary>
internal static class ProcStatus
{
    /// <summary>The number after a name, in the file's own unit (kB for memory); 0 where there is no such line.</summary>
    public static long Number(IEnumerable<string> lines, string name)
    {
        foreach (var line in lines)
        {
            if (!line.StartsWith(name, StringComparison.Ordinal) || line.Length <= name.Length || line[name.Length] != ':') continue;
            var value = line[(name.Length + 1)..].Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            return value.Length > 0 && long.TryParse(value[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        }

        return 0;
    }
}
