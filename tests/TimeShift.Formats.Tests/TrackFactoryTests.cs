using TimeShift.Core.Media;
using TimeShift.Formats.Tests.Media;
using static TimeShift.Formats.Tests.Media.ParameterSetSamples;

namespace TimeShift.Formats.Tests;

public sealed class TrackFactoryTests
{
    [Theory]
    [InlineData(Codec.H264, "")]
    [InlineData(Codec.H264, "00000001" + H264High720)]
    [InlineData(Codec.H264, "00000001" + H264PictureSet)]
    [InlineData(Codec.H265, "")]
    [InlineData(Codec.H265, "00000001" + H265Sps720 + "00000001" + H265PictureSet)]
    [InlineData(Codec.Av1, "")]
    [InlineData(Codec.Av1, "1200")]
    [InlineData(Codec.Av1, "81050C00")]
    [InlineData(Codec.Aac, "")]
    public void Extradata_without_all_parameter_sets_makes_no_track_yet(Codec codec, string hex) =>
        Assert.Null(TrackFactory.FromExtradata(codec, 1, Timescale.Mpeg, Bytes(hex)));

    [Theory]
    [InlineData(Codec.H264, "00000001" + H264High720 + "000001" + H264PictureSet, "avc1.64001F", 1280, 720)]
    [InlineData(Codec.H265, "000001" + H265Vps720 + "00000001" + H265Sps720 + "00000001" + H265PictureSet, "hvc1.1.6.L93.90", 1280, 720)]
    [InlineData(Codec.Av1, Av1Record720, "av01.0.05M.08", 1280, 720)]
    [InlineData(Codec.Av1, "1200" + "0A0B0000002D4CFFB3CCAF9004", "av01.0.05M.08", 1280, 720)]
    public void Extradata_of_either_form_makes_a_track(Codec codec, string hex, string codecString, int width, int height)
    {
        var track = TrackFactory.FromExtradata(codec, 3, Timescale.Mpeg, Bytes(hex));
        Assert.NotNull(track);
        Assert.Equal((3, codec, codecString, width, height), (track.Id, track.Codec, track.CodecString, track.Width, track.Height));
        Assert.Equal(track, TrackFactory.Create(codec, 3, Timescale.Mpeg, track.Config));
        Assert.Equal(track, TrackFactory.FromExtradata(codec, 3, Timescale.Mpeg, track.Config.Span));
    }

    [Fact]
    public void A_rate_that_no_camera_has_is_taken_for_none()
    {
        // Constrained Baseline, 16x16; the VUI's timing says 1 unit in a tick and 180000 ticks a second.
        var bits = "01000010" + "11000000" + "00011110" + "1" + "1" + "1" + "1" + "010" + "0" + "1" + "1" + "1" + "1" + "0" + "1" + "0000" + "1"
            + "1".PadLeft(32, '0') + Convert.ToString(180_000, 2).PadLeft(32, '0') + "0" + "1";
        byte[] sps = [0x67, .. Nal.RbspTests.Escape(BitText.Pack(bits))];
        Assert.Equal(90_000, Formats.H264.H264Sps.Parse(sps).FrameRate);
        var track = TrackFactory.FromExtradata(Codec.H264, 1, Timescale.Mpeg, [0, 0, 1, .. sps, 0, 0, 1, .. Bytes(H264PictureSet)]);
        Assert.Equal((16, 16, 0.0, 0L), (track!.Width, track.Height, track.FrameRate, track.NominalDuration.Ticks));
    }

    [Theory]
    [InlineData(Codec.H264)]
    [InlineData(Codec.H265)]
    [InlineData(Codec.Av1)]
    [InlineData(Codec.Aac)]
    public void Garbage_is_refused_with_what_came(Codec codec)
    {
        var failure = Assert.Throws<BitstreamException>(() => TrackFactory.Create(codec, 1, Timescale.Mpeg, new byte[] { 0xF8, 0xFF }));
        Assert.NotEmpty(failure.Message);
    }

    [Theory]
    [InlineData(Codec.PcmA, 8_000, 1, "alaw")]
    [InlineData(Codec.PcmU, 16_000, 2, "ulaw")]
    public void G711_needs_a_rate_and_channels_and_no_record(Codec codec, int rate, int channels, string codecString)
    {
        var track = TrackFactory.CreateG711(codec, 2, rate, channels);
        Assert.Equal((2, codec, codecString, rate, channels, rate, true), (track.Id, track.Codec, track.CodecString, track.SampleRate, track.Channels, track.Timescale.TicksPerSecond, track.Config.IsEmpty));
        Assert.Equal(MediaKind.Audio, track.Kind);
        Assert.Equal(rate / 50, track.TicksOf(rate / 50 * channels));
        Assert.Equal(track, TrackFactory.Create(Assert.Single(Formats.Mp4.MovieReader.Read(Formats.Mp4.InitSegment.ToArray([track])))));
        Assert.Throws<ArgumentOutOfRangeException>(() => TrackFactory.Create(codec, 2, track.Timescale, default));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(8_000, 0)]
    [InlineData(8_000, 9)]
    public void G711_that_cannot_be_is_refused(int rate, int channels) =>
        Assert.Throws<BitstreamException>(() => TrackFactory.CreateG711(Codec.PcmA, 1, rate, channels));

    [Fact]
    public void Audio_is_always_a_key_and_a_codec_without_NAL_units_has_four_byte_lengths()
    {
        Assert.True(AccessUnits.IsKeyFrame(Codec.Aac, [0x21]));
        Assert.Equal(4, TrackFactory.NalLengthSize(Codec.Aac, Bytes("1190")));
    }
}
