using System.Buffers.Binary;
using TimeShift.Core.Media;

namespace TimeShift.Formats.Nal;

/// <summary>Access units of the byte stream format (ITU-T H.264 and H.265, Annex B).</summary>
public static class AnnexB
{
    private const int PrefixSize = 4;

    /// <summary>
    /// True where the data begins with 00 00 01 or 00 00 00 01. A 4-byte length of 1 looks the same, but no access unit begins with a
    /// NAL unit of one byte.
    /// </summary>
    public static bool IsAnnexB(ReadOnlySpan<byte> data) => data is [0, 0, 1, ..] or [0, 0, 0, 1, ..];

    /// <summary>
    /// Bytes that are enough for any access unit of this length: a start code of three bytes and a NAL unit of one become five bytes.
    /// </summary>
    public static int MaxLengthPrefixedSize(int length) => checked(length + length / 4);

    /// <summary>Exactly the bytes that <see cref="ToLengthPrefixed"/> writes; costs one scan.</summary>
    public static int LengthPrefixedSize(Codec codec, ReadOnlySpan<byte> source, InBandParameterSets parameterSets)
    {
        var size = 0;
        foreach (var nal in NalUnits.InAnnexB(source))
        {
            if (NalRoles.Keeps(codec, nal, parameterSets)) size += PrefixSize + nal.Length;
        }

        return size;
    }

    /// <summary>
    /// Writes the NAL units with 4-byte lengths, leaving out access unit delimiters, filler data and, if so told, parameter sets.
    /// </summary>
    /// <param name="codec">H.264 or H.265.</param>
    /// <param name="destination">Must not overlap the source; <see cref="MaxLengthPrefixedSize"/> bytes are always enough.</param>
    /// <returns>Bytes written; 0 where no NAL unit is left.</returns>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public static int ToLengthPrefixed(Codec codec, ReadOnlySpan<byte> source, Span<byte> destination, InBandParameterSets parameterSets)
    {
        var written = 0;
        foreach (var nal in NalUnits.InAnnexB(source))
        {
            if (NalRoles.Keeps(codec, nal, parameterSets)) written += LengthPrefixed.WriteUnit(nal, destination[written..]);
        }

        return written;
    }

    /// <summary>Writes one NAL unit behind the 4-byte start code 00 00 00 01.</summary>
    internal static int WriteUnit(ReadOnlySpan<byte> nal, Span<byte> destination)
    {
        if (destination.Length < PrefixSize + nal.Length)
            throw new ArgumentException($"{destination.Length} bytes are left; {PrefixSize + nal.Length} are needed.", nameof(destination));
        BinaryPrimitives.WriteUInt32BigEndian(destination, 1);
        nal.CopyTo(destination[PrefixSize..]);
        return PrefixSize + nal.Length;
    }
}
