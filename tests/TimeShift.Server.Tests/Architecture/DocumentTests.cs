using System.Text.RegularExpressions;

namespace TimeShift.Server.Tests.Architecture;

/// <summary>A document that names what is no longer there misleads: every path and type in backticks must exist.</summary>
public sealed partial class DocumentTests
{
    /// <summary>Names in backticks that are somebody else's, or examples.</summary>
    private static readonly HashSet<string> External = ["TimeShift", "TimeProvider", "appsettings.json", "live/name"];

    private static readonly string[] FileEndings = [".md", ".cs", ".ts", ".c", ".h", ".sh", ".sln", ".csproj", ".props", ".targets", ".json", ".txt"];

    private static readonly AssemblyFacts[] Assemblies = [.. Checkout.Projects.Select(name => new AssemblyFacts(Checkout.AssemblyOf(name)))];

    private static readonly HashSet<string> Folders =
    [
        .. Checkout.Projects.SelectMany(name => Directory.EnumerateDirectories(Checkout.PathOf("src", name))).Select(folder => Path.GetFileName(folder)),
    ];

    [Theory]
    [InlineData("README.md")]
    [InlineData("src/ARCHITECTURE.md")]
    public void Every_path_and_type_that_a_document_names_exists(string document)
    {
        var names = NamesIn(File.ReadAllText(Checkout.PathOf(document))).ToList();
        Assert.NotEmpty(names);
        var unknown = names.FindAll(name => !Exists(name));
        Assert.Empty(unknown);
    }

    [Theory]
    [InlineData("build/nothing")]
    [InlineData("./build/nothing")]
    [InlineData("benchmarks/Missing.md")]
    [InlineData("Missing.cs")]
    [InlineData("NoSuchType")]
    [InlineData("MediaPacket.NoSuchMember")]
    [InlineData("TimeShift.Nothing")]
    public void A_name_of_nothing_is_noticed(string name)
    {
        Assert.Equal([name], NamesIn($"See `{name}`."));
        Assert.False(Exists(name));
    }

    [Theory]
    [InlineData("build/run")]
    [InlineData("./build/test")]
    [InlineData("TimeShift.Core/Media")]
    [InlineData("TimeShift.Core.Packets")]
    [InlineData("MediaPacket")]
    [InlineData("Instant.ToString")]
    public void A_name_of_something_is_found(string name)
    {
        Assert.Equal([name], NamesIn($"See `{name}`."));
        Assert.True(Exists(name));
    }

    [Theory]
    [InlineData("<root>/<stream>/x.mp4")]
    [InlineData("rtmp://host:1935/<app>/<name>")]
    [InlineData("/healthz/live")]
    [InlineData("Http:Listen")]
    [InlineData("src/*.cs")]
    [InlineData(".idx")]
    [InlineData("none")]
    [InlineData("TARGETDURATION")]
    public void What_is_no_name_is_left_alone(string text) => Assert.Empty(NamesIn($"See `{text}`."));

    /// <summary>The names in backticks, and the scripts in examples of commands.</summary>
    private static IEnumerable<string> NamesIn(string markdown)
    {
        var text = Fence().Replace(markdown, "");
        return Quoted().Matches(text).Select(match => match.Groups[1].Value).Where(word => IsPath(word) || IsType(word))
            .Concat(Script().Matches(text).Select(match => match.Value)).Except(External).Distinct();
    }

    private static bool IsPath(string word) =>
        PathWord().IsMatch(word) && !word.StartsWith('/') && (word.Contains('/') || FileEndings.Any(ending => word.EndsWith(ending, StringComparison.Ordinal) && word != ending));

    private static bool IsType(string word) => !IsPath(word) && TypeWord().IsMatch(word) && word.Any(char.IsLower);

    private static bool Exists(string name)
    {
        if (IsPath(name)) return new[] { name, Path.Combine("src", name) }.Select(path => Checkout.PathOf(path)).Any(path => File.Exists(path) || Directory.Exists(path));
        if (Directory.Exists(Checkout.PathOf("src", name)) || Folders.Contains(name) || Assemblies.Any(a => a.Namespaces.Contains(name))) return true;
        var parts = name.Split('.');
        return Assemblies.Any(a => a.Types.ContainsKey(parts[^1]) && (parts.Length == 1 || a.Namespaces.Contains(string.Join('.', parts[..^1]))))
            || (parts.Length == 2 && Assemblies.Any(a => a.Types.TryGetValue(parts[0], out var members) && members.Contains(parts[1])));
    }

    [GeneratedRegex("^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"(?<![\w`/])\./[\w./-]+(?!`)")]
    private static partial Regex Script();

    [GeneratedRegex(@"^[\w./-]+$")]
    private static partial Regex PathWord();

    [GeneratedRegex(@"^[A-Z][A-Za-z0-9]*(\.[A-Z][A-Za-z0-9]*)*$")]
    private static partial Regex TypeWord();
}
