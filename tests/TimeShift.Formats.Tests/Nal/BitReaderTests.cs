using CsCheck;
using TimeShift.Formats.Nal;
using TimeShift.Formats.Tests.Media;

namespace TimeShift.Formats.Tests.Nal;

public sealed class BitReaderTests
{
    // ITU-T H.264 table 9-2: codeNum 0 to 5, then the longest code that fits 32 bits.
    [Theory]
    [InlineData("1", 0u, 0)]
    [InlineData("010", 1u, 1)]
    [InlineData("011", 2u, -1)]
    [InlineData("00100", 3u, 2)]
    [InlineData("00101", 4u, -2)]
    [InlineData("00110", 5u, 3)]
    [InlineData("000000000000000000000000000000011111111111111111111111111111111", 4294967294u, -2147483647)]
    public void Exp_Golomb_codes_are_read_as_the_standard_maps_them(string code, uint unsigned, int signed)
    {
        var reader = new BitReader(BitText.Pack(code));
        Assert.Equal(unsigned, reader.ReadUnsignedExpGolomb());
        Assert.Equal(code.Length, reader.Position);
        reader = new BitReader(BitText.Pack(code));
        Assert.Equal(signed, reader.ReadSignedExpGolomb());
    }

    [Fact]
    public void Fields_of_any_width_come_back_in_order() =>
        Gen.Select(Gen.UInt, Gen.Int[0, 32]).Array[0, 20].Sample(fields =>
        {
            var text = string.Concat(fields.Select(f => Convert.ToString(f.Item1, 2).PadLeft(32, '0')[(32 - f.Item2)..]));
            var reader = new BitReader(BitText.Pack(text));
            foreach (var (value, width) in fields) Assert.Equal(width == 32 ? value : value & (1u << width) - 1, reader.ReadBits(width));
        });

    [Fact]
    public void A_read_past_the_end_says_so()
    {
        Assert.Throws<BitstreamException>(() => new BitReader([0xFF]).ReadBits(9));
        Assert.Throws<BitstreamException>(() => new BitReader([0xFF]).Skip(9));
        Assert.Throws<BitstreamException>(() => new BitReader([]).ReadFlag());
        Assert.Throws<BitstreamException>(() => new BitReader([0, 0]).ReadUnsignedExpGolomb());
    }

    [Fact]
    public void A_code_of_more_than_32_bits_is_refused() =>
        Assert.Throws<BitstreamException>(() => new BitReader(new byte[16]).ReadUnsignedExpGolomb());

    [Fact]
    public void A_value_over_its_limit_is_refused_by_name()
    {
        var failure = Assert.Throws<BitstreamException>(() => new BitReader([0b0010_0000]).ReadUnsignedExpGolomb(2, "chroma_format_idc"));
        Assert.Contains("chroma_format_idc is 3", failure.Message, StringComparison.Ordinal);
    }
}
