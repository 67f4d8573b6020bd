namespace TimeShift.Formats.Tests.Mp4;

/// <summary>Texts in <c>Mp4/assets</c> that a dump must equal; with <c>UPDATE_GOLDEN=1</c> in the environment they are written instead, to
/// be read before they are committed.</summary>
internal static class Golden
{
    public static void Check(string name, string actual)
    {
        var path = Path.Combine(Folder(), name);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, actual);
        }

        Assert.Equal(File.ReadAllText(path), actual);
    }

    private static string Folder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "TimeShift.sln")))
                return Path.Combine(folder.FullName, "tests", "TimeShift.Formats.Tests", "Mp4", "assets");
        }

        throw new DirectoryNotFoundException("TimeShift.sln is in no folder above the tests.");
    }
}
