namespace TimeShift.Formats.Tests;

/// <summary>Real footage and corpora that lie beside the repository, in <c>../shared/media</c>, and are no part of it.</summary>
public static class SharedMedia
{
    private static readonly string? Root = FindRoot();

    /// <summary>The full path of a file or folder, or null where it is absent.</summary>
    public static string? Find(string relativePath)
    {
        if (Root is null) return null;
        var path = Path.Combine(Root, relativePath);
        return File.Exists(path) || Directory.Exists(path) ? path : null;
    }

    /// <summary>The full path, or the running test is skipped.</summary>
    public static string Require(string relativePath)
    {
        var path = Find(relativePath);
        if (path is null) Assert.Skip($"../shared/media/{relativePath} is not on this machine");
        return path;
    }

    private static string? FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(Path.Combine(folder.FullName, "TimeShift.sln"))) continue;
            var media = Path.Combine(folder.FullName, "..", "shared", "media");
            return Directory.Exists(media) ? Path.GetFullPath(media) : null;
        }

        return null;
    }
}
