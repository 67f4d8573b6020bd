using System.Buffers.Binary;

namespace TimeShift.Formats.Mp4;

/// <summary>Four-character codes of box types, handlers and brands, as the big-endian number that stands in the file.</summary>
public static class FourCc
{
    // Top level
    public const uint Ftyp = 0x66747970;
    public const uint Styp = 0x73747970;
    public const uint Moov = 0x6D6F6F76;
    public const uint Moof = 0x6D6F6F66;
    public const uint Mdat = 0x6D646174;
    public const uint Mfra = 0x6D667261;
    public const uint Sidx = 0x73696478;
    public const uint Free = 0x66726565;
    public const uint Skip = 0x736B6970;
    public const uint Uuid = 0x75756964;
    public const uint Emsg = 0x656D7367;
    public const uint Prft = 0x70726674;

    // Movie (ISO/IEC 14496-12 §8.2 to §8.8)
    public const uint Mvhd = 0x6D766864;
    public const uint Trak = 0x7472616B;
    public const uint Tkhd = 0x746B6864;
    public const uint Mdia = 0x6D646961;
    public const uint Mdhd = 0x6D646864;
    public const uint Hdlr = 0x68646C72;
    public const uint Minf = 0x6D696E66;
    public const uint Vmhd = 0x766D6864;
    public const uint Smhd = 0x736D6864;
    public const uint Dinf = 0x64696E66;
    public const uint Dref = 0x64726566;
    public const uint Url = 0x75726C20;
    public const uint Stbl = 0x7374626C;
    public const uint Stsd = 0x73747364;
    public const uint Stts = 0x73747473;
    public const uint Stsc = 0x73747363;
    public const uint Stsz = 0x7374737A;
    public const uint Stco = 0x7374636F;
    public const uint Mvex = 0x6D766578;
    public const uint Trex = 0x74726578;

    // Movie fragment (§8.8)
    public const uint Mfhd = 0x6D666864;
    public const uint Traf = 0x74726166;
    public const uint Tfhd = 0x74666864;
    public const uint Tfdt = 0x74666474;
    public const uint Trun = 0x7472756E;
    public const uint Tfra = 0x74667261;
    public const uint Mfro = 0x6D66726F;

    // Sample entries and what is in them
    public const uint Avc1 = 0x61766331;
    public const uint Avc3 = 0x61766333;
    public const uint AvcConfig = 0x61766343;
    public const uint Hvc1 = 0x68766331;
    public const uint Hev1 = 0x68657631;
    public const uint HevcConfig = 0x68766343;
    public const uint Av01 = 0x61763031;
    public const uint Av1Config = 0x61763143;
    public const uint Mp4a = 0x6D703461;
    public const uint Alaw = 0x616C6177;
    public const uint Ulaw = 0x756C6177;
    public const uint Esds = 0x65736473;
    public const uint Wave = 0x77617665;

    // Handlers and brands
    public const uint Vide = 0x76696465;
    public const uint Soun = 0x736F756E;
    public const uint Iso6 = 0x69736F36;
    public const uint Iso5 = 0x69736F35;
    public const uint Cmfc = 0x636D6663;
    public const uint Mp41 = 0x6D703431;

    /// <summary>The code of four ASCII characters.</summary>
    /// <exception cref="ArgumentException">Not four bytes.</exception>
    public static uint From(ReadOnlySpan<byte> text) => text.Length == 4
        ? BinaryPrimitives.ReadUInt32BigEndian(text)
        : throw new ArgumentException($"A four-character code has 4 bytes, not {text.Length}.", nameof(text));

    /// <summary>Four characters for people: what is not printable ASCII becomes <c>.</c></summary>
    public static string ToText(uint code) => string.Create(4, code, static (text, code) =>
    {
        for (var i = 0; i < 4; i++)
        {
            var value = (char)(code >> (24 - 8 * i) & 0xFF);
            text[i] = value is >= ' ' and <= '~' ? value : '.';
        }
    });

    /// <summary>True when all four are printable ASCII, or the first is the © of QuickTime's user data.</summary>
    public static bool IsPrintable(uint code)
    {
        for (var i = 0; i < 4; i++)
        {
            var value = code >> (24 - 8 * i) & 0xFF;
            if (value is not (>= 0x20 and <= 0x7E) && (value != 0xA9 || i != 0)) return false;
        }

        return true;
    }
}
