using System.Text.RegularExpressions;

namespace TimeShift.Server.Tests.Architecture;

/// <summary>A row of the table of projects in src/ARCHITECTURE.md.</summary>
internal sealed partial record ProjectRow(string Project, string MayUse, IReadOnlyList<string> Folders)
{
    public static IReadOnlyList<ProjectRow> Read() =>
    [
        .. Row().Matches(File.ReadAllText(Checkout.PathOf("src", "ARCHITECTURE.md"))).Select(row =>
            new ProjectRow(row.Groups[1].Value, row.Groups[2].Value, [.. Quoted().Matches(row.Groups[3].Value).Select(word => word.Groups[1].Value)])),
    ];

    [GeneratedRegex(@"^\| `(TimeShift\.\w+)` \| ([^|]*?) \|([^|]*)\|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();
}
