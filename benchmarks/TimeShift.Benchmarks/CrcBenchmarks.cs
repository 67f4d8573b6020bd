using System.Buffers.Binary;
using BenchmarkDotNet.Attributes;
using TimeShift.Formats.Simd;

namespace TimeShift.Benchmarks;

/// <summary>CRC-32C: the processor's instruction, the definition bit by bit that it is tested against, and eight tables (slicing by 8).</summary>
[MemoryDiagnoser]
public class CrcBenchmarks
{
    private readonly uint[] _tables = new uint[8 * 256];
    private byte[] _data = [];

    /// <summary>Bytes: an index record, a multivariant playlist, a long playlist.</summary>
    [Params(28, 4_096, 200_000)]
    public int Size { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        for (var i = 0u; i < 256; i++)
        {
            var state = i;
            for (var bit = 0; bit < 8; bit++) state = (state >> 1) ^ ((state & 1) * 0x82F63B78u);
            _tables[i] = state;
        }

        for (var i = 256; i < _tables.Length; i++) _tables[i] = _tables[i - 256] >> 8 ^ _tables[_tables[i - 256] & 0xFF];
        _data = new byte[Size];
        new Random(1).NextBytes(_data);
        if (Tables() != Instruction()) throw new InvalidOperationException("The tables are wrong.");
    }

    [Benchmark(Baseline = true)]
    public uint Tables()
    {
        var state = uint.MaxValue;
        var data = _data.AsSpan();
        for (; data.Length >= 8; data = data[8..])
        {
            var word = BinaryPrimitives.ReadUInt64LittleEndian(data) ^ state;
            state = 0;
            for (var i = 0; i < 8; i++) state ^= _tables[(7 - i) * 256 + (int)(word >> 8 * i & 0xFF)];
        }

        foreach (var value in data) state = state >> 8 ^ _tables[(state ^ value) & 0xFF];
        return ~state;
    }

    [Benchmark]
    public uint Scalar() => Crc32C.ComputeScalar(_data);

    [Benchmark]
    public uint Instruction() => Crc32C.Compute(_data);
}
