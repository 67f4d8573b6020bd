using System.Diagnostics;

namespace TimeShift.Server.Tests.Architecture;

/// <summary>The source tree that the tests were built from.</summary>
internal static class Checkout
{
    /// <summary>Names of the C# projects in src, one folder each.</summary>
    public static IReadOnlyList<string> Projects { get; } =
    [
        .. Directory.EnumerateDirectories(PathOf("src")).Select(folder => Path.GetFileName(folder))
            .Where(name => File.Exists(PathOf("src", name, $"{name}.csproj"))).Order(StringComparer.Ordinal),
    ];

    public static string PathOf(params string[] parts) => Path.Combine([Repository.Root, .. parts]);

    /// <summary>A project's assembly beside the tests; the server's is called after its executable.</summary>
    public static string AssemblyOf(string project) =>
        Path.Combine(AppContext.BaseDirectory, project == "TimeShift.Server" ? "timeshift.dll" : $"{project}.dll");

    /// <summary>Paths of the files that git keeps, relative to the root, with forward slashes; null where there is no git or no repository.</summary>
    public static IReadOnlyList<string>? TrackedFiles()
    {
        var start = new ProcessStartInfo("git", ["-c", "safe.directory=*", "-C", Repository.Root, "ls-files", "-z"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using var git = Process.Start(start)!;
            var errors = git.StandardError.ReadToEndAsync();
            var output = git.StandardOutput.ReadToEnd();
            git.WaitForExit();
            _ = errors.Result;
            return git.ExitCode == 0 ? output.Split('\0', StringSplitOptions.RemoveEmptyEntries) : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
