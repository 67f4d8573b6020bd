using TimeShift.Core.Media;
using TimeShift.Formats.Av1;
using TimeShift.Formats.Tests.Media;

namespace TimeShift.Formats.Tests.Av1;

public sealed class TemporalUnitTests
{
    // Second byte of the frame OBU's payload on is not looked at: show_existing_frame, frame_type (2), show_frame, …
    [Theory]
    [InlineData("3202" + "1000", true)]
    [InlineData("1A02" + "1000", true)]
    [InlineData("3202" + "0000", false)] // a key frame that is kept back
    [InlineData("3202" + "3000", false)] // an inter frame
    [InlineData("3202" + "5000", false)] // an intra-only frame
    [InlineData("1A01" + "90", false)] // shows what was decoded before
    [InlineData("1200" + "3202" + "1000", true)]
    [InlineData("3202" + "3000" + "3202" + "1000", false)] // the first frame decides
    [InlineData("36" + "40" + "02" + "1000", true)] // with an extension header
    [InlineData("0A01" + "18" + "3202" + "0000", true)] // a reduced still picture
    [InlineData("", false)]
    [InlineData("1200", false)]
    [InlineData("3205" + "10", null)]
    [InlineData("B202" + "1000", null)]
    [InlineData("32", null)]
    [InlineData("32FFFFFFFFFFFFFFFF7F", null)]
    [InlineData("32FFFFFFFF7F10", null)]
    public void A_key_frame_is_one_that_is_coded_and_shown(string hex, bool? expected)
    {
        var bytes = Convert.FromHexString(hex);
        if (expected is { } key) Assert.Equal(key, TemporalUnit.IsKeyFrame(bytes));
        else Assert.Throws<BitstreamException>(() => TemporalUnit.IsKeyFrame(bytes));
    }

    [Fact]
    public void Delimiters_and_padding_are_left_out()
    {
        var unit = Convert.FromHexString("1200" + "0A021818" + "7A020080" + "30" + "1000");
        var sample = new byte[TemporalUnit.SampleSize(unit)];
        TemporalUnit.ToSample(unit, sample);
        Assert.Equal("0A021818" + "30" + "1000", Convert.ToHexString(sample));
    }

    [Fact]
    public void Looking_at_a_temporal_unit_allocates_nothing()
    {
        var unit = Convert.FromHexString("1200" + "0A021818" + "3202" + "1000");
        var sample = new byte[unit.Length];
        Allocations.AssertNone(() =>
        {
            AccessUnits.IsKeyFrame(Codec.Av1, unit);
            TemporalUnit.ToSample(unit, sample);
        });
    }
}
