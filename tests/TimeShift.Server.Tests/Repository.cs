namespace TimeShift.Server.Tests;

internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>Where results go that people look at.</summary>
    public static string Results => Directory.CreateDirectory(Path.Combine(Root, "artifacts", "test-results")).FullName;

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "TimeShift.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException($"No TimeShift.sln above {AppContext.BaseDirectory}.");
    }
}
