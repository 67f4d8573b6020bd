using System.Globalization;

namespace TimeShift.LoadTest.Processes;

/// <summary>The fields of /proc/PID/stat that matter here (proc(5)).</summary>
/// <param name="UserTicks">Hundredths of a second.</param>
/// <param name="SystemTicks">Hundredths of a second.</param>
internal readonly record struct ProcStat(int Id, string Name, int Parent, long UserTicks, long SystemTicks, int Threads)
{
    /// <summary>USER_HZ, which the kernel has fixed at 100 on every machine that .NET runs on.</summary>
    public const int TicksPerSecond = 100;

    /// <exception cref="FormatException">Not a line of that file.</exception>
    public static ProcStat Parse(string line)
    {
        // The name is the program's own choice: it may hold blanks and parentheses.
        var open = line.IndexOf('(', StringComparison.Ordinal);
        var close = line.LastIndexOf(')');
        if (open < 1 || close < open) throw Fault(line);
        var fields = line[(close + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length < 18) throw Fault(line);
        return new ProcStat(
            (int)Number(line[..open]), line[(open + 1)..close], (int)Number(fields[1]), Number(fields[11]), Number(fields[12]), (int)Number(fields[17]));

        long Number(string text) =>
            long.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : throw Fault(line);
    }

    private static FormatException Fault(string line) => new($"\"{line}\" is no line of /proc/PID/stat; expected \"pid (name) state ppid …\" with 20 fields or more");
}
