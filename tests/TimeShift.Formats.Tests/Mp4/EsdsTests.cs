using TimeShift.Core.Media;
using TimeShift.Formats.Mp4;

namespace TimeShift.Formats.Tests.Mp4;

public class EsdsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(100)]
    [InlineData(108)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(16_360)]
    [InlineData(16_384)]
    public void A_config_of_any_length_comes_back(int length)
    {
        var config = new byte[length];
        new Random(length).NextBytes(config);
        var bytes = new byte[length + 100];
        var writer = new BoxWriter(bytes);
        Esds.Write(ref writer, config);
        Assert.Equal(0x40, Esds.Read(bytes.AsSpan(8, writer.Position - 8), out var read));
        Assert.True(read.SequenceEqual(config));
    }

    /// <summary>As ffmpeg writes it: every length in four bytes.</summary>
    [Fact]
    public void Lengths_may_be_padded()
    {
        var esds = Convert.FromHexString(
            "00000000" + "0380808027" + "000200" + "0480808019" + "401500000000020C0E00000000" + "0580808007" + "119056E5000000" + "0680808001" + "02");
        Assert.Equal(0x40, Esds.Read(esds, out var config));
        Assert.Equal("119056E5000000", Convert.ToHexString(config));
    }

    /// <summary>Flags 0xE0: a dependency, a URL of 3 bytes, and a clock reference stand in front.</summary>
    [Fact]
    public void Optional_fields_of_the_descriptor_are_passed_over()
    {
        var esds = Convert.FromHexString(
            "00000000" + "031C" + "0001E0" + "0002" + "03616263" + "0004" + "040F" + "4015" + "0000000000000000000000" + "0500");
        Assert.Equal(0x40, Esds.Read(esds, out var config));
        Assert.True(config.IsEmpty);
    }

    [Theory]
    [InlineData("")]
    [InlineData("00000000")]
    [InlineData("00000000 0380808080 01")]
    [InlineData("00000000 0305 000000 0401")]
    [InlineData("00000000 0303 000040")]
    [InlineData("00000000 0302 0000")]
    [InlineData("00000000 0303 000000")]
    [InlineData("00000000 0305 000000 0400")]
    public void A_broken_descriptor_is_refused(string hex) =>
        Assert.Throws<Mp4FormatException>(() => Esds.Read(Convert.FromHexString(hex.Replace(" ", "")), out _));

    [Fact]
    public void A_sample_rate_that_does_not_fit_is_the_timescale()
    {
        var track = new Track
        {
            Id = 1,
            Codec = Codec.Aac,
            Timescale = new Timescale(96_000),
            CodecString = "",
            SampleRate = 96_000,
            Channels = 6,
            Config = Convert.FromHexString("1030"),
        };
        var read = Assert.Single(MovieReader.Read(InitSegment.ToArray([track])));
        Assert.Equal((96_000, 6), (read.SampleRate, read.Channels));
    }
}
