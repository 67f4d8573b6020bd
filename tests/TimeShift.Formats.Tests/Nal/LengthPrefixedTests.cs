using TimeShift.Core.Media;
using TimeShift.Formats.Nal;

namespace TimeShift.Formats.Tests.Nal;

public sealed class LengthPrefixedTests
{
    [Theory]
    [InlineData(1, "0267AA0265BB")]
    [InlineData(2, "000267AA000265BB")]
    [InlineData(3, "00000267AA00000265BB")]
    [InlineData(4, "0000000267AA0000000265BB")]
    public void Any_length_size_becomes_four(int lengthSize, string source)
    {
        Assert.Equal("0000000267AA0000000265BB", Normalize(source, lengthSize, InBandParameterSets.Keep));
        Assert.Equal("0000000265BB", Normalize(source, lengthSize, InBandParameterSets.Drop));
    }

    [Theory]
    [InlineData("0000000265BB", InBandParameterSets.Drop, true)]
    [InlineData("0000000267AA0000000265BB", InBandParameterSets.Keep, true)]
    [InlineData("0000000267AA0000000265BB", InBandParameterSets.Drop, false)]
    [InlineData("0000000209F00000000265BB", InBandParameterSets.Keep, false)]
    [InlineData("000000000000000265BB", InBandParameterSets.Keep, false)]
    public void An_access_unit_that_needs_no_change_is_known(string source, InBandParameterSets parameterSets, bool expected)
    {
        var bytes = Convert.FromHexString(source);
        Assert.Equal(expected, LengthPrefixed.IsNormal(Codec.H264, bytes, 4, parameterSets));
        Assert.Equal(expected, Normalize(source, 4, parameterSets) == source);
    }

    [Fact]
    public void Two_byte_lengths_are_never_normal() =>
        Assert.False(LengthPrefixed.IsNormal(Codec.H264, [0, 1, 0x65], 2, InBandParameterSets.Keep));

    [Fact]
    public void Start_codes_have_four_bytes()
    {
        byte[] source = [0, 2, 0x65, 0xBB, 0, 1, 0x41];
        var destination = new byte[LengthPrefixed.AnnexBSize(source, 2)];
        LengthPrefixed.ToAnnexB(source, destination, 2);
        Assert.Equal("0000000165BB0000000141", Convert.ToHexString(destination));
    }

    private static string Normalize(string source, int lengthSize, InBandParameterSets parameterSets)
    {
        var bytes = Convert.FromHexString(source);
        var destination = new byte[LengthPrefixed.NormalizedSize(Codec.H264, bytes, lengthSize, parameterSets)];
        Assert.Equal(destination.Length, LengthPrefixed.Normalize(Codec.H264, bytes, lengthSize, destination, parameterSets));
        return Convert.ToHexString(destination);
    }
}
