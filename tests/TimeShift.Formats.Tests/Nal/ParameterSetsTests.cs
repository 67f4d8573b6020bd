using TimeShift.Core.Media;
using TimeShift.Formats.H264;
using TimeShift.Formats.H265;
using TimeShift.Formats.Nal;
using TimeShift.Formats.Tests.Media;
using static TimeShift.Formats.Tests.Media.ParameterSetSamples;

namespace TimeShift.Formats.Tests.Nal;

public sealed class ParameterSetsTests
{
    private const string Slice = "6588";

    [Theory]
    [InlineData(NalFraming.AnnexB)]
    [InlineData(NalFraming.LengthPrefixed)]
    public void The_first_complete_set_is_a_change_and_a_repeat_is_none(NalFraming framing)
    {
        var sets = new ParameterSets(Codec.H264);
        var unit = Unit(framing, H264High720, H264PictureSet, Slice);
        Assert.True(sets.TryUpdate(unit, framing, out var config));
        Assert.Equal(AvcConfiguration.Build([Bytes(H264High720)], [Bytes(H264PictureSet)]).Write(), config);
        Assert.False(sets.TryUpdate(unit, framing, out config));
        Assert.Null(config);
        Assert.False(sets.TryUpdate(Unit(framing, Slice), framing, out _));
    }

    [Fact]
    public void Sets_may_come_in_different_access_units()
    {
        var sets = new ParameterSets(Codec.H264);
        Assert.False(sets.TryUpdate(Unit(NalFraming.AnnexB, H264High720), NalFraming.AnnexB, out _));
        Assert.True(sets.Config.IsEmpty);
        Assert.True(sets.TryUpdate(Unit(NalFraming.AnnexB, H264PictureSet, Slice), NalFraming.AnnexB, out _));
        Assert.False(sets.Config.IsEmpty);
    }

    [Fact]
    public void Other_content_under_the_same_number_replaces_what_was_there()
    {
        var sets = new ParameterSets(Codec.H264);
        sets.TryUpdate(Unit(NalFraming.AnnexB, H264High720, H264PictureSet), NalFraming.AnnexB, out _);
        Assert.True(sets.TryUpdate(Unit(NalFraming.AnnexB, H264Scaling360), NalFraming.AnnexB, out var config));
        Assert.Equal(Bytes(H264Scaling360), Assert.Single(AvcConfiguration.Read(config).Sps));
        Assert.True(sets.TryUpdate(Unit(NalFraming.AnnexB, H264High720), NalFraming.AnnexB, out _));
    }

    [Fact]
    public void A_known_record_is_where_it_starts()
    {
        var record = AvcConfiguration.Build([Bytes(H264High720)], [Bytes(H264PictureSet)]).Write();
        var sets = new ParameterSets(Codec.H264, record);
        Assert.Equal(record, sets.Config.ToArray());
        Assert.False(sets.TryUpdate(Unit(NalFraming.LengthPrefixed, H264High720, H264PictureSet, Slice), NalFraming.LengthPrefixed, out _));
        Assert.True(sets.TryUpdate(Unit(NalFraming.LengthPrefixed, H264Scaling360, Slice), NalFraming.LengthPrefixed, out _));
    }

    [Fact]
    public void H265_needs_three_kinds_and_takes_the_base_layer_only()
    {
        var sets = new ParameterSets(Codec.H265);
        Assert.False(sets.TryUpdate(Unit(NalFraming.AnnexB, H265Sps720, H265PictureSet), NalFraming.AnnexB, out _));
        Assert.True(sets.TryUpdate(Unit(NalFraming.AnnexB, H265Vps720), NalFraming.AnnexB, out var config));
        Assert.Equal("hvc1.1.6.L93.90", HevcConfiguration.Read(config).CodecString);
        var enhancement = Bytes(H265SpsMain10);
        enhancement[1] |= 1 << 3;
        Assert.False(sets.TryUpdate(Unit(NalFraming.AnnexB, Convert.ToHexString(enhancement)), NalFraming.AnnexB, out _));
    }

    [Fact]
    public void A_broken_set_leaves_what_was_known_and_does_not_hide_what_came_with_it()
    {
        var sets = new ParameterSets(Codec.H264);
        sets.TryUpdate(Unit(NalFraming.AnnexB, H264High720, H264PictureSet), NalFraming.AnnexB, out var first);
        Assert.Throws<BitstreamException>(() => sets.TryUpdate(Unit(NalFraming.AnnexB, "6764001FAC"), NalFraming.AnnexB, out _));
        Assert.Equal(first, sets.Config.ToArray());
        Assert.Throws<BitstreamException>(() => sets.TryUpdate(Unit(NalFraming.AnnexB, H264Scaling360, "6764001FAC"), NalFraming.AnnexB, out _));
        Assert.True(sets.TryUpdate(Unit(NalFraming.AnnexB, Slice), NalFraming.AnnexB, out var config));
        Assert.Equal(Bytes(H264Scaling360), Assert.Single(AvcConfiguration.Read(config).Sps));
    }

    [Fact]
    public void A_change_and_its_undoing_between_two_looks_is_no_change()
    {
        var sets = new ParameterSets(Codec.H264);
        sets.TryUpdate(Unit(NalFraming.AnnexB, H264High720, H264PictureSet), NalFraming.AnnexB, out _);
        Assert.False(sets.TryUpdate(Unit(NalFraming.AnnexB, H264Scaling360, H264High720), NalFraming.AnnexB, out _));
    }

    [Fact]
    public void Audio_has_no_parameter_sets_in_band() => Assert.Throws<ArgumentOutOfRangeException>(() => new ParameterSets(Codec.Aac));

    [Theory]
    [InlineData(NalFraming.AnnexB)]
    [InlineData(NalFraming.LengthPrefixed)]
    public void A_repeat_allocates_nothing(NalFraming framing)
    {
        var sets = new ParameterSets(Codec.H264);
        var unit = Unit(framing, H264High720, H264PictureSet, Slice);
        Assert.True(sets.TryUpdate(unit, framing, out _));
        Allocations.AssertNone(() => sets.TryUpdate(unit, framing, out _));
    }

    [Fact]
    public void A_repeat_of_H265_and_of_AV1_allocates_nothing()
    {
        var hevc = new ParameterSets(Codec.H265);
        var unit = Unit(NalFraming.LengthPrefixed, H265Vps720, H265Sps720, H265PictureSet, "260180");
        Assert.True(hevc.TryUpdate(unit, NalFraming.LengthPrefixed, out _));
        var av1 = new ParameterSets(Codec.Av1);
        var temporalUnit = Bytes(Av1Record720)[4..];
        Assert.True(av1.TryUpdate(temporalUnit, NalFraming.LengthPrefixed, out _));
        Allocations.AssertNone(() =>
        {
            hevc.TryUpdate(unit, NalFraming.LengthPrefixed, out _);
            av1.TryUpdate(temporalUnit, NalFraming.LengthPrefixed, out _);
            AccessUnits.IsKeyFrame(Codec.H265, unit);
        });
    }

    private static byte[] Unit(NalFraming framing, params string[] nals) =>
    [
        .. nals.Select(Convert.FromHexString).SelectMany(nal =>
            framing == NalFraming.AnnexB ? (byte[])[0, 0, 0, 1, .. nal] : [0, 0, 0, (byte)nal.Length, .. nal]),
    ];
}
