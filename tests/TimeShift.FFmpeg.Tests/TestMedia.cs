using System.Globalization;

namespace TimeShift.FFmpeg.Tests;

/// <summary>A few seconds of moving picture and tone with B-frames, made once per run by the ffmpeg tool.</summary>
public sealed class TestMedia : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public string Make(string name, params string[] output)
    {
        var file = _folder.File(name);
        if (File.Exists(file)) return file;
        string[] input =
        [
            "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=320x240:rate=25", "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000", "-t", "3",
            "-c:v", "libx264", "-preset", "veryfast", "-bf", "2", "-g", "25", "-threads", "1", "-c:a", "aac", "-ac", "2",
        ];
        var (code, _, errors) = Repository.Run("ffmpeg", [.. input, .. output, file]);
        if (code == -1) Assert.Skip("ffmpeg is not installed.");
        Assert.True(code == 0, errors);
        return file;
    }

    /// <summary>What ffprobe reads: track, PTS, DTS, size and whether it is a key frame, in file order.</summary>
    internal static List<ProbedPacket> Probe(string file)
    {
        var (code, output, errors) = Repository.Run(
            "ffprobe", "-v", "error", "-show_entries", "packet=stream_index,pts,dts,size,flags", "-of", "compact=p=0:nk=0", file);
        if (code == -1) Assert.Skip("ffprobe is not installed.");
        Assert.True(code == 0, errors);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => l.StartsWith("stream_index", StringComparison.Ordinal)).Select(Parse)];
    }

    public void Dispose() => _folder.Dispose();

    private static ProbedPacket Parse(string line)
    {
        var fields = line.Split('|').Select(f => f.Split('=')).Where(f => f.Length == 2).ToDictionary(f => f[0], f => f[1]);
        return new ProbedPacket((int)Number("stream_index")!, Number("pts"), Number("dts"), (int)Number("size")!, fields["flags"].Contains('K', StringComparison.Ordinal));

        long? Number(string name) => long.TryParse(fields[name], CultureInfo.InvariantCulture, out var n) ? n : null;
    }

    internal sealed record ProbedPacket(int Track, long? Pts, long? Dts, int Size, bool IsKey);
}
