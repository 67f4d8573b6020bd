namespace TimeShift.Server.Tests;

internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("timeshift-server-");

    public string Root => _folder.FullName;

    public string File(string name) => Path.Combine(Root, name);

    public void Dispose() => _folder.Delete(recursive: true);
}
