using TimeShift.Core.Media;
using TimeShift.Formats.Av1;
using TimeShift.Formats.Tests.Media;

namespace TimeShift.Formats.Tests.Av1;

public sealed class Av1ConfigurationTests
{
    [Theory]
    [InlineData(0, 8, false, 8, "av01.0.08M.08")]
    [InlineData(1, 19, true, 10, "av01.1.19H.10")]
    [InlineData(2, 31, false, 12, "av01.2.31M.12")]
    public void The_codec_string_has_profile_level_tier_and_depth(int profile, int level, bool high, int depth, string expected)
    {
        var configuration = new Av1Configuration
        {
            Profile = profile,
            LevelIndex = level,
            HighTier = high,
            BitDepth = depth,
            Monochrome = false,
            SubsamplingX = true,
            SubsamplingY = true,
            ChromaSamplePosition = 0,
            Obus = default,
        };
        Assert.Equal(expected, configuration.CodecString);
        Assert.Equal(expected, Av1Configuration.Read(configuration.Write()).CodecString);
    }

    [Fact]
    public void A_record_makes_a_track()
    {
        var track = TrackFactory.Create(Codec.Av1, 2, Timescale.Mpeg, ParameterSetSamples.Bytes(ParameterSetSamples.Av1Record720));
        Assert.Equal(("av01.0.05M.08", 1280, 720), (track.CodecString, track.Width, track.Height));
        Assert.Equal(0, track.NominalDuration.Ticks);
    }

    [Fact]
    public void A_sequence_header_without_a_size_gets_one()
    {
        var record = ParameterSetSamples.Bytes(ParameterSetSamples.Av1Record720);
        byte[] bare = [0x08, .. record[6..]];
        Assert.Equal([0x0A, 0x8B, 0x00, .. record[6..]], Av1Configuration.Build(bare).Obus.ToArray());
        Assert.Equal(1280, Av1Configuration.Build(bare).ParseSequenceHeader().Width);
    }

    [Theory]
    [InlineData("")]
    [InlineData("810500")]
    [InlineData("01050C00")]
    public void A_broken_record_is_refused(string hex) =>
        Assert.Throws<BitstreamException>(() => Av1Configuration.Read(Convert.FromHexString(hex)));

    [Theory]
    [InlineData("81050C00")]
    [InlineData("81050C001200")]
    [InlineData("81050C000A0B0000")]
    public void A_record_without_a_whole_sequence_header_makes_no_track(string hex) =>
        Assert.Throws<BitstreamException>(() => TrackFactory.Create(Codec.Av1, 1, Timescale.Mpeg, Convert.FromHexString(hex)));
}
