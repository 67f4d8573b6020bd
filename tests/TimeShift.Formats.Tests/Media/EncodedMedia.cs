using System.Collections.Concurrent;

namespace TimeShift.Formats.Tests.Media;

/// <summary>Small files that ffmpeg makes once per test run and kind; gone when the process ends.</summary>
internal static class EncodedMedia
{
    private static readonly string Folder = Directory.CreateTempSubdirectory("timeshift-formats-").FullName;
    private static readonly ConcurrentDictionary<string, Lazy<string>> Files = new(StringComparer.Ordinal);

    static EncodedMedia() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(Folder, recursive: true);

    /// <summary>One second of a moving test picture.</summary>
    /// <param name="size">Such as <c>320x180</c>.</param>
    /// <param name="codecArguments">From <c>-c:v</c> on, separated by spaces.</param>
    /// <param name="extension">Decides the container.</param>
    /// <returns>The file's path.</returns>
    public static string Video(string size, string rate, string codecArguments, string extension) =>
        Make(["-f", "lavfi", "-i", $"testsrc2=s={size}:r={rate}", "-t", "1", .. codecArguments.Split(' ')], extension);

    /// <summary>One second of a tone.</summary>
    /// <inheritdoc cref="Video"/>
    public static string Audio(string codecArguments, string extension) =>
        Make(["-f", "lavfi", "-i", "sine=frequency=440", "-t", "1", .. codecArguments.Split(' ')], extension);

    /// <summary>The same packets in another container.</summary>
    public static string Remux(string path, string extension) => Make(["-i", path, "-c", "copy"], extension);

    /// <summary>A path for a file that a test writes itself.</summary>
    public static string Scratch(string extension) => Path.Combine(Folder, $"{Guid.NewGuid():N}.{extension}");

    private static string Make(string[] arguments, string extension) =>
        Files.GetOrAdd($"{string.Join(' ', arguments)} {extension}", _ => new Lazy<string>(() =>
        {
            var path = Scratch(extension);
            Tool.Run("ffmpeg", ["-v", "error", "-nostdin", "-y", .. arguments, path]);
            return path;
        })).Value;
}
