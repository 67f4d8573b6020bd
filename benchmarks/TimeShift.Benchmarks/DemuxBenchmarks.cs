using System.Diagnostics;
using BenchmarkDotNet.Attributes;
using TimeShift.Core.Media;
using TimeShift.FFmpeg.Inputs;

namespace TimeShift.Benchmarks;

/// <summary>
/// The read loop of a source: 20 s of 720p25 H.264 at 2 Mbit/s with AAC from a file in the page cache. Needs the ffmpeg tool.
/// </summary>
[MemoryDiagnoser]
public class DemuxBenchmarks
{
    private string _file = "";
    private MediaInput? _input;

    [Params("flv", "mp4", "ts")]
    public string Container { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        _file = Path.Combine(Path.GetTempPath(), $"timeshift-demux-{Environment.ProcessId}.{Container}");
        string[] arguments =
        [
            "-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=size=1280x720:rate=25", "-f", "lavfi", "-i", "sine=sample_rate=48000", "-t", "20",
            "-c:v", "libx264", "-preset", "ultrafast", "-b:v", "2M", "-maxrate", "2M", "-bufsize", "2M", "-g", "50", "-c:a", "aac", "-ac", "2", _file,
        ];
        using var process = Process.Start("ffmpeg", arguments);
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException("ffmpeg could not make the test file.");
        _input = MediaInput.Open(new SourceUrl("file:" + _file), MediaInputOptions.Default, default);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _input?.Dispose();
        File.Delete(_file);
    }

    /// <summary>About 1 440 packets.</summary>
    [Benchmark]
    public long ReadAll()
    {
        _input!.Rewind();
        long bytes = 0;
        while (_input.Read(out var packet) == ReadResult.Packet) bytes += packet.Data.Length;
        return bytes;
    }
}
