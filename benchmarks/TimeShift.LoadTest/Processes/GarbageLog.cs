using System.Globalization;

namespace TimeShift.LoadTest.Processes;

/// <summary>What <see cref="StartupHook"/> writes of a .NET server: a line a second, <c>seconds allocated gen0 gen1 gen2 heap</c>.</summary>
/// <param name="Allocated">Bytes since the start.</param>
/// <param name="Heap">Bytes that the collector holds in use.</param>
internal sealed record GarbageLog(double Seconds, long Allocated, int Gen0, int Gen1, int Gen2, long Heap)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Seconds:F3} {Allocated} {Gen0} {Gen1} {Gen2} {Heap}");

    /// <summary>Null for what is no such line, or only half of one.</summary>
    public static GarbageLog? Parse(string line)
    {
        var fields = line.Split(' ');
        return fields.Length == 6 && double.TryParse(fields[0], CultureInfo.InvariantCulture, out var seconds)
            && long.TryParse(fields[1], CultureInfo.InvariantCulture, out var allocated) && int.TryParse(fields[2], CultureInfo.InvariantCulture, out var gen0)
            && int.TryParse(fields[3], CultureInfo.InvariantCulture, out var gen1) && int.TryParse(fields[4], CultureInfo.InvariantCulture, out var gen2)
            && long.TryParse(fields[5], CultureInfo.InvariantCulture, out var heap)
            ? new GarbageLog(seconds, allocated, gen0, gen1, gen2, heap) : null;
    }

    /// <summary>The last whole line of the file; null where there is none.</summary>
    public static GarbageLog? Last(string path) => File.Exists(path) ? File.ReadLines(path).Select(Parse).LastOrDefault(line => line is not null) : null;
}
