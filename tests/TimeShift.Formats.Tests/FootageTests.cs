using TimeShift.Core.Media;
using TimeShift.Formats.Tests.Media;

namespace TimeShift.Formats.Tests;

/// <summary>Real cameras' footage and other muxers' files, held against ffprobe.</summary>
public sealed class FootageTests
{
    [Theory]
    [InlineData("footage/car-detection.mp4", Codec.H264, "avcC")]
    [InlineData("footage/bottle-detection.mp4", Codec.H264, "avcC")]
    [InlineData("footage/solidWhiteRight.mp4", Codec.H264, "avcC")]
    [InlineData("footage/udacity-test_video.mp4", Codec.H264, "avcC")]
    [InlineData("derived/car-bframes-30s.mp4", Codec.H264, "avcC")]
    [InlineData("derived/car-h265-30s.mp4", Codec.H265, "hvcC")]
    [InlineData("mp4ff/mp4_bbb_prog_10s.mp4", Codec.H264, "avcC")]
    [InlineData("mp4ff/cmd_mp4ff-nallister_h264.mp4", Codec.H264, "avcC")]
    [InlineData("mp4ff/cmd_mp4ff-nallister_hevc.mp4", Codec.H265, "hvcC")]
    [InlineData("mp4ff/mp4_ed_hevc.mp4", Codec.H265, "hvcC")]
    public void Size_and_key_frames_are_what_ffprobe_says(string file, Codec codec, string recordType)
    {
        var path = SharedMedia.Require(file);
        var probed = ProbedStream.Read(path, "v:0");
        var track = TrackFactory.Create(codec, 1, Timescale.Mpeg, BoxContent.Find(path, recordType));
        Assert.Equal((probed.Width, probed.Height), (track.Width, track.Height));
        if (track.FrameRate > 0) Assert.Equal(probed.FrameRate, track.FrameRate, 0.01);
        var packets = probed.ReadPackets(path).ToList();
        Assert.Contains(packets, p => p.IsKey);
        Assert.Equal(packets.Select(p => p.IsKey), packets.Select(p => AccessUnits.IsKeyFrame(codec, p.Data)));
    }

    [Theory]
    [InlineData("mp4ff/mp4_hvc1_init.mp4", Codec.H265, "hvcC", "hvc1.1.6.L63.90")]
    [InlineData("mp4ff/mp4_av1_init.mp4", Codec.Av1, "av1C", "av01.0.00M.08")]
    [InlineData("mp4ff/cmd_mp4ff-mvhevc_stereo_spatial.mp4", Codec.H265, "hvcC", "hvc1.1.6.L60.B0")]
    public void Codec_strings_of_other_muxers_records(string file, Codec codec, string recordType, string expected) =>
        Assert.Equal(expected, TrackFactory.Create(codec, 1, Timescale.Mpeg, BoxContent.Find(SharedMedia.Require(file), recordType)).CodecString);

    [Theory]
    [InlineData("avc_blackframe.264", Codec.H264)]
    [InlineData("cmd_mp4ff-nallister_4pics.264", Codec.H264)]
    [InlineData("cmd_mp4ff-nallister_hevc.265", Codec.H265)]
    [InlineData("hevc_blackframe.265", Codec.H265)]
    public void Elementary_streams_have_tracks(string file, Codec codec)
    {
        var path = SharedMedia.Require(Path.Combine("mp4ff", file));
        var track = TrackFactory.FromExtradata(codec, 1, Timescale.Mpeg, File.ReadAllBytes(path));
        var probed = ProbedStream.Read(path, "v:0");
        Assert.NotNull(track);
        Assert.Equal((probed.Width, probed.Height), (track.Width, track.Height));
    }
}
