using System.Buffers.Binary;

namespace TimeShift.Formats.Flv;

/// <summary>
/// What an FLV file or HTTP stream begins with (FLV 10.1 §E.2):
/// <code>
/// 0  'F' 'L' 'V'   3  version (1)   4  flags: 4 = audio, 1 = video   5  length of this header (9)   9  size of the tag before: 0
/// </code>
/// </summary>
/// <param name="Length">Bytes up to the first tag's header, the first PreviousTagSize included.</param>
public readonly record struct FlvFileHeader(bool HasAudio, bool HasVideo, int Length)
{
    /// <summary>Length as everybody writes it.</summary>
    public const int UsualLength = 13;

    private const int MaxDataOffset = 4096;

    /// <exception cref="FlvFormatException">Something else than FLV 1.</exception>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out FlvFileHeader header)
    {
        header = default;
        if (!bytes[..Math.Min(3, bytes.Length)].SequenceEqual("FLV"u8[..Math.Min(3, bytes.Length)]))
            throw new FlvFormatException($"FLV begins with {Convert.ToHexString(bytes[..Math.Min(3, bytes.Length)])}; expected 464C56 ('FLV')");
        if (bytes.Length < 9) return false;
        if (bytes[3] != 1) throw new FlvFormatException($"FLV version {bytes[3]}; expected 1");
        var offset = BinaryPrimitives.ReadUInt32BigEndian(bytes[5..]);
        if (offset is < 9 or > MaxDataOffset) throw new FlvFormatException($"FLV header of {offset} bytes; expected 9");
        if (bytes.Length < offset + 4) return false;
        header = new FlvFileHeader((bytes[4] & 4) != 0, (bytes[4] & 1) != 0, (int)offset + 4);
        return true;
    }

    /// <summary>Writes <see cref="UsualLength"/> bytes.</summary>
    public static void Write(Span<byte> destination, bool hasAudio, bool hasVideo)
    {
        destination[..UsualLength].Clear();
        "FLV"u8.CopyTo(destination);
        destination[3] = 1;
        destination[4] = (byte)((hasAudio ? 4 : 0) | (hasVideo ? 1 : 0));
        destination[8] = 9;
    }
}
