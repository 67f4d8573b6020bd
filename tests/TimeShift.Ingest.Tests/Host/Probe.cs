using System.Globalization;

namespace TimeShift.Ingest.Tests.Host;

/// <summary>A packet as ffprobe shows it; times in microseconds.</summary>
internal sealed record ProbedPacket(bool IsVideo, double Dts, double Pts, int Size, bool IsKey, double Duration)
{
    public double Composition => Pts - Dts;
}

internal static class Probe
{
    public static async Task<ProbedPacket[]> PacketsAsync(string path)
    {
        var (output, _) = await Tool.RunAsync(
            "ffprobe", "-v", "error", "-show_entries", "packet=codec_type,dts_time,pts_time,duration_time,size,flags", "-of", "compact=p=0", path);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => l.Contains("dts_time", StringComparison.Ordinal)).Select(Parse)];
    }

    public static async Task<ProbedPacket[]> VideoAsync(string path) => [.. (await PacketsAsync(path)).Where(p => p.IsVideo)];

    public static async Task<ProbedPacket[]> AudioAsync(string path) => [.. (await PacketsAsync(path)).Where(p => !p.IsVideo)];

    /// <summary>Reads the whole file with every warning shown, and expects none.</summary>
    public static async Task CleanAsync(string path)
    {
        var (_, errors) = await Tool.RunAsync("ffprobe", "-v", "warning", "-show_packets", "-show_streams", path);
        Assert.True(errors.Length == 0, $"{path}: {errors}");
    }

    /// <summary>Decodes the whole file and expects no complaint; a live source may skip frames, so that times are kept as they are.</summary>
    public static async Task DecodableAsync(string path)
    {
        var (_, errors) = await Tool.RunAsync("ffmpeg", "-v", "error", "-nostdin", "-xerror", "-i", path, "-fps_mode", "passthrough", "-enc_time_base:v", "-1", "-f", "null", "-");
        Assert.True(errors.Length == 0, $"{path}: {errors}");
    }

    private static ProbedPacket Parse(string line)
    {
        var fields = line.Trim().Split('|').Select(f => f.Split('=', 2)).Where(f => f.Length == 2).DistinctBy(f => f[0]).ToDictionary(f => f[0], f => f[1]);
        return new ProbedPacket(
            fields["codec_type"] == "video", Time("dts_time"), Time("pts_time"), int.Parse(fields["size"], CultureInfo.InvariantCulture), fields["flags"].StartsWith('K'), Time("duration_time"));

        double Time(string name) => double.TryParse(fields.GetValueOrDefault(name), CultureInfo.InvariantCulture, out var seconds) ? seconds * 1e6 : double.NaN;
    }
}
