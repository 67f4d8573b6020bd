using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using TimeShift.Formats.Nal;

namespace TimeShift.Formats.H264;

/// <summary>AVCDecoderConfigurationRecord, the content of <c>avcC</c> (ISO/IEC 14496-15 §5.3.3.1).</summary>
/// <remarks>
/// <code>
/// 0  configurationVersion = 1     5  111, numOfSequenceParameterSets (5 bits), then each: length (2), NAL unit
/// 1  AVCProfileIndication            numOfPictureParameterSets (1), then each: length (2), NAL unit
/// 2  profile_compatibility           profiles above Extended only: 111111 chroma_format (2 bits), 11111 bit_depth_luma_minus8 (3),
/// 3  AVCLevelIndication              11111 bit_depth_chroma_minus8 (3), numOfSequenceParameterSetExt (1), then each: length (2), NAL unit
/// 4  111111, lengthSizeMinusOne (2 bits)
/// </code>
/// </remarks>
public sealed class AvcConfiguration
{
    private const int HeaderSize = 5;

    public required byte Profile { get; init; }

    /// <summary>The constraint flags of the SPS.</summary>
    public required byte Compatibility { get; init; }

    public required byte Level { get; init; }

    /// <summary>Bytes of the length before each NAL unit of a sample: 1, 2 or 4.</summary>
    public required int LengthSize { get; init; }

    /// <summary>NAL units with header, without start code; may be empty where the parameter sets come in band (<c>avc3</c>).</summary>
    public required ImmutableArray<byte[]> Sps { get; init; }

    /// <inheritdoc cref="Sps"/>
    public required ImmutableArray<byte[]> Pps { get; init; }

    public ImmutableArray<byte[]> SpsExtensions { get; init; } = [];

    /// <summary>RFC 6381: <c>avc1.</c> and profile, constraints and level in hexadecimal, such as <c>avc1.64001F</c>.</summary>
    public string CodecString => string.Create(CultureInfo.InvariantCulture, $"avc1.{Profile:X2}{Compatibility:X2}{Level:X2}");

    /// <summary>The first SPS, parsed.</summary>
    /// <exception cref="BitstreamException">There is none, or it is broken.</exception>
    public H264Sps ParseSps() =>
        Sps.IsEmpty ? throw new BitstreamException("avcC holds no SPS; expected at least one") : H264Sps.Parse(Sps[0]);

    /// <summary>A record with 4-byte lengths; profile, constraints and level are the first SPS's.</summary>
    /// <exception cref="BitstreamException">An SPS or a PPS is missing, broken or too long.</exception>
    public static AvcConfiguration Build(ReadOnlySpan<byte[]> sps, ReadOnlySpan<byte[]> pps, ReadOnlySpan<byte[]> spsExtensions = default)
    {
        if (sps.IsEmpty || pps.IsEmpty)
            throw new BitstreamException($"avcC needs at least one SPS and one PPS; got {sps.Length} and {pps.Length}");
        var first = H264Sps.Parse(sps[0]);
        return new AvcConfiguration
        {
            Profile = first.ProfileIdc,
            Compatibility = first.Constraints,
            Level = first.LevelIdc,
            LengthSize = 4,
            Sps = [.. sps],
            Pps = [.. pps],
            SpsExtensions = [.. spsExtensions],
        };
    }

