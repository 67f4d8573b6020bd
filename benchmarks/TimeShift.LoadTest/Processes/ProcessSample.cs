using System.Globalization;

namespace TimeShift.LoadTest.Processes;

/// <summary>What a process has used since its start, and holds now.</summary>
/// <param name="Switches">Context switches of the threads that live, voluntary and not.</param>
internal sealed record ProcessSample(int Id, string Name, long UserTicks, long SystemTicks, long ResidentBytes, int Threads, long Switches)
{
    /// <summary>Null where the process is gone.</summary>
    public static ProcessSample? Take(int id)
    {
        try
        {
            var stat = ProcStat.Parse(File.ReadAllText($"/proc/{id}/stat"));
            var resident = ProcStatus.Number(File.ReadLines($"/proc/{id}/status"), "VmRSS") * 1024;
            return new ProcessSample(id, stat.Name, stat.UserTicks, stat.SystemTicks, resident, stat.Threads, CountSwitches(id));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The processes and, if wanted, all that descend from them.</summary>
    public static IReadOnlyList<int> Family(IReadOnlyList<int> ids, bool children)
    {
        if (!children) return ids;
        var parents = new Dictionary<int, int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id)) continue;
            try
            {
                parents[id] = ProcStat.Parse(File.ReadAllText($"/proc/{id}/stat")).Parent;
            }
            catch (IOException)
            {
                // Gone since.
            }
        }

        var family = ids.ToList();
        for (var i = 0; i < family.Count; i++) family.AddRange(parents.Where(pair => pair.Value == family[i] && !family.Contains(pair.Key)).Select(pair => pair.Key).ToList());
        return family;
    }

    // A process's own status counts its first thread alone.
    private static long CountSwitches(int id)
    {
        long switches = 0;
        foreach (var task in Directory.EnumerateDirectories($"/proc/{id}/task"))
        {
            try
            {
                var lines = File.ReadAllLines(Path.Combine(task, "status"));
                switches += ProcStatus.Number(lines, "voluntary_ctxt_switches") + ProcStatus.Number(lines, "nonvoluntary_ctxt_switches");
            }
            catch (IOException)
            {
                // The thread has ended since.
            }
        }

        return switches;
    }
}
