using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace TimeShift.Formats.Simd;

/// <summary>ITU-T G.711: A-law and mu-law codes, one byte a sample, and linear samples of 16 bits, of which the upper 13 (A-law) or 14 (mu-law) count.</summary>
/// <remarks>
/// Both laws are a small floating point format: sign, three bits of exponent (the segment), four of mantissa. Negative samples are taken by their one's complement, as
/// ITU-T G.191 does it: -1 has the code next to that of 0, so that each code stands for as many negative samples as positive ones.
/// </remarks>
public static class G711
{
    /// <summary>Exponent, above the mantissa's four bits, of a number of which the lowest segment with an exponent begins at bit 7.</summary>
    private const int ExponentBias = (127 + 7) << 4;

    /// <summary>Bits of a single below the upper four of its mantissa.</summary>
    private const int MantissaRest = 23 - 4;

    /// <param name="samples">Gets as many samples as there are codes.</param>
    /// <exception cref="ArgumentException">It is too short.</exception>
    public static void DecodeALaw(ReadOnlySpan<byte> codes, Span<short> samples) => Decode<ALaw>(codes, samples);

    /// <inheritdoc cref="DecodeALaw"/>
    public static void DecodeMuLaw(ReadOnlySpan<byte> codes, Span<short> samples) => Decode<MuLaw>(codes, samples);

    /// <param name="codes">Gets as many codes as there are samples.</param>
    /// <exception cref="ArgumentException">It is too short.</exception>
    public static void EncodeALaw(ReadOnlySpan<short> samples, Span<byte> codes) => Encode<ALaw>(samples, codes);

    /// <inheritdoc cref="EncodeALaw"/>
    public static void EncodeMuLaw(ReadOnlySpan<short> samples, Span<byte> codes) => Encode<MuLaw>(samples, codes);

    /// <summary>The same, one by one: the rest of the vector loops, and what they are tested against.</summary>
    internal static short DecodeScalar<TLaw>(byte code)
        where TLaw : ILaw
    {
        var bits = code ^ TLaw.Flip;
        var segment = bits >> 4 & 7;
        var rounded = ((bits & 15) << 3) + 132;
        var magnitude = segment == 0 ? rounded * TLaw.LowestPower - TLaw.LowestOffset : (rounded << segment) - TLaw.Offset;
        return (short)((bits & 0x80) != 0 ? -magnitude : magnitude);
    }

    /// <inheritdoc cref="DecodeScalar"/>
    internal static byte EncodeScalar<TLaw>(short sample)
        where TLaw : ILaw
    {
        var sign = sample >> 15;
        var magnitude = sample ^ sign;
        var isLow = magnitude < 256;
        var number = Math.Min(magnitude + (isLow ? TLaw.LowBias : TLaw.Offset), short.MaxValue);
        var exponent = BitOperations.Log2((uint)number);
        var bits = ((exponent - 7) << 4) + (number >> (exponent - 4) & 15) - (isLow ? TLaw.LowStep : 0);
        return (byte)((bits | sign & 0x80) ^ TLaw.Flip);
    }

