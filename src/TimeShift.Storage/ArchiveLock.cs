namespace TimeShift.Storage;

/// <summary>
/// Keeps a second program out of an archive: start-up recovery and reindexing change reels and indexes, and would destroy what another is writing. Held by an advisory
/// lock, which the kernel gives up when the process ends, however it ends.
/// </summary>
public sealed class ArchiveLock : IDisposable
{
    private const string FileName = ".lock";
    private readonly FileStream _file;

    private ArchiveLock(FileStream file) => _file = file;

    /// <exception cref="IOException">The folder cannot be made or written, or another program has it; the message says what to do.</exception>
    public static ArchiveLock Take(string root)
    {
        try
        {
            Directory.CreateDirectory(root);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"the archive {root} cannot be opened: {e.Message} Choose a folder that can be written with TimeShift:Archive:Root", e);
        }

        var path = Path.Combine(root, FileName);
        try
        {
            return new ArchiveLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"the archive {root} cannot be locked: {e.Message} If another TimeShift uses it, stop that, or choose another folder with TimeShift:Archive:Root", e);
        }
    }

    /// <summary>A program has used this folder as an archive's root, and may do so now.</summary>
    public static bool IsIn(string root) => File.Exists(Path.Combine(root, FileName));

    public void Dispose() => _file.Dispose();
}