    /// <exception cref="BitstreamException">The record is cut short, or not of version 1.</exception>
    public static AvcConfiguration Read(ReadOnlySpan<byte> record)
    {
        if (record.Length < HeaderSize + 2 || record[0] != 1)
            throw new BitstreamException($"avcC: got {ParameterSetBytes.Describe(record)}; expected version 1 and at least {HeaderSize + 2} bytes");
        var lengthSize = (record[4] & 3) + 1;
        if (lengthSize == 3) throw new BitstreamException("avcC: lengthSizeMinusOne is 2; expected 0, 1 or 3");
        var rest = record[HeaderSize..];
        var sps = ReadSets(ref rest, rest[0] & 0x1F, "SPS");
        if (rest.IsEmpty) throw new BitstreamException("avcC ends after its SPS; expected the number of PPS");
        var pps = ReadSets(ref rest, rest[0], "PPS");
        // The extension's absence is common: writers left it out for years. What it says is in the SPS as well.
        ImmutableArray<byte[]> extensions = [];
        if (HasExtension(record[1]) && rest.Length >= 4)
        {
            rest = rest[3..];
            extensions = ReadSets(ref rest, rest[0], "SPS extension");
        }

        return new AvcConfiguration
        {
            Profile = record[1],
            Compatibility = record[2],
            Level = record[3],
            LengthSize = lengthSize,
            Sps = sps,
            Pps = pps,
            SpsExtensions = extensions,
        };
    }

    /// <summary>The same decoder configuration for samples with 4-byte lengths.</summary>
    public AvcConfiguration ForNormalizedSamples() => new()
    {
        Profile = Profile,
        Compatibility = Compatibility,
        Level = Level,
        LengthSize = 4,
        Sps = Sps,
        Pps = Pps,
        SpsExtensions = SpsExtensions,
    };

    /// <exception cref="BitstreamException">There is no SPS, or more or longer parameter sets than the record has room for.</exception>
    public byte[] Write()
    {
        if (Sps.Length > 31 || Pps.Length > 255 || SpsExtensions.Length > 255)
            throw new BitstreamException($"avcC has room for 31 SPS and 255 PPS; got {Sps.Length} and {Pps.Length}");
        var sps = HasExtension(Profile) ? ParseSps() : null;
        var size = HeaderSize + 1 + SizeOf(Sps) + 1 + SizeOf(Pps) + (sps is null ? 0 : 4 + SizeOf(SpsExtensions));
        var record = new byte[size];
        var rest = record.AsSpan();
        ReadOnlySpan<byte> header = [1, Profile, Compatibility, Level, (byte)(0xFC | LengthSize - 1)];
        header.CopyTo(rest);
        rest = rest[HeaderSize..];
        WriteSets(ref rest, Sps, 0xE0);
        WriteSets(ref rest, Pps, 0);
        if (sps is null) return record;
        rest[0] = (byte)(0xFC | sps.ChromaFormat);
        rest[1] = (byte)(0xF8 | sps.BitDepthLuma - 8);
        rest[2] = (byte)(0xF8 | sps.BitDepthChroma - 8);
        rest = rest[3..];
        WriteSets(ref rest, SpsExtensions, 0);
        return record;
    }

    private static bool HasExtension(byte profile) => profile is not (66 or 77 or 88);

    private static ImmutableArray<byte[]> ReadSets(ref ReadOnlySpan<byte> data, int count, string what)
    {
        var sets = ImmutableArray.CreateBuilder<byte[]>(count);
        data = data[1..];
        for (var i = 0; i < count; i++)
        {
            var length = data.Length < 2 ? int.MaxValue : BinaryPrimitives.ReadUInt16BigEndian(data);
            if (length > data.Length - 2)
                throw new BitstreamException($"avcC is cut short in {what} {i + 1} of {count}; {data.Length} bytes are left");
            if (length > 0) sets.Add(data.Slice(2, length).ToArray());
            data = data[(2 + length)..];
        }

        return sets.DrainToImmutable();
    }

    private static int SizeOf(ImmutableArray<byte[]> sets) => sets.Sum(set => 2 + set.Length);

    private static void WriteSets(ref Span<byte> destination, ImmutableArray<byte[]> sets, byte reserved)
    {
        destination[0] = (byte)(reserved | sets.Length);
        destination = destination[1..];
        foreach (var set in sets)
        {
            if (set.Length > ushort.MaxValue)
                throw new BitstreamException($"a parameter set has {set.Length} bytes; at most {ushort.MaxValue} fit avcC");
            BinaryPrimitives.WriteUInt16BigEndian(destination, (ushort)set.Length);
            set.CopyTo(destination[2..]);
            destination = destination[(2 + set.Length)..];
        }
    }
}
