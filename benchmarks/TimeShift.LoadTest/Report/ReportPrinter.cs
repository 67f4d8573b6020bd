using System.Globalization;
using Spectre.Console;

namespace TimeShift.LoadTest.Report;

/// <summary>The report for people.</summary>
internal static class ReportPrinter
{
    public static void Print(IAnsiConsole console, LoadReport report)
    {
        var push = report.Push;
        if (push.Publishers > 0)
        {
            console.WriteLine(Text(
                $"{push.Publishers} publishers of {push.OfferedMegabits:F2} Mbit/s for {push.Seconds:F1} s: {push.Refused} refused, {push.Disconnected} disconnected,"));
            console.WriteLine(Text($"  {push.AcceptedBytes / 1e6:F1} of {push.DueBytes / 1e6:F1} MB accepted, {push.LateBytes} bytes late ({push.WorstLatenessMilliseconds:F0} ms), {push.UnreadBytes} bytes unread by the server;"));
            console.WriteLine(Text($"  {push.SendsPerStreamSecond:F1} sends per stream-second; the load test's own ticks were late by {push.OwnLatenessP99Milliseconds:F1} ms (p99), {push.OwnLatenessMaxMilliseconds:F1} ms (worst)"));
        }

        console.Write(Processes(report));
        if (report.Garbage is { } garbage)
            console.WriteLine(Text($"garbage: {garbage.BytesPerStreamSecond:F0} bytes per stream-second, collections {garbage.Gen0}/{garbage.Gen1}/{garbage.Gen2}, heap {garbage.HeapMegabytes:F1} MB"));
        if (report.View is { } view) Print(console, view);
        if (report.StartupMilliseconds is { Count: > 0 } startup)
            console.WriteLine(Text($"push to a playlist that plays: {startup[0]:F0} ms at best, {startup[startup.Count / 2]:F0} median, {startup[^1]:F0} at worst, of {startup.Count}"));
        foreach (var fault in report.Faults) console.MarkupLineInterpolated($"[red]{fault}[/]");
    }

    private static Table Processes(LoadReport report)
    {
        var unit = report.Push.StreamSeconds > 0 ? "ms/stream-s" : "ms/s";
        var table = new Table().AddColumns("process", $"user {unit}", $"system {unit}", "together", "% of a core", "RSS MB", "MB/stream", "threads", "switches/s");
        foreach (var server in report.Servers) Row(table, Text($"{server.Name} {server.Id}"), server);
        if (report.Servers.Count > 1) Row(table, "together", report.Server!);
        Row(table, "this load test", report.LoadTest);
        return table;
    }

    private static void Row(Table table, string name, ProcessReport p) => table.AddRow(
        Markup.Escape(name), Text($"{p.UserMilliseconds:F3}"), Text($"{p.SystemMilliseconds:F3}"), Text($"{p.TotalMilliseconds:F3}"), Text($"{p.CorePercent:F2}"),
        Text($"{p.ResidentMegabytes:F1}"), double.IsNaN(p.ResidentMegabytesPerStream) ? "" : Text($"{p.ResidentMegabytesPerStream:F2}"), Text($"{p.Threads}"),
        Text($"{p.SwitchesPerSecond:F0}"));

    private static void Print(IAnsiConsole console, ViewReport view)
    {
        var table = new Table().AddColumns("fetched", "count", "p50 ms", "p99 ms");
        table.AddRow("playlists", Text($"{view.Playlists}"), Text($"{view.PlaylistP50Milliseconds:F2}"), Text($"{view.PlaylistP99Milliseconds:F2}"));
        table.AddRow("segments", Text($"{view.Segments}"), Text($"{view.SegmentP50Milliseconds:F2}"), Text($"{view.SegmentP99Milliseconds:F2}"));
        table.AddRow("parts", Text($"{view.Parts}"), Text($"{view.PartP50Milliseconds:F2}"), Text($"{view.PartP99Milliseconds:F2}"));
        console.Write(table);
        console.WriteLine(Text($"{view.Viewers} viewers, {view.Megabytes:F1} MB: {view.Missed} segments missed, {view.Late} late, {view.Failed} requests failed"));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
