using System.Buffers;
using BenchmarkDotNet.Attributes;
using TimeShift.Core.Media;
using TimeShift.Formats.Hls;

namespace TimeShift.Benchmarks;

/// <summary>A live playlist of some hours: written whole, put together from kept blocks, read.</summary>
[MemoryDiagnoser]
public class PlaylistBenchmarks
{
    private static readonly MapInfo Map = new("v1-init-1.mp4");

    private readonly ArrayBufferWriter<byte> _output = new(16 << 20);
    private MediaPlaylist _playlist = null!;
    private byte[] _blocks = [];
    private byte[] _text = [];

    [Params(30, 3_600)]
    public int Segments { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var start = new Instant(1_763_800_000_000_000);
        var length = TimeSpan.FromSeconds(2);
        _playlist = new MediaPlaylist
        {
            TargetDuration = length,
            MediaSequence = 1_000_000,
            Segments =
            [
                .. Enumerable.Range(0, Segments).Select(i => new MediaSegment
                {
                    Uri = $"v1-{1_000_000 + i}.m4s",
                    Duration = length,
                    ProgramDateTime = start + i * length,
                    Map = Map,
                }),
            ],
        };
        foreach (var segment in _playlist.Segments) PlaylistWriter.WriteSegment(_output, segment, Map);
        _blocks = _output.WrittenSpan.ToArray();
        WriteWhole();
        _text = _output.WrittenSpan.ToArray();
    }

    [Benchmark(Baseline = true)]
    public int WriteWhole()
    {
        _output.ResetWrittenCount();
        PlaylistWriter.Write(_output, _playlist);
        return _output.WrittenCount;
    }

    [Benchmark]
    public int WriteFromBlocks()
    {
        _output.ResetWrittenCount();
        PlaylistWriter.WriteHeader(_output, _playlist, PlaylistVersion.Map);
        PlaylistWriter.WriteMap(_output, Map);
        _output.Write(_blocks);
        PlaylistWriter.WriteTail(_output, _playlist, Map);
        return _output.WrittenCount;
    }

    [Benchmark]
    public int Read() => PlaylistParser.ParseMedia(_text).Segments.Count;
}
