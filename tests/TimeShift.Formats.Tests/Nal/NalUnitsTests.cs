using TimeShift.Formats.Nal;

namespace TimeShift.Formats.Tests.Nal;

public sealed class NalUnitsTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("AABBCC", "")]
    [InlineData("000001", "")]
    [InlineData("00000167AA", "67AA")]
    [InlineData("0000000167AA", "67AA")]
    [InlineData("0000000167AA00000168BB0000000165CC", "67AA 68BB 65CC")]
    [InlineData("00000167AA00000000000168BB000000", "67AA 68BB")]
    [InlineData("000001000001000001", "")]
    [InlineData("00000165000003000000000141", "65000003 41")] // no NAL unit ends in 00, so those zeros are trailing_zero_8bits
    [InlineData("FF00000167", "67")]
    public void Units_lie_between_start_codes_without_padding(string stream, string expected) =>
        Assert.Equal(expected, string.Join(' ', AnnexBUnitsOf(Convert.FromHexString(stream))));

    [Theory]
    [InlineData(4, "0000000267AA0000000168", "67AA 68")]
    [InlineData(3, "00000267AA00000168", "67AA 68")]
    [InlineData(2, "000267AA000168", "67AA 68")]
    [InlineData(1, "0267AA0168", "67AA 68")]
    [InlineData(4, "000000000000000167", "67")]
    [InlineData(4, "", "")]
    public void Units_follow_their_lengths(int lengthSize, string stream, string expected) =>
        Assert.Equal(expected, string.Join(' ', LengthPrefixedUnitsOf(Convert.FromHexString(stream), lengthSize)));

    [Theory]
    [InlineData(4, "0000000367AA")]
    [InlineData(4, "000000")]
    [InlineData(4, "FFFFFFFF67")]
    [InlineData(2, "000167FF")]
    [InlineData(1, "0267")]
    public void A_length_past_the_end_breaks_the_format(int lengthSize, string stream) =>
        Assert.Throws<BitstreamException>(() => LengthPrefixedUnitsOf(Convert.FromHexString(stream), lengthSize));

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void A_length_size_that_no_record_has_is_the_callers_error(int lengthSize) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => LengthPrefixedUnitsOf([], lengthSize));

    internal static List<string> AnnexBUnitsOf(ReadOnlySpan<byte> stream)
    {
        var units = new List<string>();
        foreach (var unit in NalUnits.InAnnexB(stream)) units.Add(Convert.ToHexString(unit));
        return units;
    }

    internal static List<string> LengthPrefixedUnitsOf(ReadOnlySpan<byte> stream, int lengthSize = 4)
    {
        var units = new List<string>();
        foreach (var unit in NalUnits.InLengthPrefixed(stream, lengthSize)) units.Add(Convert.ToHexString(unit));
        return units;
    }
}
