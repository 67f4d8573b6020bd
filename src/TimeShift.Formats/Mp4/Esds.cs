namespace TimeShift.Formats.Mp4;

/// <summary>
/// The <c>esds</c> box: an ES_Descriptor around a DecoderConfigDescriptor around the AudioSpecificConfig (ISO/IEC 14496-1 §7.2.6, 14496-14
/// §6.7.2).
/// A descriptor is a tag, a length of 1 to 4 bytes with 7 bits each, and its content.
/// </summary>
internal static class Esds
{
    private const byte EsDescriptor = 3;
    private const byte DecoderConfig = 4;
    private const byte DecoderSpecificInfo = 5;
    private const byte SlConfig = 6;
    private const byte Mpeg4Audio = 0x40;
    private const byte AudioStream = 5 << 2 | 1;

    public static void Write(ref BoxWriter writer, ReadOnlySpan<byte> config)
    {
        var specificSize = Sized(config.Length);
        var decoderSize = Sized(13 + specificSize);
        var box = writer.Begin(FourCc.Esds, 0, 0);
        WriteTag(ref writer, EsDescriptor, 3 + decoderSize + Sized(1));
        writer.U16(0); // ES_ID: in a file, the track's ID stands for it
        writer.U8(0);
        WriteTag(ref writer, DecoderConfig, 13 + specificSize);
        writer.U8(Mpeg4Audio);
        writer.U8(AudioStream);
        writer.Zeros(3 + 4 + 4); // buffer size, greatest and mean bit rate: unknown
        WriteTag(ref writer, DecoderSpecificInfo, config.Length);
        writer.Bytes(config);
        WriteTag(ref writer, SlConfig, 1);
        writer.U8(2); // reserved for MP4 files
        writer.End(box);
    }

    /// <summary>objectTypeIndication and AudioSpecificConfig (empty where there is none).</summary>
    /// <exception cref="Mp4FormatException">A descriptor is missing or longer than what contains it.</exception>
    public static byte Read(ReadOnlySpan<byte> content, out ReadOnlySpan<byte> config)
    {
        BoxEnumerator.Require(content, 4, FourCc.Esds);
        var es = Find(content[4..], EsDescriptor);
        if (es.Length < 3) throw new Mp4FormatException($"'esds' has an ES descriptor of {es.Length} bytes; expected at least 3");
        var flags = es[2];
        var skip = 3 + ((flags & 0x80) != 0 ? 2 : 0);
        if ((flags & 0x40) != 0) skip += 1 + (skip < es.Length ? es[skip] : 0);
        if ((flags & 0x20) != 0) skip += 2;
        if (skip > es.Length) throw new Mp4FormatException($"'esds' has an ES descriptor of {es.Length} bytes; its flags ask for {skip}");
        var decoder = Find(es[skip..], DecoderConfig);
        if (decoder.Length < 13)
            throw new Mp4FormatException($"'esds' has a decoder configuration of {decoder.Length} bytes; expected at least 13");
        config = decoder.Length > 13 ? Find(decoder[13..], DecoderSpecificInfo) : default;
        return decoder[0];
    }

    private static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> data, byte tag)
    {
        while (!data.IsEmpty)
        {
            var found = data[0];
            var length = 0;
            var at = 1;
            byte part;
            do
            {
                if (at >= data.Length || at > 4)
                    throw new Mp4FormatException($"'esds' has a length of descriptor {found} that does not end within 4 bytes");
                part = data[at++];
                length = length << 7 | part & 0x7F;
            }
            while ((part & 0x80) != 0);

            if (length > data.Length - at)
                throw new Mp4FormatException($"'esds' has a descriptor {found} of {length} bytes; {data.Length - at} are left");
            if (found == tag) return data.Slice(at, length);
            data = data[(at + length)..];
        }

        throw new Mp4FormatException($"'esds' has no descriptor {tag}");
    }

    private static void WriteTag(ref BoxWriter writer, byte tag, int length)
    {
        writer.U8(tag);
        for (var shift = 7 * (LengthBytes(length) - 1); shift > 0; shift -= 7) writer.U8((byte)(0x80 | length >> shift & 0x7F));
        writer.U8((byte)(length & 0x7F));
    }

    // Tag, length, content.
    private static int Sized(int length) => 1 + LengthBytes(length) + length;

    private static int LengthBytes(int length) => length switch
    {
        < 1 << 7 => 1,
        < 1 << 14 => 2,
        < 1 << 21 => 3,
        _ => 4,
    };
}
