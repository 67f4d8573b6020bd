using System.CommandLine;
using Spectre.Console;
using TimeShift.Storage;
using TimeShift.Storage.Reels;

namespace TimeShift.Server.Cli;

/// <summary><c>timeshift reindex DIR</c>: makes every index anew from the reels. Reels are only read.</summary>
internal static class ReindexCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("DIR") { Description = "The archive's root, or one stream's folder." };
        var command = new Command("reindex", "Makes the index of every reel anew from the reel itself. Do not run it on an archive that is being recorded into.") { folder };
        command.SetAction(result => Run(result.GetValue(folder)!));
        return command;
    }

    private static int Run(string folder)
    {
        if (!Directory.Exists(folder)) return CommandErrors.Report($"{folder}: there is no such folder");
        var reels = Archive.StreamFolders(folder).SelectMany(ReelName.Enumerate).ToList();
        if (reels.Count == 0)
            return CommandErrors.Report($"{folder}: no stream with reels in it; expected an archive's root or a stream's folder with {StreamIdentity.FileName}");

        // The root's own lock, where DIR is the root or a stream in it.
        using var held = ArchiveLock.Take(RootOf(folder));
        var failed = new List<string>();
        long segments = 0;
        AnsiConsole.Progress().Start(progress =>
        {
            var task = progress.AddTask("Reading reels", maxValue: reels.Count);
            foreach (var (_, path) in reels)
            {
                try
                {
                    segments += ReelIndexer.Reindex(path);
                }
                catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
                {
                    failed.Add($"{path}{ReelName.MediaExtension}: {e.Message}");
                }

                task.Increment(1);
            }
        });
        foreach (var line in failed) CommandErrors.Report(line);
        Console.Out.WriteLine($"{reels.Count - failed.Count} of {reels.Count} reels indexed, {segments} segments");
        return failed.Count == 0 ? 0 : 1;
    }

    // The archive's root has a lock file once a server has run on it; a stream's folder lies any number of folders below it.
    private static string RootOf(string folder)
    {
        for (var place = new DirectoryInfo(Path.GetFullPath(folder)); place is not null; place = place.Parent)
        {
            if (ArchiveLock.IsIn(place.FullName)) return place.FullName;
        }

        return folder;
    }
}
