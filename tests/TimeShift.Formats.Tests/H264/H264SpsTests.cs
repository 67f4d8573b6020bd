using TimeShift.Formats.H264;
using TimeShift.Formats.Tests.Media;

namespace TimeShift.Formats.Tests.H264;

public sealed class H264SpsTests
{
    [Theory]
    [InlineData(ParameterSetSamples.H264High720, 100, 31, 1280, 720, 1, 25.0)]
    [InlineData(ParameterSetSamples.H264Baseline180, 66, 12, 320, 180, 1, 25.0)]
    [InlineData(ParameterSetSamples.H264Scaling360, 100, 30, 640, 360, 1, 30.0)]
    [InlineData(ParameterSetSamples.H264Interlaced360, 100, 30, 640, 360, 1, 25.0)]
    [InlineData(ParameterSetSamples.H264Chroma444, 244, 30, 640, 360, 3, 25.0)]
    public void Profile_size_and_rate_are_read(string hex, int profile, int level, int width, int height, int chroma, double rate)
    {
        var sps = H264Sps.Parse(Convert.FromHexString(hex));
        Assert.Equal((profile, level, width, height, chroma), (sps.ProfileIdc, sps.LevelIdc, sps.Width, sps.Height, sps.ChromaFormat));
        Assert.Equal(rate, sps.FrameRate);
    }

    [Fact]
    public void A_VUI_that_is_cut_short_costs_only_the_rate()
    {
        var whole = Convert.FromHexString(ParameterSetSamples.H264High720);
        var cut = H264Sps.Parse(whole[..14]);
        Assert.Equal((1280, 720, 0.0), (cut.Width, cut.Height, cut.FrameRate));
    }

    [Theory]
    [InlineData("")]
    [InlineData("67")]
    [InlineData("68EBE3CB22C0")]
    [InlineData("6764001FACD9")]
    [InlineData("6764001F00000000000000000000")]
    public void What_is_no_SPS_is_refused(string hex) => Assert.Throws<BitstreamException>(() => H264Sps.Parse(Convert.FromHexString(hex)));

    [Fact]
    public void A_picture_cropped_to_nothing_is_refused()
    {
        // Baseline, 16x16, and 8 units of 2 samples cropped from the left: ids and types "1 1 1 1 1 0", size "1 1 1 1", cropping "1 0001001
        // 1 1 1", no VUI.
        var failure = Assert.Throws<BitstreamException>(() => H264Sps.Parse(BitText.Pack(
            "01100111" + "01000010" + "11000000" + "00011110" + "1111" + "010" + "0" + "11" + "11" + "1" + "0001001111" + "01")));
        Assert.Contains("0x16", failure.Message, StringComparison.Ordinal);
    }
}
