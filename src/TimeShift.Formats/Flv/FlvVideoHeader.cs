using System.Buffers.Binary;
using TimeShift.Core.Media;

namespace TimeShift.Formats.Flv;

public enum FlvFrameType : byte
{
    Key = 1,
    Inter = 2,
    DisposableInter = 3,
    GeneratedKey = 4,

    /// <summary>No picture: a command to the player (seek begins, seek ends).</summary>
    Command = 5,
}

/// <summary>Packet types of enhanced RTMP; the three of AVCPacketType are the same numbers.</summary>
public enum FlvVideoPacketType : byte
{
    SequenceStart = 0,
    CodedFrames = 1,
    SequenceEnd = 2,

    /// <summary>A coded frame whose composition time is 0 and not written.</summary>
    CodedFramesX = 3,
    Metadata = 4,
    Mpeg2TsSequenceStart = 5,
    Multitrack = 6,
    ModEx = 7,
}

/// <summary>
/// What stands before the data in a video tag.
/// <code>
/// old (FLV 10.1 §E.4.3):   0  frame type (4 bits), codec id (4)          1  AVCPacketType   2  composition time (AVC and its kin only)
/// enhanced RTMP (v1, v2):  0  1, frame type (3 bits), packet type (4)    1  fourCC          5  composition time (CodedFrames of avc1, hvc1)
/// </code>
/// </summary>
/// <param name="CodecId">See <see cref="FlvCodecs"/>; 0 for <see cref="FlvFrameType.Command"/> and <see cref="FlvVideoPacketType.Multitrack"/>.</param>
/// <param name="CompositionTime">Milliseconds from decoding to presentation; signed.</param>
/// <param name="Length">Bytes of the header: the data begins there.</param>
public readonly record struct FlvVideoHeader(
    FlvFrameType FrameType, FlvVideoPacketType PacketType, uint CodecId, int CompositionTime, int Length, bool IsExtended)
{
    private const int MaxModifiers = 8;

    /// <summary>The longest header without modifiers.</summary>
    public const int MaxLength = 8;

    public Codec? Codec => FlvCodecs.Video(CodecId);

    /// <returns>False where the header goes on after the bytes.</returns>
    /// <exception cref="FlvFormatException">A reserved value stands where it changes what follows.</exception>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out FlvVideoHeader header)
    {
        header = default;
        if (bytes.IsEmpty) return false;
        if ((bytes[0] & 0x80) != 0) return TryReadExtended(bytes, out header);
        var frameType = (FlvFrameType)(bytes[0] >> 4);
        uint codec = (byte)(bytes[0] & 0x0F);
        if (frameType == FlvFrameType.Command)
        {
            header = new FlvVideoHeader(frameType, FlvVideoPacketType.Metadata, 0, 0, 1, false);
            return true;
        }

        if (FlvCodecs.Video(codec) is null)
        {
            header = new FlvVideoHeader(frameType, FlvVideoPacketType.CodedFrames, codec, 0, 1, false);
            return true;
        }

        if (bytes.Length < 5) return false;
        if (bytes[1] > (byte)FlvVideoPacketType.SequenceEnd) throw new FlvFormatException($"AVCPacketType {bytes[1]}; expected 0, 1 or 2");
        header = new FlvVideoHeader(frameType, (FlvVideoPacketType)bytes[1], codec, UInt24.ReadSigned(bytes[2..]), 5, false);
        return true;
    }

    private static bool TryReadExtended(ReadOnlySpan<byte> bytes, out FlvVideoHeader header)
    {
        header = default;
        var frameType = (FlvFrameType)(bytes[0] >> 4 & 7);
        var packetType = bytes[0] & 0x0F;
        var at = 1;
        if (!FlvModifiers.TrySkip(bytes, ref at, ref packetType, (int)FlvVideoPacketType.ModEx, MaxModifiers)) return false;
        var type = (FlvVideoPacketType)packetType;
        if (type > FlvVideoPacketType.Multitrack) throw new FlvFormatException($"video packet type {packetType} of enhanced RTMP; expected 0 to 7");
        if (frameType == FlvFrameType.Command && type != FlvVideoPacketType.Metadata)
        {
            header = new FlvVideoHeader(frameType, FlvVideoPacketType.Metadata, 0, 0, at, true);
            return true;
        }

        if (type == FlvVideoPacketType.Multitrack)
        {
            header = new FlvVideoHeader(frameType, type, 0, 0, at, true);
            return true;
        }

        if (bytes.Length < at + 4) return false;
        var codec = BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]);
        at += 4;
        var composition = 0;
        if (type == FlvVideoPacketType.CodedFrames && codec is (FlvCodecs.FourCcHevc or FlvCodecs.FourCcAvc))
        {
            if (bytes.Length < at + 3) return false;
            composition = UInt24.ReadSigned(bytes[at..]);
            at += 3;
        }

        header = new FlvVideoHeader(frameType, type, codec, composition, at, true);
        return true;
    }

    /// <summary>Writes <see cref="Length"/> bytes, at most <see cref="MaxLength"/>.</summary>
    public static int Write(Span<byte> destination, FlvFrameType frameType, FlvVideoPacketType packetType, uint codecId, int compositionTime)
    {
        if (codecId < 16)
        {
            destination[0] = (byte)((int)frameType << 4 | (int)codecId);
            destination[1] = (byte)packetType;
            UInt24.Write(destination[2..], compositionTime);
            return 5;
        }

        destination[0] = (byte)(0x80 | (int)frameType << 4 | (int)packetType);
        BinaryPrimitives.WriteUInt32BigEndian(destination[1..], codecId);
        if (packetType != FlvVideoPacketType.CodedFrames || codecId is not (FlvCodecs.FourCcHevc or FlvCodecs.FourCcAvc)) return 5;
        UInt24.Write(destination[5..], compositionTime);
        return 8;
    }
}