    private static void Decode<TLaw>(ReadOnlySpan<byte> codes, Span<short> samples)
        where TLaw : ILaw
    {
        if (samples.Length < codes.Length) throw new ArgumentException($"{codes.Length} codes do not fit into {samples.Length} samples.", nameof(samples));
        ref var source = ref MemoryMarshal.GetReference(codes);
        ref var target = ref MemoryMarshal.GetReference(samples);
        var i = 0;

        // The factor of each segment is looked up in a register; all else is arithmetic on 16 bits.
        var powers = Vector128.Create(TLaw.LowestPower, 2, 4, 8, 16, 32, 64, 128, 0, 0, 0, 0, 0, 0, 0, 0).AsByte();
        if (Vector256.IsHardwareAccelerated)
        {
            for (; i <= codes.Length - Vector128<byte>.Count; i += Vector128<byte>.Count)
            {
                var bits = Vector128.LoadUnsafe(ref source, (nuint)i) ^ Vector128.Create(TLaw.Flip);
                var power = Vector128.Shuffle(powers, (bits >> 4) & Vector128.Create((byte)7));
                var wide = Vector256.WidenLower(bits.ToVector256Unsafe()).AsInt16();
                var factor = Vector256.WidenLower(power.ToVector256Unsafe()).AsInt16();
                var rounded = ((wide & Vector256.Create((short)15)) << 3) + Vector256.Create((short)132);
                var lowest = Vector256.Equals(wide & Vector256.Create((short)0x70), Vector256<short>.Zero);
                var offset = Vector256.ConditionalSelect(lowest, Vector256.Create(TLaw.LowestOffset), Vector256.Create(TLaw.Offset));
                var magnitude = rounded * factor - offset;
                var sign = wide << 8 >> 15;
                ((magnitude ^ sign) - sign).StoreUnsafe(ref target, (nuint)i);
            }
        }
        else if (Vector128.IsHardwareAccelerated)
        {
            for (; i <= codes.Length - Vector128<byte>.Count; i += Vector128<byte>.Count)
            {
                var bits = Vector128.LoadUnsafe(ref source, (nuint)i) ^ Vector128.Create(TLaw.Flip);
                var (low, high) = Vector128.Widen(bits);
                var (lowFactor, highFactor) = Vector128.Widen(Vector128.Shuffle(powers, (bits >> 4) & Vector128.Create((byte)7)));
                Decode<TLaw>(low.AsInt16(), lowFactor.AsInt16()).StoreUnsafe(ref target, (nuint)i);
                Decode<TLaw>(high.AsInt16(), highFactor.AsInt16()).StoreUnsafe(ref target, (nuint)(i + Vector128<short>.Count));
            }
        }

        for (; i < codes.Length; i++) samples[i] = DecodeScalar<TLaw>(codes[i]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<short> Decode<TLaw>(Vector128<short> bits, Vector128<short> factor)
        where TLaw : ILaw
    {
        var rounded = ((bits & Vector128.Create((short)15)) << 3) + Vector128.Create((short)132);
        var lowest = Vector128.Equals(bits & Vector128.Create((short)0x70), Vector128<short>.Zero);
        var magnitude = rounded * factor - Vector128.ConditionalSelect(lowest, Vector128.Create(TLaw.LowestOffset), Vector128.Create(TLaw.Offset));
        var sign = bits << 8 >> 15;
        return (magnitude ^ sign) - sign;
    }

    private static void Encode<TLaw>(ReadOnlySpan<short> samples, Span<byte> codes)
        where TLaw : ILaw
    {
        if (codes.Length < samples.Length) throw new ArgumentException($"{samples.Length} samples do not fit into {codes.Length} codes.", nameof(codes));
        ref var source = ref MemoryMarshal.GetReference(samples);
        ref var target = ref MemoryMarshal.GetReference(codes);
        var i = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            for (; i <= samples.Length - Vector256<byte>.Count; i += Vector256<byte>.Count)
            {
                var low = Encode<TLaw>(Vector256.LoadUnsafe(ref source, (nuint)i));
                var high = Encode<TLaw>(Vector256.LoadUnsafe(ref source, (nuint)(i + Vector256<short>.Count)));
                (Vector256.Narrow(low, high) ^ Vector256.Create(TLaw.Flip)).StoreUnsafe(ref target, (nuint)i);
            }
        }

        if (Vector128.IsHardwareAccelerated)
        {
            for (; i <= samples.Length - Vector128<byte>.Count; i += Vector128<byte>.Count)
            {
                var low = Encode<TLaw>(Vector128.LoadUnsafe(ref source, (nuint)i));
                var high = Encode<TLaw>(Vector128.LoadUnsafe(ref source, (nuint)(i + Vector128<short>.Count)));
                (Vector128.Narrow(low, high) ^ Vector128.Create(TLaw.Flip)).StoreUnsafe(ref target, (nuint)i);
            }
        }

        for (; i < samples.Length; i++) codes[i] = EncodeScalar<TLaw>(samples[i]);
    }

    // A single's exponent and the top of its mantissa are the code but for the sign: whole numbers of 16 bits fit into one exactly, so nothing is rounded.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ushort> Encode<TLaw>(Vector256<short> sample)
        where TLaw : ILaw
    {
        var sign = sample >> 15;
        var magnitude = sample ^ sign;
        var isLow = Vector256.LessThan(magnitude, Vector256.Create((short)256));
        var bias = Vector256.ConditionalSelect(isLow, Vector256.Create(TLaw.LowBias), Vector256.Create(TLaw.Offset));
        // No sum is above 32767 + 132: as an unsigned number it does not overflow.
        var number = Vector256.Min((magnitude + bias).AsUInt16(), Vector256.Create((ushort)short.MaxValue)).AsInt16();
        var (low, high) = Vector256.Widen(number);
        var lowBits = Vector256.ConvertToSingle(low).AsInt32() >> MantissaRest;
        var highBits = Vector256.ConvertToSingle(high).AsInt32() >> MantissaRest;
        var bits = Vector256.Narrow(lowBits, highBits) - Vector256.Create((short)ExponentBias) - (isLow & Vector256.Create(TLaw.LowStep));
        return (bits | sign & Vector256.Create((short)0x80)).AsUInt16();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ushort> Encode<TLaw>(Vector128<short> sample)
        where TLaw : ILaw
    {
        var sign = sample >> 15;
        var magnitude = sample ^ sign;
        var isLow = Vector128.LessThan(magnitude, Vector128.Create((short)256));
        var bias = Vector128.ConditionalSelect(isLow, Vector128.Create(TLaw.LowBias), Vector128.Create(TLaw.Offset));
        var number = Vector128.Min((magnitude + bias).AsUInt16(), Vector128.Create((ushort)short.MaxValue)).AsInt16();
        var (low, high) = Vector128.Widen(number);
        var lowBits = Vector128.ConvertToSingle(low).AsInt32() >> MantissaRest;
        var highBits = Vector128.ConvertToSingle(high).AsInt32() >> MantissaRest;
        var bits = Vector128.Narrow(lowBits, highBits) - Vector128.Create((short)ExponentBias) - (isLow & Vector128.Create(TLaw.LowStep));
        return (bits | sign & Vector128.Create((short)0x80)).AsUInt16();
    }

    /// <summary>What tells the two laws apart; with (mantissa * 8 + 132) * 2^segment, either is right but for an offset.</summary>
    internal interface ILaw
    {
        /// <summary>Bits that are inverted on the line; the sign is 1 for negative samples after.</summary>
        static abstract byte Flip { get; }

        /// <summary>Factor of segment 0.</summary>
        static abstract byte LowestPower { get; }

        /// <summary>Taken off in segment 0.</summary>
        static abstract short LowestOffset { get; }

        /// <summary>Taken off in all other segments, and added before the exponent is found.</summary>
        static abstract short Offset { get; }

        /// <summary>Added to magnitudes below 256 instead.</summary>
        static abstract short LowBias { get; }

        /// <summary>Taken off the codes of magnitudes below 256: a segment, where one was added.</summary>
        static abstract short LowStep { get; }
    }

    /// <summary>Table 1: segment 0 has no implied one and is as coarse as segment 1. The even bits are inverted, and the sign.</summary>
    internal readonly struct ALaw : ILaw
    {
        public static byte Flip => 0xD5;

        public static byte LowestPower => 2;

        public static short LowestOffset => 256;

        public static short Offset => 0;

        public static short LowBias => 256;

        public static short LowStep => 16;
    }

    /// <summary>Table 2: all segments are of one kind, shifted by 33 of 8192, which is 132 of 32768. All bits are inverted.</summary>
    internal readonly struct MuLaw : ILaw
    {
        public static byte Flip => 0xFF;

        public static byte LowestPower => 1;

        public static short LowestOffset => 132;

        public static short Offset => 132;

        public static short LowBias => 132;

        public static short LowStep => 0;
    }
}
