using TimeShift.Core.Media;
using TimeShift.Formats.H264;
using TimeShift.Formats.Tests.Media;

namespace TimeShift.Formats.Tests.H264;

public sealed class AvcConfigurationTests
{
    private static readonly byte[] Pps = ParameterSetSamples.Bytes(ParameterSetSamples.H264PictureSet);

    [Theory]
    [InlineData(ParameterSetSamples.H264High720, "avc1.64001F", "FDF8F800")]
    [InlineData(ParameterSetSamples.H264Chroma444, "avc1.F4001E", "FFF8F800")]
    [InlineData(ParameterSetSamples.H264Baseline180, "avc1.42C00C", "")]
    public void Profiles_above_extended_have_chroma_format_and_bit_depths(string sps, string codecString, string extension)
    {
        var configuration = AvcConfiguration.Build([Convert.FromHexString(sps)], [Pps]);
        Assert.Equal(codecString, configuration.CodecString);
        var expected = $"01{sps[2..8]}FFE1{sps.Length / 2:X4}{sps}0100{Pps.Length:X2}{ParameterSetSamples.H264PictureSet}{extension}";
        Assert.Equal(expected, Convert.ToHexString(configuration.Write()));
        Assert.Equal(expected, Convert.ToHexString(AvcConfiguration.Read(configuration.Write()).Write()));
    }

    [Fact]
    public void A_record_of_high_profile_without_its_extension_is_read()
    {
        var record = AvcConfiguration.Build([ParameterSetSamples.Bytes(ParameterSetSamples.H264High720)], [Pps]).Write();
        Assert.Equal(record, AvcConfiguration.Read(record.AsSpan(0, record.Length - 4)).Write());
    }

    [Fact]
    public void Two_byte_lengths_are_told_and_the_track_has_four()
    {
        var record = AvcConfiguration.Build([ParameterSetSamples.Bytes(ParameterSetSamples.H264High720)], [Pps]).Write();
        var four = record.ToArray();
        record[4] = 0xFD;
        Assert.Equal(2, TrackFactory.NalLengthSize(Codec.H264, record));
        Assert.Equal(four, TrackFactory.Create(Codec.H264, 1, Timescale.Mpeg, record).Config.ToArray());
    }

    [Theory]
    [InlineData("")]
    [InlineData("0164001FFF")]
    [InlineData("0264001FFFE100016701000168")]
    [InlineData("0164001FFEE100016701000168")]
    [InlineData("0164001FFFE1FFFF67")]
    [InlineData("0164001FFFE1000167")]
    [InlineData("0164001FFFE100016702000168")]
    public void A_broken_record_is_refused(string hex) =>
        Assert.Throws<BitstreamException>(() => AvcConfiguration.Read(Convert.FromHexString(hex)));

    [Fact]
    public void A_record_without_parameter_sets_makes_no_track()
    {
        var empty = Convert.FromHexString("0164001FFFE000");
        Assert.Empty(AvcConfiguration.Read(empty).Sps);
        Assert.Throws<BitstreamException>(() => TrackFactory.Create(Codec.H264, 1, Timescale.Mpeg, empty));
        Assert.Null(TrackFactory.FromExtradata(Codec.H264, 1, Timescale.Mpeg, empty));
    }
}
