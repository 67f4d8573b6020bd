using System.Buffers.Binary;
using TimeShift.Core.Media;

namespace TimeShift.Formats.Flv;

/// <summary>Packet types of enhanced RTMP v2; the two of AACPacketType are the same numbers.</summary>
public enum FlvAudioPacketType : byte
{
    SequenceStart = 0,
    CodedFrames = 1,
    SequenceEnd = 2,
    MultichannelConfig = 4,
    Multitrack = 5,
    ModEx = 7,
}

/// <summary>
/// What stands before the data in an audio tag.
/// <code>
/// old (FLV 10.1 §E.4.2):  0  sound format (4 bits), rate (2), size (1), type (1)   1  AACPacketType (AAC only)
/// enhanced RTMP v2:       0  9 (4 bits), packet type (4)                           1  fourCC
/// </code>
/// </summary>
/// <param name="CodecId">See <see cref="FlvCodecs"/>; 0 for <see cref="FlvAudioPacketType.Multitrack"/>.</param>
/// <param name="Length">Bytes of the header: the data begins there.</param>
public readonly record struct FlvAudioHeader(FlvAudioPacketType PacketType, uint CodecId, int Length, bool IsExtended)
{
    private const int MaxModifiers = 8;

    /// <summary>By the sound type of the old form, which says it of G.711; where there is a sequence header, that is right and this may be wrong.</summary>
    public int Channels { get; private init; } = 1;

    public Codec? Codec => FlvCodecs.Audio(CodecId);

    /// <returns>False where the header goes on after the bytes.</returns>
    /// <exception cref="FlvFormatException">A reserved value stands where it changes what follows.</exception>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out FlvAudioHeader header)
    {
        header = default;
        if (bytes.IsEmpty) return false;
        uint codec = (byte)(bytes[0] >> 4);
        if (codec == FlvCodecs.AudioExtended) return TryReadExtended(bytes, out header);
        if (codec != FlvCodecs.Aac)
        {
            header = new FlvAudioHeader(FlvAudioPacketType.CodedFrames, codec, 1, false) { Channels = (bytes[0] & 1) + 1 };
            return true;
        }

        if (bytes.Length < 2) return false;
        if (bytes[1] > (byte)FlvAudioPacketType.CodedFrames) throw new FlvFormatException($"AACPacketType {bytes[1]}; expected 0 or 1");
        header = new FlvAudioHeader((FlvAudioPacketType)bytes[1], codec, 2, false);
        return true;
    }

    private static bool TryReadExtended(ReadOnlySpan<byte> bytes, out FlvAudioHeader header)
    {
        header = default;
        var packetType = bytes[0] & 0x0F;
        var at = 1;
        if (!FlvModifiers.TrySkip(bytes, ref at, ref packetType, (int)FlvAudioPacketType.ModEx, MaxModifiers)) return false;
        var type = (FlvAudioPacketType)packetType;
        if (type > FlvAudioPacketType.Multitrack || packetType == 3)
            throw new FlvFormatException($"audio packet type {packetType} of enhanced RTMP; expected 0, 1, 2, 4, 5 or 7");
        if (type != FlvAudioPacketType.Multitrack && bytes.Length < at + 4) return false;
        header = type == FlvAudioPacketType.Multitrack
            ? new FlvAudioHeader(type, 0, at, true)
            : new FlvAudioHeader(type, BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]), at + 4, true);
        return true;
    }

    /// <summary>Writes the header of AAC in the old form, 2 bytes: always "44 kHz, 16 bit, stereo", whatever the stream is (§E.4.2.1).</summary>
    public static int WriteAac(Span<byte> destination, FlvAudioPacketType packetType)
    {
        destination[0] = 0xAF;
        destination[1] = (byte)packetType;
        return 2;
    }
}
