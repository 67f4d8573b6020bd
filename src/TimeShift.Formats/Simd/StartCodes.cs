using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace TimeShift.Formats.Simd;

/// <summary>Finds start codes of the byte stream format (ITU-T H.264 and H.265, Annex B): the three bytes 00 00 01.</summary>
public static class StartCodes
{
    /// <summary>Bytes of the code itself; a leading zero_byte is not part of it.</summary>
    public const int Length = 3;

    /// <returns>Position of the first 00 00 01, or -1 where there is none.</returns>
    public static int IndexOf(ReadOnlySpan<byte> data)
    {
        ref var start = ref MemoryMarshal.GetReference(data);
        var i = 0;

        // A lane is zero where its byte and the next are 0 and the one after is 1: three overlapping loads, one compare. The loads reach
        // two bytes past the block.
        if (Vector256.IsHardwareAccelerated)
        {
            for (; i <= data.Length - Vector256<byte>.Count - 2; i += Vector256<byte>.Count)
            {
                var misses = Vector256.LoadUnsafe(ref start, (nuint)i)
                    | Vector256.LoadUnsafe(ref start, (nuint)i + 1)
                    | (Vector256.LoadUnsafe(ref start, (nuint)i + 2) ^ Vector256<byte>.One);
                var hits = Vector256.Equals(misses, Vector256<byte>.Zero);
                if (hits != Vector256<byte>.Zero) return i + BitOperations.TrailingZeroCount(hits.ExtractMostSignificantBits());
            }
        }

        if (Vector128.IsHardwareAccelerated)
        {
            for (; i <= data.Length - Vector128<byte>.Count - 2; i += Vector128<byte>.Count)
            {
                var misses = Vector128.LoadUnsafe(ref start, (nuint)i)
                    | Vector128.LoadUnsafe(ref start, (nuint)i + 1)
                    | (Vector128.LoadUnsafe(ref start, (nuint)i + 2) ^ Vector128<byte>.One);
                var hits = Vector128.Equals(misses, Vector128<byte>.Zero);
                if (hits != Vector128<byte>.Zero) return i + BitOperations.TrailingZeroCount(hits.ExtractMostSignificantBits());
            }
        }

        for (; i < data.Length - 2; i++)
        {
            if (data[i] == 0 && data[i + 1] == 0 && data[i + 2] == 1) return i;
        }

        return -1;
    }

    /// <summary>The same, byte by byte: what the vector path is tested against.</summary>
    internal static int IndexOfScalar(ReadOnlySpan<byte> data)
    {
        for (var i = 0; i < data.Length - 2; i++)
        {
            if (data[i] == 0 && data[i + 1] == 0 && data[i + 2] == 1) return i;
        }

        return -1;
    }
}
