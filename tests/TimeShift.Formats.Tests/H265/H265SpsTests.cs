using TimeShift.Formats.H265;
using TimeShift.Formats.Tests.Media;

namespace TimeShift.Formats.Tests.H265;

public sealed class H265SpsTests
{
    [Theory]
    [InlineData(ParameterSetSamples.H265Sps720, 1, 93, 1280, 720, 8, 25.0)]
    [InlineData(ParameterSetSamples.H265SpsMain10, 2, 63, 640, 360, 10, 30.0)]
    public void Profile_size_and_rate_are_read(string hex, int profile, int level, int width, int height, int depth, double rate)
    {
        var sps = H265Sps.Parse(Convert.FromHexString(hex));
        Assert.Equal((profile, level, width, height, depth), (sps.ProfileTierLevel.ProfileIdc, sps.ProfileTierLevel.LevelIdc, sps.Width, sps.Height, sps.BitDepthLuma));
        Assert.Equal(rate, sps.FrameRate);
        Assert.Equal((1, true), (sps.SubLayers, sps.TemporalIdNesting));
    }

    [Fact]
    public void An_SPS_cut_short_behind_its_size_costs_only_the_rate()
    {
        var cut = H265Sps.Parse(Convert.FromHexString(ParameterSetSamples.H265Sps720)[..32]);
        Assert.Equal((1280, 720, 0.0), (cut.Width, cut.Height, cut.FrameRate));
    }

    [Theory]
    [InlineData("")]
    [InlineData("4201")]
    [InlineData(ParameterSetSamples.H265Vps720)]
    [InlineData("42010101600000030090000003000003005D")]
    public void What_is_no_SPS_is_refused(string hex) => Assert.Throws<BitstreamException>(() => H265Sps.Parse(Convert.FromHexString(hex)));

    [Fact]
    public void The_VPS_declares_a_rate_only_where_it_has_timing() =>
        Assert.Equal(0, H265Vps.Parse(Convert.FromHexString(ParameterSetSamples.H265Vps720)).FrameRate);

    [Fact]
    public void The_rate_of_the_VPS_stands_in_for_that_of_the_SPS()
    {
        // Two sub-layers with levels of their own; two layer sets; 24000/1001.
        var timing = Convert.ToString(1001, 2).PadLeft(32, '0') + Convert.ToString(24000, 2).PadLeft(32, '0');
        var profile = "00000001" + "01100000".PadRight(32, '0') + "10010000".PadRight(48, '0') + "01011101" + "01".PadRight(16, '0') + "00111100";
        var payload = BitText.Pack("0000" + "11" + "000000" + "001" + "1" + new string('1', 16) + profile + "1" + "111" + "111" + "000000" + "010" + "1" + "1" + timing + "0" + "0" + "1");
        byte[] vps = [0x40, 1, .. Nal.RbspTests.Escape(payload)];
        Assert.Equal((2, 93), (H265Vps.Parse(vps).SubLayers, H265Vps.Parse(vps).ProfileTierLevel.LevelIdc));
        Assert.Equal(24000 / 1001.0, H265Vps.Parse(vps).FrameRate);

        var silent = Convert.FromHexString(ParameterSetSamples.H265Sps720)[..32];
        var configuration = HevcConfiguration.Build([vps], [silent], [Convert.FromHexString(ParameterSetSamples.H265PictureSet)]);
        Assert.Equal(24000 / 1001.0, configuration.FrameRate(configuration.ParseSps()));
    }

    [Fact]
    public void A_PPS_names_its_SPS() =>
        Assert.Equal(new H265Pps(0, 0), H265Pps.Parse(Convert.FromHexString(ParameterSetSamples.H265PictureSet)));
}
