using System.Text.Json.Serialization;

namespace TimeShift.LoadTest.Report;

/// <summary>What a run showed: the object that <c>--json</c> prints.</summary>
internal sealed record LoadReport
{
    public required PushReport Push { get; init; }

    /// <summary>One for each process given, its descendants apart.</summary>
    public required IReadOnlyList<ProcessReport> Servers { get; init; }

    /// <summary>All of them together; null where no process was given.</summary>
    public ProcessReport? Server { get; init; }

    public required ProcessReport LoadTest { get; init; }

    public GarbageReport? Garbage { get; init; }

    public ViewReport? View { get; init; }

    /// <summary>Milliseconds from a push's first byte to a playlist that plays, sorted.</summary>
    public IReadOnlyList<double> StartupMilliseconds { get; init; } = [];

    /// <summary>What went wrong, by kind, the first of each.</summary>
    public required IReadOnlyList<string> Faults { get; init; }
}

/// <param name="Seconds">Length of the measured window.</param>
/// <param name="OfferedMegabits">Of one stream, on the wire, per second.</param>
/// <param name="LateBytes">Not taken by the socket when they were due.</param>
/// <param name="WorstLatenessMilliseconds">How long a byte waited at most for the socket.</param>
/// <param name="UnreadBytes">In the server's sockets at the window's end, of all streams; 0 for a server elsewhere.</param>
/// <param name="SendsPerStreamSecond">What the server may have to receive: well below the messages' number, this process came late and its figures flatter.</param>
/// <param name="OwnLatenessP99Milliseconds">How late this process came to its own ticks.</param>
internal sealed record PushReport(
    int Publishers,
    int Refused,
    int Disconnected,
    double Seconds,
    double StreamSeconds,
    double OfferedMegabits,
    long AcceptedBytes,
    long DueBytes,
    long LateBytes,
    double WorstLatenessMilliseconds,
    long UnreadBytes,
    double SendsPerStreamSecond,
    double OwnLatenessP99Milliseconds,
    double OwnLatenessMaxMilliseconds);

/// <param name="UserMilliseconds">Of CPU per stream-second; per second where nothing is pushed.</param>
/// <param name="SystemMilliseconds">As <paramref name="UserMilliseconds"/>.</param>
/// <param name="CorePercent">Of one core.</param>
/// <param name="ResidentMegabytesPerStream">The whole divided by the streams; NaN without any.</param>
/// <param name="SwitchesPerSecond">Context switches.</param>
internal sealed record ProcessReport(
    string Name,
    int Id,
    double UserMilliseconds,
    double SystemMilliseconds,
    double CorePercent,
    double ResidentMegabytes,
    double ResidentMegabytesPerStream,
    int Threads,
    double SwitchesPerSecond)
{
    public double TotalMilliseconds => UserMilliseconds + SystemMilliseconds;
}

/// <param name="BytesPerStreamSecond">Allocated on the managed heap; per second where nothing is pushed.</param>
internal sealed record GarbageReport(double BytesPerStreamSecond, int Gen0, int Gen1, int Gen2, double HeapMegabytes);

/// <param name="Missed">Segments that left the list before a viewer had them.</param>
/// <param name="Late">New segments that came more than half a target duration after they were expected.</param>
internal sealed record ViewReport(
    int Viewers,
    long Playlists,
    long Segments,
    long Parts,
    double Megabytes,
    double PlaylistP50Milliseconds,
    double PlaylistP99Milliseconds,
    double SegmentP50Milliseconds,
    double SegmentP99Milliseconds,
    double PartP50Milliseconds,
    double PartP99Milliseconds,
    long Missed,
    long Late,
    long Failed);

[JsonSerializable(typeof(LoadReport))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class ReportJson : JsonSerializerContext;
