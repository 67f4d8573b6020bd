namespace TimeShift.Server.Tests.Architecture;

/// <summary>The root holds the solution, the README, and only the further files that tools demand there.</summary>
public sealed class RootLayoutTests
{
    private static readonly string[] Agreed =
    [
        ".ci", ".editorconfig", ".gitattributes", ".gitignore", "Directory.Build.props", "Directory.Packages.props", "LICENSE", "README.md", "TimeShift.sln",
        "benchmarks", "build", "global.json", "native", "src", "tests",
    ];

    [Fact]
    public void Nothing_new_lies_in_the_root()
    {
        if (Checkout.TrackedFiles() is not { } files)
        {
            Assert.Skip("git does not list this folder: not a clone, or no git here");
            return;
        }

        Assert.Empty(files.Select(path => path.Split('/')[0]).Distinct().Except(Agreed));
    }
}
