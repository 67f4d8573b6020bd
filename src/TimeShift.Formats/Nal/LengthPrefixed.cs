using System.Buffers.Binary;
using TimeShift.Core.Media;

namespace TimeShift.Formats.Nal;

/// <summary>Access units in MP4's sample format: each NAL unit behind its big-endian length (ISO/IEC 14496-15 §5.3.2).</summary>
public static class LengthPrefixed
{
    private const int PrefixSize = 4;

    /// <summary>Exactly the bytes that <see cref="ToAnnexB"/> writes.</summary>
    /// <exception cref="BitstreamException">Lengths and data do not fit together.</exception>
    public static int AnnexBSize(ReadOnlySpan<byte> source, int lengthSize = 4)
    {
        var size = 0;
        foreach (var nal in NalUnits.InLengthPrefixed(source, lengthSize)) size += PrefixSize + nal.Length;
        return size;
    }

    /// <summary>Writes the NAL units with 4-byte start codes.</summary>
    /// <param name="destination">Must not overlap the source.</param>
    /// <returns>Bytes written.</returns>
    /// <exception cref="BitstreamException">Lengths and data do not fit together.</exception>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public static int ToAnnexB(ReadOnlySpan<byte> source, Span<byte> destination, int lengthSize = 4)
    {
        var written = 0;
        foreach (var nal in NalUnits.InLengthPrefixed(source, lengthSize)) written += AnnexB.WriteUnit(nal, destination[written..]);
        return written;
    }

    /// <summary>True where <see cref="Normalize"/> would give the same bytes, so that the access unit can stay where it is.</summary>
    /// <exception cref="BitstreamException">Lengths and data do not fit together.</exception>
    public static bool IsNormal(Codec codec, ReadOnlySpan<byte> source, int lengthSize, InBandParameterSets parameterSets) =>
        lengthSize == PrefixSize && NormalizedSize(codec, source, lengthSize, parameterSets) == source.Length;

    /// <summary>Exactly the bytes that <see cref="Normalize"/> writes.</summary>
    /// <exception cref="BitstreamException">Lengths and data do not fit together.</exception>
    public static int NormalizedSize(Codec codec, ReadOnlySpan<byte> source, int lengthSize, InBandParameterSets parameterSets)
    {
        var size = 0;
        foreach (var nal in NalUnits.InLengthPrefixed(source, lengthSize))
        {
            if (NalRoles.Keeps(codec, nal, parameterSets)) size += PrefixSize + nal.Length;
        }

        return size;
    }

    /// <summary>Rewrites lengths of 1, 2 or 3 bytes to 4, and leaves out what <see cref="AnnexB.ToLengthPrefixed"/> leaves out.</summary>
    /// <param name="destination">Must not overlap the source.</param>
    /// <returns>Bytes written; 0 where no NAL unit is left.</returns>
    /// <exception cref="BitstreamException">Lengths and data do not fit together.</exception>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public static int Normalize(Codec codec, ReadOnlySpan<byte> source, int lengthSize, Span<byte> destination, InBandParameterSets parameterSets)
    {
        var written = 0;
        foreach (var nal in NalUnits.InLengthPrefixed(source, lengthSize))
        {
            if (NalRoles.Keeps(codec, nal, parameterSets)) written += WriteUnit(nal, destination[written..]);
        }

        return written;
    }

    internal static int WriteUnit(ReadOnlySpan<byte> nal, Span<byte> destination)
    {
        if (destination.Length < PrefixSize + nal.Length)
            throw new ArgumentException($"{destination.Length} bytes are left; {PrefixSize + nal.Length} are needed.", nameof(destination));
        BinaryPrimitives.WriteInt32BigEndian(destination, nal.Length);
        nal.CopyTo(destination[PrefixSize..]);
        return PrefixSize + nal.Length;
    }
}
