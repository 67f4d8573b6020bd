using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;
using TimeShift.Formats.Simd;

namespace TimeShift.Benchmarks;

/// <summary>G.711 both ways: the vector path, the sample-by-sample arithmetic it is tested against, and a table of all codes or all samples.</summary>
[MemoryDiagnoser]
public class G711Benchmarks
{
    private readonly short[] _decodeTable = new short[256];
    private readonly byte[] _encodeTable = new byte[65_536];
    private byte[] _codes = [];
    private short[] _samples = [];

    /// <summary>Samples: a packet of 20 ms, and ten seconds.</summary>
    [Params(160, 80_000)]
    public int Size { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        for (var i = 0; i < _decodeTable.Length; i++) _decodeTable[i] = G711.DecodeScalar<G711.ALaw>((byte)i);
        for (var i = 0; i < _encodeTable.Length; i++) _encodeTable[i] = G711.EncodeScalar<G711.ALaw>((short)i);
        _codes = new byte[Size];
        _samples = new short[Size];
        new Random(1).NextBytes(MemoryMarshal.AsBytes(_samples.AsSpan()));
        G711.EncodeALaw(_samples, _codes);
    }

    [Benchmark(Baseline = true)]
    public void DecodeTable()
    {
        for (var i = 0; i < _codes.Length; i++) _samples[i] = _decodeTable[_codes[i]];
    }

    [Benchmark]
    public void DecodeScalar()
    {
        for (var i = 0; i < _codes.Length; i++) _samples[i] = G711.DecodeScalar<G711.ALaw>(_codes[i]);
    }

    [Benchmark]
    public void DecodeALaw() => G711.DecodeALaw(_codes, _samples);

    [Benchmark]
    public void DecodeMuLaw() => G711.DecodeMuLaw(_codes, _samples);

    [Benchmark]
    public void EncodeTable()
    {
        for (var i = 0; i < _samples.Length; i++) _codes[i] = _encodeTable[(ushort)_samples[i]];
    }

    [Benchmark]
    public void EncodeScalar()
    {
        for (var i = 0; i < _samples.Length; i++) _codes[i] = G711.EncodeScalar<G711.ALaw>(_samples[i]);
    }

    [Benchmark]
    public void EncodeALaw() => G711.EncodeALaw(_samples, _codes);

    [Benchmark]
    public void EncodeMuLaw() => G711.EncodeMuLaw(_samples, _codes);
}
