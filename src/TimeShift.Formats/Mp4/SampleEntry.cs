using System.Buffers.Binary;
using TimeShift.Core.Media;

namespace TimeShift.Formats.Mp4;

/// <summary>Sample entries: ISO/IEC 14496-12 §12.1.3 and §12.2.3, 14496-15 §5.4.2 and §8.4.1, AV1-ISOBMFF §2.2, 14496-14 §6.7.2; <c>alaw</c> and
/// <c>ulaw</c>: QuickTime File Format, "Sound sample descriptions".</summary>
internal static class SampleEntry
{
    /// <summary>Bytes of a VisualSampleEntry between its header and the boxes in it.</summary>
    public const int VisualSize = 78;

    /// <summary>Bytes of an AudioSampleEntry between its header and the boxes in it.</summary>
    public const int AudioSize = 28;

    public static void Write(ref BoxWriter writer, Track track)
    {
        switch (track.Codec)
        {
            case Codec.H264:
                WriteVisual(ref writer, track, FourCc.Avc1, FourCc.AvcConfig);
                break;
            case Codec.H265:
                // Never 'hev1': Apple's players refuse it.
                WriteVisual(ref writer, track, FourCc.Hvc1, FourCc.HevcConfig);
                break;
            case Codec.Av1:
                WriteVisual(ref writer, track, FourCc.Av01, FourCc.Av1Config);
                break;
            case Codec.Aac:
                WriteAudio(ref writer, track, FourCc.Mp4a);
                break;
            case Codec.PcmA:
                WriteAudio(ref writer, track, FourCc.Alaw);
                break;
            case Codec.PcmU:
                WriteAudio(ref writer, track, FourCc.Ulaw);
                break;
            default:
                throw new ArgumentException($"{track.Codec} has no sample entry here.", nameof(track));
        }
    }

    private static void WriteVisual(ref BoxWriter writer, Track track, uint type, uint configType)
    {
        if (track.Width is < 0 or > ushort.MaxValue || track.Height is < 0 or > ushort.MaxValue)
            throw new ArgumentException(
                $"A picture of {track.Width}x{track.Height} does not fit a sample entry; at most 65535x65535 does.", nameof(track));
        var entry = writer.Begin(type);
        writer.Zeros(6);
        writer.U16(1); // data reference index
        writer.Zeros(16);
        writer.U16((ushort)track.Width);
        writer.U16((ushort)track.Height);
        writer.U32(0x00480000); // 72 dpi
        writer.U32(0x00480000);
        writer.U32(0);
        writer.U16(1); // frames per sample
        writer.Zeros(32); // compressor name
        writer.U16(0x0018); // depth: colour, no alpha
        writer.U16(0xFFFF);
        var config = writer.Begin(configType);
        writer.Bytes(track.Config.Span);
        writer.End(config);
        writer.End(entry);
    }

    private static void WriteAudio(ref BoxWriter writer, Track track, uint type)
    {
        if (track.Channels is < 0 or > ushort.MaxValue)
            throw new ArgumentException($"{track.Channels} channels do not fit a sample entry.", nameof(track));
        var entry = writer.Begin(type);
        writer.Zeros(6);
        writer.U16(1);
        writer.Zeros(8);
        writer.U16((ushort)track.Channels);
        writer.U16(16); // bits per sample, decoded
        writer.Zeros(4);
        // 16.16 fixed point has no room for 96 kHz: the config says it.
        writer.U32(track.SampleRate is > 0 and <= ushort.MaxValue ? (uint)track.SampleRate << 16 : 0);
        if (type == FourCc.Mp4a) Esds.Write(ref writer, track.Config.Span);
        writer.End(entry);
    }

    /// <summary>Splits a visual sample entry's content.</summary>
    /// <exception cref="Mp4FormatException">It is too short.</exception>
    public static (int Width, int Height) ReadVisual(ReadOnlySpan<byte> content, uint type, out ReadOnlySpan<byte> boxes)
    {
        BoxEnumerator.Require(content, VisualSize, type);
        boxes = content[VisualSize..];
        return (BinaryPrimitives.ReadUInt16BigEndian(content[24..]), BinaryPrimitives.ReadUInt16BigEndian(content[26..]));
    }

    /// <summary>Splits an audio sample entry's content; QuickTime's versions 1 and 2 have more fields in front of the boxes.</summary>
    /// <exception cref="Mp4FormatException">It is too short.</exception>
    public static (int SampleRate, int Channels) ReadAudio(ReadOnlySpan<byte> content, uint type, out ReadOnlySpan<byte> boxes)
    {
        BoxEnumerator.Require(content, AudioSize, type);
        var skip = BinaryPrimitives.ReadUInt16BigEndian(content[8..]) switch
        {
            1 => AudioSize + 16,
            2 => AudioSize + 36,
            _ => AudioSize,
        };
        // ISO's own version 1 (§12.2.3.2) has no further fields: it is told by what then cannot be a box.
        if (skip != AudioSize && LooksLikeBox(content[AudioSize..])) skip = AudioSize;
        BoxEnumerator.Require(content, skip, type);
        boxes = content[skip..];
        return ((int)(BinaryPrimitives.ReadUInt32BigEndian(content[24..]) >> 16), BinaryPrimitives.ReadUInt16BigEndian(content[16..]));
    }

    private static bool LooksLikeBox(ReadOnlySpan<byte> data) => data.Length >= 8
        && BinaryPrimitives.ReadUInt32BigEndian(data) is var size && size >= 8 && size <= (uint)data.Length
        && FourCc.IsPrintable(BinaryPrimitives.ReadUInt32BigEndian(data[4..]));
}
