using System.Diagnostics;

namespace TimeShift.LoadTest.Media;

/// <summary>The file that is pushed: the user's, or one made with ffmpeg and kept for the next run.</summary>
internal static class ClipFile
{
    // 64 s: both 25 frames/s and the 1 024 samples of AAC at 48 kHz come out even, so that it loops without a seam. Noise, so that the bits are not filler.
    private static readonly string[] Encode =
    [
        "-f", "lavfi", "-i", "testsrc2=size=1280x720:rate=25,noise=alls=12:allf=t", "-f", "lavfi", "-i", "anoisesrc=color=pink:amplitude=0.3:sample_rate=48000:seed=1",
        "-t", "64", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-b:v", "1872k", "-minrate", "1872k", "-maxrate", "1872k", "-bufsize", "1872k",
        "-x264-params", "nal-hrd=cbr", "-g", "50", "-keyint_min", "50", "-sc_threshold", "0", "-bf", "0", "-c:a", "aac", "-b:a", "128k", "-ac", "2",
    ];

    public static string DefaultCache => Path.Combine(Path.GetTempPath(), "timeshift-loadtest");

    /// <returns>Path of an FLV file.</returns>
    /// <exception cref="IOException">ffmpeg is not there, or fails.</exception>
    public static string Prepare(string? file, string cache, Action<string> say)
    {
        if (file is not null && file.EndsWith(".flv", StringComparison.OrdinalIgnoreCase)) return file;
        Directory.CreateDirectory(cache);
        if (file is null) return Make(Path.Combine(cache, "720p25-2000k-64s.flv"), Encode, say);
        if (!File.Exists(file)) throw new FileNotFoundException($"--file {file}: there is no such file");
        var stamp = $"{Path.GetFileNameWithoutExtension(file)}-{new FileInfo(file).Length}-{File.GetLastWriteTimeUtc(file).Ticks:x}.flv";
        return Make(Path.Combine(cache, stamp), ["-i", file, "-map", "0:v:0?", "-map", "0:a:0?", "-c", "copy"], say);
    }

    private static string Make(string target, string[] arguments, Action<string> say)
    {
        if (File.Exists(target)) return target;
        say($"ffmpeg makes {target} …");
        var part = $"{target}.{Environment.ProcessId}.part";
        var start = new ProcessStartInfo("ffmpeg", ["-v", "error", "-nostdin", "-y", .. arguments, "-flvflags", "no_duration_filesize", "-f", "flv", part]) { RedirectStandardError = true };
        try
        {
            using var ffmpeg = Process.Start(start)!;
            var errors = ffmpeg.StandardError.ReadToEnd();
            ffmpeg.WaitForExit();
            if (ffmpeg.ExitCode != 0) throw new IOException($"ffmpeg could not make {target}: {errors.Trim()}");
            File.Move(part, target, overwrite: true);
            return target;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new IOException("ffmpeg is not installed; install it, or give an FLV file with --file");
        }
        finally
        {
            File.Delete(part);
        }
    }
}
