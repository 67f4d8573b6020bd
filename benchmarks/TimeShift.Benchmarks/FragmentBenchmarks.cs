using BenchmarkDotNet.Attributes;
using TimeShift.Formats.Mp4;

namespace TimeShift.Benchmarks;

/// <summary>The header of one part: half a second of 25 fps video with B-frames, of AAC, and a whole long GOP.</summary>
[MemoryDiagnoser]
public class FragmentBenchmarks
{
    private FragmentSample[] _samples = [];
    private byte[] _header = [];

    [Params("video", "audio", "gop")]
    public string Part { get; set; } = "video";

    [GlobalSetup]
    public void SetUp()
    {
        var count = Part switch { "video" => 12, "audio" => 24, _ => 250 };
        _samples = new FragmentSample[count];
        for (var i = 0; i < count; i++)
        {
            _samples[i] = Part == "audio"
                ? new FragmentSample((uint)(350 + i), 1024, 0, true)
                : new FragmentSample((uint)(i == 0 ? 40_000 : 4_000 + i), 3600, 3600 * (i % 3), i == 0);
        }

        _header = new byte[Fragment.HeaderSize(_samples)];
        Fragment.WriteHeader(_header, 1, 1, 0, _samples);
    }

    [Benchmark(Baseline = true)]
    public int Write() => Fragment.WriteHeader(_header, 1, 1, 90_000, _samples);

    [Benchmark]
    public long Read()
    {
        long total = 0;
        var reader = new FragmentReader(_header);
        while (reader.TryReadTrack(out var fragment))
        {
            foreach (var placed in fragment) total += placed.Offset;
        }

        return total;
    }
}
