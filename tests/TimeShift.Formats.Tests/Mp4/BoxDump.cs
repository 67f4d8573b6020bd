using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace TimeShift.Formats.Tests.Mp4;

/// <summary>
/// A box tree as text: a line per box with its size, its fields named where they matter, everything else in hex. Written against the
/// standard and sharing no code
/// with the reader, so that a mistake cannot hide behind its mirror image.
/// </summary>
internal static class BoxDump
{
    private static readonly string[] Containers = ["moov", "trak", "mdia", "minf", "dinf", "stbl", "mvex", "moof", "traf", "mfra"];

    public static string Of(ReadOnlySpan<byte> data)
    {
        var text = new StringBuilder();
        Append(text, data, 0);
        return text.ToString();
    }

    private static void Append(StringBuilder text, ReadOnlySpan<byte> data, int depth)
    {
        while (!data.IsEmpty)
        {
            long size = BinaryPrimitives.ReadUInt32BigEndian(data);
            var type = Encoding.Latin1.GetString(data[4..8]);
            var header = 8;
            if (size == 1)
            {
                size = BinaryPrimitives.ReadInt64BigEndian(data[8..]);
                header = 16;
            }

            text.Append(' ', 2 * depth).Append(CultureInfo.InvariantCulture, $"{type} {size}");
            // What a fragment's header announces lies elsewhere.
            var content = type == "mdat" ? default : data[header..(int)size];
            Content(text, type, content, depth);
            if (type == "mdat" && size > data.Length) return;
            data = data[(int)size..];
        }
    }

    private static void Content(StringBuilder text, string type, ReadOnlySpan<byte> content, int depth)
    {
        if (Containers.Contains(type))
        {
            text.Append('\n');
            Append(text, content, depth + 1);
            return;
        }

        switch (type)
        {
            case "dref" or "stsd":
                text.Append(CultureInfo.InvariantCulture, $" full={Hex(content, 0, 4)} count={U32(content, 4)}\n");
                Append(text, content[8..], depth + 1);
                return;
            case "avc1" or "hvc1" or "av01":
                text.Append(CultureInfo.InvariantCulture, $" {U16(content, 24)}x{U16(content, 26)} {Hex(content, 0, 78)}\n");
                Append(text, content[78..], depth + 1);
                return;
            case "mp4a":
                text.Append(CultureInfo.InvariantCulture, $" channels={U16(content, 16)} bits={U16(content, 18)} rate={U16(content, 24)} {Hex(content, 0, 28)}\n");
                Append(text, content[28..], depth + 1);
                return;
        }

        var fields = type switch
        {
            "ftyp" => $" major={Ascii(content, 0)} minor={U32(content, 4)} brands={string.Join(',', Brands(content[8..]))}",
            "mvhd" => $" timescale={U32(content, 12)} duration={U32(content, 16)} rate={U32(content, 20):x} next={U32(content, 96)} {Hex(content)}",
            "tkhd" => $" full={Hex(content, 0, 4)} id={U32(content, 12)} volume={U16(content, 36):x} {U32(content, 76) >> 16}x{U32(content, 80) >> 16} {Hex(content)}",
            "mdhd" => $" timescale={U32(content, 12)} duration={U32(content, 16)} {Hex(content)}",
            "hdlr" => $" handler={Ascii(content, 8)} name={Encoding.Latin1.GetString(content[24..^1])} {Hex(content)}",
            "trex" => $" track={U32(content, 4)} description={U32(content, 8)} duration={U32(content, 12)} size={U32(content, 16)} flags={U32(content, 20):x8}",
            "mfhd" => $" sequence={U32(content, 4)}",
            "tfhd" => $" full={Hex(content, 0, 4)} track={U32(content, 4)} {Hex(content[8..])}",
            "tfdt" => $" full={Hex(content, 0, 4)} time={BinaryPrimitives.ReadUInt64BigEndian(content[4..])}",
            "trun" => $" full={Hex(content, 0, 4)} samples={U32(content, 4)} offset={U32(content, 8)} {Hex(content[12..])}",
            "tfra" => $" full={Hex(content, 0, 4)} track={U32(content, 4)} lengths={U32(content, 8)} entries={U32(content, 12)} {Hex(content[16..])}",
            "mfro" => $" size={U32(content, 4)}",
            _ => content.IsEmpty ? "" : $" {Hex(content)}",
        };
        text.Append(fields).Append('\n');
    }

    private static List<string> Brands(ReadOnlySpan<byte> content)
    {
        var brands = new List<string>();
        for (var i = 0; i < content.Length; i += 4) brands.Add(Ascii(content, i));
        return brands;
    }

    private static string Ascii(ReadOnlySpan<byte> content, int at) => Encoding.Latin1.GetString(content.Slice(at, 4));

    private static uint U32(ReadOnlySpan<byte> content, int at) => BinaryPrimitives.ReadUInt32BigEndian(content[at..]);

    private static ushort U16(ReadOnlySpan<byte> content, int at) => BinaryPrimitives.ReadUInt16BigEndian(content[at..]);

    private static string Hex(ReadOnlySpan<byte> content, int at, int count) => Hex(content.Slice(at, count));

    private static string Hex(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(content);
}
