using TimeShift.Formats.Mp4;

namespace TimeShift.Formats.Tests.Mp4;

public class BoxTests
{
    [Fact]
    public void A_header_has_a_32_bit_size()
    {
        Assert.True(Box.TryReadHeader([0, 0, 0, 16, .. "moof"u8], out var header));
        Assert.Equal(new BoxHeader(FourCc.Moof, 16, 8), header);
    }

    [Fact]
    public void A_header_has_a_64_bit_size()
    {
        Assert.True(Box.TryReadHeader([0, 0, 0, 1, .. "mdat"u8, 0, 0, 0, 2, 0, 0, 0, 5], out var header));
        Assert.Equal(new BoxHeader(FourCc.Mdat, (2L << 32) + 5, 16), header);
    }

    [Fact]
    public void Size_0_reaches_the_end_of_the_file()
    {
        Assert.True(Box.TryReadHeader([0, 0, 0, 0, .. "mdat"u8], out var header));
        Assert.True(header.ReachesEnd);
        Assert.Equal(8, header.HeaderSize);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_extended_type_of_a_uuid_box_is_big_endian(bool large)
    {
        var id = new Guid("00112233-4455-6677-8899-aabbccddeeff");
        byte[] size = large ? [0, 0, 0, 1, .. "uuid"u8, 0, 0, 0, 0, 0, 0, 0, 40] : [0, 0, 0, 40, .. "uuid"u8];
        byte[] box = [.. size, .. Convert.FromHexString("00112233445566778899AABBCCDDEEFF")];
        Assert.True(Box.TryReadHeader(box, out var header));
        Assert.Equal(box.Length, header.HeaderSize);
        Assert.Equal(id, Box.ExtendedType(box, header));
    }

    [Fact]
    public void Every_cut_of_a_header_asks_for_more_bytes()
    {
        byte[] box = [0, 0, 0, 1, .. "uuid"u8, 0, 0, 0, 0, 0, 0, 0, 32, .. new byte[16]];
        for (var length = 0; length < box.Length; length++) Assert.False(Box.TryReadHeader(box.AsSpan(0, length), out _));
        Assert.True(Box.TryReadHeader(box, out _));
    }

    [Theory]
    [InlineData("00000007 6d6f6f66")]
    [InlineData("00000002 6d6f6f66")]
    [InlineData("00000010 75756964 00000000000000000000000000000000")]
    [InlineData("00000001 6d646174 000000000000000f")]
    [InlineData("00000001 6d646174 0000000000000000")]
    [InlineData("00000001 6d646174 8000000000000000")]
    public void A_size_that_no_box_can_have_is_refused(string hex) =>
        Assert.Throws<Mp4FormatException>(() => Box.TryReadHeader(Convert.FromHexString(hex.Replace(" ", "")), out _));

    [Fact]
    public void Only_a_uuid_box_has_an_extended_type() =>
        Assert.Throws<ArgumentException>(() => Box.ExtendedType(new byte[32], new BoxHeader(FourCc.Moof, 32, 8)));

    [Fact]
    public void A_box_longer_than_its_container_is_refused()
    {
        byte[] container = [0, 0, 0, 8, .. "free"u8, 0, 0, 0, 9, .. "free"u8];
        Assert.Throws<Mp4FormatException>(() =>
        {
            var boxes = new BoxEnumerator(container);
            Assert.True(boxes.MoveNext());
            boxes.MoveNext();
        });
    }

    [Fact]
    public void A_list_may_end_with_a_32_bit_zero()
    {
        var boxes = new BoxEnumerator([0, 0, 0, 9, .. "free"u8, 7, 0, 0, 0, 0]);
        Assert.True(boxes.MoveNext());
        Assert.Equal(7, boxes.Content[0]);
        Assert.False(boxes.MoveNext());
    }

    [Theory]
    [InlineData(FourCc.Moof, "moof", true)]
    [InlineData(FourCc.AvcConfig, "avcC", true)]
    [InlineData(FourCc.Url, "url ", true)]
    [InlineData(0xA96E616Du, ".nam", true)]
    [InlineData(0x00000000u, "....", false)]
    [InlineData(0x6D6F6F7Fu, "moo.", false)]
    public void A_four_character_code_is_shown_as_text(uint code, string text, bool printable)
    {
        Assert.Equal(text, FourCc.ToText(code));
        Assert.Equal(printable, FourCc.IsPrintable(code));
    }

    [Fact]
    public void A_four_character_code_is_made_of_text()
    {
        Assert.Equal(FourCc.Moof, FourCc.From("moof"u8));
        Assert.Throws<ArgumentException>(() => FourCc.From("moo"u8));
    }
}
