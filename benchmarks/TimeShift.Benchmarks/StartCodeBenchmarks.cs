using BenchmarkDotNet.Attributes;
using TimeShift.Formats.Simd;

namespace TimeShift.Benchmarks;

/// <summary>
/// The search for 00 00 01 through data that has none, as inside a large slice: the vector path, the byte loop it is tested against,
/// and the runtime's own search.
/// </summary>
[MemoryDiagnoser]
public class StartCodeBenchmarks
{
    private byte[] _data = [];

    /// <summary>Bytes: a network packet, a slice, a large key frame.</summary>
    [Params(1_400, 50_000, 1_000_000)]
    public int Size { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _data = new byte[Size];
        new Random(1).NextBytes(_data);
        // Escaped data holds 00 00 03, but never 00 00 01.
        for (int at; (at = StartCodes.IndexOf(_data)) >= 0;) _data[at + 2] = 3;
    }

    [Benchmark(Baseline = true)]
    public int Scalar() => StartCodes.IndexOfScalar(_data);

    [Benchmark]
    public int Vector() => StartCodes.IndexOf(_data);

    [Benchmark]
    public int SpanIndexOf() => _data.AsSpan().IndexOf("\0\0\u0001"u8);
}
