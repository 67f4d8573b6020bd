using System.Buffers.Binary;
using System.Numerics;

namespace TimeShift.Formats.Simd;

/// <summary>CRC-32C (Castagnoli, RFC 3720 §12.1): reflected polynomial 0x82F63B78, initial value and final XOR of all ones.</summary>
/// <remarks>
/// <see cref="BitOperations.Crc32C(uint, ulong)"/> is the processor's instruction on x64 (SSE 4.2) and Arm64, and a table elsewhere.
/// </remarks>
public static class Crc32C
{
    public static uint Compute(ReadOnlySpan<byte> data) => Append(0, data);

    /// <param name="crc">The result for the bytes before <paramref name="data"/>; 0 where there are none.</param>
    public static uint Append(uint crc, ReadOnlySpan<byte> data)
    {
        var state = ~crc;
        for (; data.Length >= sizeof(ulong); data = data[sizeof(ulong)..])
            state = BitOperations.Crc32C(state, BinaryPrimitives.ReadUInt64LittleEndian(data));
        foreach (var value in data) state = BitOperations.Crc32C(state, value);
        return ~state;
    }

    /// <summary>The same, bit by bit: what the instruction is tested against.</summary>
    internal static uint ComputeScalar(ReadOnlySpan<byte> data)
    {
        var state = uint.MaxValue;
        foreach (var value in data)
        {
            state ^= value;
            for (var bit = 0; bit < 8; bit++) state = (state >> 1) ^ ((state & 1) * 0x82F63B78u);
        }

        return ~state;
    }
}
