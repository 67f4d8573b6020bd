namespace TimeShift.Ingest.Tests.Host;

/// <summary>Clips that ffmpeg makes once for a run of the tests, and real ones beside the repository.</summary>
internal static class Footage
{
    public const string Picture = "-f lavfi -i testsrc2=size=320x180:rate=25";
    public const string Tone = "-f lavfi -i sine=frequency=440:sample_rate=48000";
    public const string H264 = "-c:v libx264 -preset ultrafast -tune zerolatency -threads 1 -g 25 -pix_fmt yuv420p";
    public const string Aac = "-c:a aac -b:a 96k -ac 2";
    private const string BFrames = "-c:v libx264 -preset veryfast -threads 1 -bf 2 -g 25 -pix_fmt yuv420p";
    private static readonly string Folder = Directory.CreateTempSubdirectory("timeshift-ingest-media-").FullName;
    private static readonly Dictionary<string, Task<string>> Made = [];

    static Footage() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(Folder, recursive: true);

    /// <summary>2 s, key frame each second.</summary>
    public static Task<string> PlainAsync(string container = "mp4") => MakeAsync($"plain.{container}", $"{Picture} {Tone} -t 2 {H264} {Aac}");

    public static Task<string> BFramesAsync(string container = "mp4") => MakeAsync($"bframes.{container}", $"{Picture} {Tone} -t 2 {BFrames} {Aac}");

    public static Task<string> HevcAsync(string container = "mp4") => MakeAsync(
        $"hevc.{container}", $"{Picture} {Tone} -t 2 -c:v libx265 -preset ultrafast -x265-params log-level=none:bframes=2:keyint=25:pools=1 -pix_fmt yuv420p {Aac}");

    public static Task<string> Av1Async() => MakeAsync("av1.mp4", $"{Picture} {Tone} -t 2 -c:v libaom-av1 -cpu-used 8 -usage realtime -g 25 -pix_fmt yuv420p {Aac}");

    public static Task<string> G711Async() => MakeAsync("g711.mkv", $"{Picture} {Tone} -t 2 {H264} -c:a pcm_alaw -ar 8000 -ac 1");

    public static Task<string> PcmAsync() => MakeAsync("pcm.mkv", $"{Picture} {Tone} -t 2 {H264} -c:a pcm_s16le");

    /// <summary>30 s, for publishers that must not run out.</summary>
    public static Task<string> LongAsync(string container = "mp4") => MakeAsync($"long.{container}", $"{Picture} {Tone} -t 30 {H264} {Aac}");

    public static Task<string> LongBFramesAsync() => MakeAsync("long-bframes.mp4", $"{Picture} {Tone} -t 30 {BFrames} {Aac}");

    /// <summary>The same packets as MP4, without what does not belong into a sample: parameter sets and delimiters.</summary>
    public static async Task<string> AsMp4Async(string path, bool hevc = false)
    {
        var target = Path.Combine(Folder, $"{Path.GetFileName(path)}-{Guid.NewGuid():N}.mp4");
        await Tool.FfmpegAsync($"-i {path} -c copy {(path.Contains("pcma", StringComparison.Ordinal) ? "-an " : "")}-bsf:v filter_units=remove_types={(hevc ? "32-35" : "7-9")} {target}");
        return target;
    }

    /// <summary>Real footage; skips the test where it is not there.</summary>
    public static string Shared(string relative)
    {
        var path = Path.Combine(Root(), "..", "shared", relative);
        if (!File.Exists(path)) Assert.Skip($"{relative} is not there (looked for {Path.GetFullPath(path)})");
        return Path.GetFullPath(path);
    }

    public static Task<string> MakeAsync(string name, string arguments)
    {
        lock (Made)
        {
            if (Made.TryGetValue(name, out var made)) return made;
            return Made[name] = Make();
        }

        async Task<string> Make()
        {
            var path = Path.Combine(Folder, name);
            await Tool.FfmpegAsync($"-y {arguments} {path}");
            return path;
        }
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "TimeShift.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException($"No TimeShift.sln above {AppContext.BaseDirectory}.");
    }
}
