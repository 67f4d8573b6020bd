using System.Xml.Linq;

namespace TimeShift.Server.Tests.Architecture;

/// <summary>Who may use whom. A new arrow is a decision about the design: it is made here and in src/ARCHITECTURE.md, not by the way.</summary>
public sealed class ReferenceTests
{
    private static readonly Dictionary<string, string[]> MayUse = new(StringComparer.Ordinal)
    {
        ["TimeShift.Core"] = [],
        ["TimeShift.Formats"] = ["TimeShift.Core"],
        ["TimeShift.FFmpeg"] = ["TimeShift.Core"],
        ["TimeShift.Protocols"] = ["TimeShift.Core", "TimeShift.Formats"],
        ["TimeShift.Ingest"] = ["TimeShift.Core", "TimeShift.FFmpeg", "TimeShift.Formats", "TimeShift.Protocols"],
        ["TimeShift.Storage"] = ["TimeShift.Core", "TimeShift.Formats"],
        ["TimeShift.Recording"] = ["TimeShift.Core", "TimeShift.Formats", "TimeShift.Storage"],
        ["TimeShift.Playback"] = ["TimeShift.Core", "TimeShift.Formats", "TimeShift.Storage"],
        ["TimeShift.Server"] =
        [
            "TimeShift.Core", "TimeShift.FFmpeg", "TimeShift.Formats", "TimeShift.Ingest", "TimeShift.Playback", "TimeShift.Protocols", "TimeShift.Recording",
            "TimeShift.Storage",
        ],
    };

    public static TheoryData<string> Projects => [.. Checkout.Projects];

    [Fact]
    public void Every_project_is_in_the_table() => Assert.Equal(MayUse.Keys.Order(StringComparer.Ordinal), Checkout.Projects);

    [Theory]
    [MemberData(nameof(Projects))]
    public void An_assembly_references_only_what_its_project_may_use(string project)
    {
        var used = new AssemblyFacts(Checkout.AssemblyOf(project)).References.Where(name => name.StartsWith("TimeShift", StringComparison.OrdinalIgnoreCase));
        Assert.Empty(used.Except(MayUse[project]));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_file_references_only_what_the_project_may_use(string project)
    {
        var references = XDocument.Load(Checkout.PathOf("src", project, $"{project}.csproj")).Descendants("ProjectReference")
            .Select(element => Path.GetFileNameWithoutExtension((string?)element.Attribute("Include") ?? ""));
        Assert.Empty(references.Except(MayUse[project]));
    }

    [Fact]
    public void The_table_in_ARCHITECTURE_says_the_same()
    {
        var rows = ProjectRow.Read().Where(row => row.Project != "TimeShift.Console").ToDictionary(row => row.Project, row => row.MayUse, StringComparer.Ordinal);

        Assert.Equal(MayUse.Keys.Order(StringComparer.Ordinal), rows.Keys.Order(StringComparer.Ordinal));
        foreach (var (project, allowed) in MayUse)
        {
            var told = rows[project] switch
            {
                "–" => [],
                "all" => MayUse.Keys.Where(name => name != project),
                var list => list.Split(',').Select(name => $"TimeShift.{name.Trim()}"),
            };
            Assert.Equal(allowed.Order(StringComparer.Ordinal), told.Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void The_folders_in_ARCHITECTURE_are_those_of_the_projects()
    {
        var missing = from row in ProjectRow.Read()
                      from folder in row.Folders
                      where !Directory.Exists(Checkout.PathOf("src", row.Project, folder))
                      select $"{row.Project}/{folder}";
        Assert.Empty(missing);
    }
}
