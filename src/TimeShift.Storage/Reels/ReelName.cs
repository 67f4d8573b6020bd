using System.Globalization;
using TimeShift.Core.Media;

namespace TimeShift.Storage.Reels;

/// <summary>A reel's place under its stream's folder: <c>2026/11/22/16-00-00.000Z.mp4</c>, always UTC.</summary>
public static class ReelName
{
    public const string MediaExtension = ".mp4";
    public const string IndexExtension = ".idx";

    private const string Pattern = "yyyy/MM/dd/HH-mm-ss.fff'Z'";

    /// <summary>Relative path without extension.</summary>
    public static string For(Instant start) => start.ToDateTimeOffset().ToString(Pattern, CultureInfo.InvariantCulture);

    public static bool TryParse(ReadOnlySpan<char> relativePathWithoutExtension, out Instant start)
    {
        var parsed = DateTimeOffset.TryParseExact(
            relativePathWithoutExtension, Pattern, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time);
        start = parsed ? Instant.From(time) : default;
        return parsed;
    }

    /// <summary>All reels of a stream, oldest first, as paths without extension. Reads folders, no files.</summary>
    public static List<(Instant Start, string Path)> Enumerate(string streamFolder)
    {
        var found = new List<(Instant, string)>();
        foreach (var year in Numbered(streamFolder, 4))
        {
            foreach (var month in Numbered(year, 2))
            {
                foreach (var day in Numbered(month, 2))
                {
                    foreach (var file in Directory.EnumerateFiles(day, "*" + MediaExtension))
                    {
                        var path = file[..^MediaExtension.Length];
                        if (TryParse(Path.GetRelativePath(streamFolder, path).Replace('\\', '/'), out var start)) found.Add((start, path));
                    }
                }
            }
        }

        found.Sort();
        return found;
    }

    private static IEnumerable<string> Numbered(string folder, int digits) => Directory.Exists(folder)
        ? Directory.EnumerateDirectories(folder).Where(d => Path.GetFileName(d) is var name && name.Length == digits && name.All(char.IsAsciiDigit))
        : [];
}
