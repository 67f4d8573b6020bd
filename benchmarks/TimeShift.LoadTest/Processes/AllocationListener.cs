using System.Diagnostics.Tracing;
using System.Globalization;

namespace TimeShift.LoadTest.Processes;

/// <summary>Adds up what the runtime's allocation samples name, and rewrites a file with it every ten seconds: bytes, heap and type, the most first.</summary>
internal sealed class AllocationListener : EventListener
{
    private const string Runtime = "Microsoft-Windows-DotNETRuntime";
    private const EventKeywords Collections = (EventKeywords)1;
    private const int Types = 40;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private readonly Dictionary<string, long> _bytes = new(StringComparer.Ordinal);
    private readonly string _path;
    private readonly Timer _timer;

    public AllocationListener(string path)
    {
        _path = path;
        _timer = new Timer(_ => Write(), null, Interval, Interval);
    }

    public override void Dispose()
    {
        _timer.Dispose();
        base.Dispose();
    }

    protected override void OnEventSourceCreated(EventSource source)
    {
        if (source.Name == Runtime) EnableEvents(source, EventLevel.Verbose, Collections);
    }

    protected override void OnEventWritten(EventWrittenEventArgs sample)
    {
        if (sample.EventName?.StartsWith("GCAllocationTick", StringComparison.Ordinal) != true || sample.PayloadNames is not { } names || sample.Payload is not { } values) return;
        var type = $"{HeapOf(values[names.IndexOf("AllocationKind")])} {values[names.IndexOf("TypeName")]}";
        var bytes = Convert.ToInt64(values[names.IndexOf("AllocationAmount64")], CultureInfo.InvariantCulture);
        lock (_bytes) _bytes[type] = _bytes.GetValueOrDefault(type) + bytes;
    }

    private static string HeapOf(object? kind) => Convert.ToInt32(kind, CultureInfo.InvariantCulture) switch { 0 => "small", 1 => "large", _ => "pinned" };

    private void Write()
    {
        string[] lines;
        lock (_bytes) lines = [.. _bytes.OrderByDescending(pair => pair.Value).Take(Types).Select(pair => $"{pair.Value,14} {pair.Key}")];
        File.WriteAllLines(_path, lines);
    }
}
