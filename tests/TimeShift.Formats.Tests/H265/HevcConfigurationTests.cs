using TimeShift.Core.Media;
using TimeShift.Formats.H265;
using static TimeShift.Formats.Tests.Media.ParameterSetSamples;

namespace TimeShift.Formats.Tests.H265;

public sealed class HevcConfigurationTests
{
    // The first three are examples of ISO/IEC 14496-15 §E.3 and of what browsers are asked in the field.
    [Theory]
    [InlineData(0, 1, 0x60000000u, false, 93, 0xB00000000000u, "hvc1.1.6.L93.B0")]
    [InlineData(1, 1, 0x60000000u, true, 150, 0xB00000000000u, "hvc1.A1.6.H150.B0")]
    [InlineData(0, 2, 0x20000000u, false, 120, 0x900000000000u, "hvc1.2.4.L120.90")]
    [InlineData(0, 4, 0x08000000u, false, 153, 0x9D2000000001u, "hvc1.4.10.L153.9D.20.0.0.0.1")]
    [InlineData(0, 1, 0x60000000u, false, 93, 0x000000000000u, "hvc1.1.6.L93")]
    [InlineData(3, 1, 0x00000000u, false, 93, 0x009000000000u, "hvc1.C1.0.L93.0.90")]
    public void The_codec_string_follows_the_standard(int space, int profile, uint compatibility, bool high, int level, ulong constraints, string expected) =>
        Assert.Equal(expected, new HevcConfiguration
        {
            ProfileTierLevel = new ProfileTierLevel
            {
                ProfileSpace = (byte)space,
                ProfileIdc = (byte)profile,
                CompatibilityFlags = compatibility,
                HighTier = high,
                LevelIdc = (byte)level,
                ConstraintFlags = constraints,
            },
            ChromaFormat = 1,
            BitDepthLuma = 8,
            BitDepthChroma = 8,
            TemporalLayers = 1,
            TemporalIdNested = true,
            LengthSize = 4,
            Arrays = [],
        }.CodecString);

    [Fact]
    public void A_built_record_has_complete_arrays()
    {
        var configuration = HevcConfiguration.Build([Bytes(H265Vps720)], [Bytes(H265Sps720)], [Bytes(H265PictureSet)]);
        Assert.Equal("hvc1.1.6.L93.90", configuration.CodecString);
        const string Header = "01" + "01" + "60000000" + "900000000000" + "5D" + "F000" + "FC" + "FD" + "F8" + "F8" + "0000" + "0F" + "03";
        var expected = $"{Header}A000010018{H265Vps720}A10001002B{H265Sps720}A200010007{H265PictureSet}";
        Assert.Equal(expected, Convert.ToHexString(configuration.Write()));
        Assert.Equal(expected, Convert.ToHexString(HevcConfiguration.Read(configuration.Write()).Write()));
    }

    [Fact]
    public void A_record_for_hev1_is_completed_for_hvc1()
    {
        var complete = HevcConfiguration.Build([Bytes(H265Vps720)], [Bytes(H265Sps720)], [Bytes(H265PictureSet)]).Write();
        var record = complete.ToArray();
        record[23] &= 0x7F;
        record[21] &= 0xFD; // two-byte lengths
        Assert.Equal(2, TrackFactory.NalLengthSize(Codec.H265, record));
        Assert.Equal(complete, TrackFactory.Create(Codec.H265, 1, Timescale.Mpeg, record).Config.ToArray());
    }

    [Fact]
    public void A_broken_record_is_refused()
    {
        var record = HevcConfiguration.Build([Bytes(H265Vps720)], [Bytes(H265Sps720)], [Bytes(H265PictureSet)]).Write();
        for (var length = 0; length < record.Length; length++)
            Assert.Throws<BitstreamException>(() => HevcConfiguration.Read(record.AsSpan(0, length)));
        Assert.Throws<BitstreamException>(() => HevcConfiguration.Read([2, .. record.AsSpan(1)]));
    }
}
