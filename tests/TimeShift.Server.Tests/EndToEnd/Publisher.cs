namespace TimeShift.Server.Tests.EndToEnd;

/// <summary>ffmpeg as an RTMP publisher of a moving picture, with reordered frames, and a tone; key frames every second.</summary>
internal static class Publisher
{
    public static Tool Start(string url, int? seconds = null, string size = "320x180", bool isG711 = false) => Tool.Start("ffmpeg", [
        "-v", "error", "-re", "-f", "lavfi", "-i", $"testsrc2=size={size}:rate=25", "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000",
        .. seconds is { } length ? new[] { "-t", $"{length}" } : [],
        "-c:v", "libx264", "-preset", "superfast", "-bf", "3", "-sc_threshold", "0", "-pix_fmt", "yuv420p", "-g", "25", "-threads", "1", .. isG711 ? new[] { "-c:a", "pcm_alaw", "-ar", "8000", "-ac", "1" } : ["-c:a", "aac"], "-f", "flv", url]);
}
