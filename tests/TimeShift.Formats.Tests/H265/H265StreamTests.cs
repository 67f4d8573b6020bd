using TimeShift.Core.Media;
using TimeShift.Formats.H265;
using TimeShift.Formats.Nal;
using TimeShift.Formats.Tests.Media;

namespace TimeShift.Formats.Tests.H265;

/// <summary>What x265 makes, held against what ffprobe and libavformat say about it.</summary>
public sealed class H265StreamTests
{
    private const string Plain = "-c:v libx265 -preset ultrafast -tag:v hvc1 -x265-params log-level=none:info=0:keyint=10:open-gop=0:bframes=0";
    private const string OpenGop = "-c:v libx265 -preset ultrafast -tag:v hvc1 -x265-params log-level=none:info=0:keyint=12:open-gop=1:bframes=3";

    public static TheoryData<string, string, string> Encodes => new()
    {
        { "320x180", "25", Plain },
        { "320x180", "30000/1001", OpenGop },
        { "322x178", "50", "-c:v libx265 -preset ultrafast -tag:v hvc1 -pix_fmt yuv420p10le -x265-params log-level=none" },
        { "322x178", "15", "-c:v libx265 -preset ultrafast -tag:v hvc1 -pix_fmt yuv422p -x265-params log-level=none:scaling-list=default" },
        { "322x178", "25", "-c:v libx265 -preset ultrafast -tag:v hvc1 -pix_fmt yuv444p12le -x265-params log-level=none:temporal-layers=3:high-tier=1:level-idc=4" },
        { "320x180", "25", "-c:v libx265 -preset ultrafast -tag:v hvc1 -colorspace bt709 -color_primaries bt709 -color_trc bt709 -x265-params log-level=none:hrd=1:vbv-maxrate=1000:vbv-bufsize=1000:sar=2" },
    };

    [Theory]
    [MemberData(nameof(Encodes))]
    public void The_track_says_what_ffprobe_says(string size, string rate, string encoder)
    {
        var path = EncodedMedia.Video(size, rate, encoder, "mp4");
        var probed = ProbedStream.Read(path, "v:0");
        var record = BoxContent.Find(path, "hvcC");
        var track = TrackFactory.Create(Codec.H265, 1, Timescale.Mpeg, record);
        Assert.Equal((probed.Width, probed.Height), (track.Width, track.Height));
        Assert.Equal(probed.FrameRate, track.FrameRate, 0.001);
        Assert.Equal(90000 / probed.FrameRate, track.NominalDuration.Ticks, 1.0);
        Assert.Equal(probed.Level, HevcConfiguration.Read(record).ProfileTierLevel.LevelIdc);
    }

    [Theory]
    [MemberData(nameof(Encodes))]
    public void The_record_is_built_as_libavformat_builds_it(string size, string rate, string encoder)
    {
        var path = EncodedMedia.Video(size, rate, encoder, "mp4");
        var record = BoxContent.Find(path, "hvcC");
        Assert.Equal(record, HevcConfiguration.Read(record).Write());
        var elementary = File.ReadAllBytes(EncodedMedia.Remux(path, "hevc"));
        var sets = new ParameterSets(Codec.H265);
        Assert.True(sets.TryUpdate(elementary, NalFraming.AnnexB, out var collected));
        // libavformat keeps x265's SEI as an array of its own; all before the arrays, and the parameter sets in them, is the same.
        Assert.Equal(record[..22], collected[..22]);
        int[] types = [H265Nal.Vps, H265Nal.Sps, H265Nal.Pps];
        Assert.All(types, type => Assert.Equal(HevcConfiguration.Read(record).Units(type), HevcConfiguration.Read(collected).Units(type)));
        Assert.Equal(collected, TrackFactory.FromExtradata(Codec.H265, 1, Timescale.Mpeg, elementary)!.Config.ToArray());
    }

    [Theory]
    [InlineData(Plain)]
    [InlineData(OpenGop)]
    public void Key_frames_are_what_libavformat_calls_so(string encoder)
    {
        var path = EncodedMedia.Video("320x180", "25", encoder, "mp4");
        var packets = ProbedStream.Read(path, "v:0").ReadPackets(path).ToList();
        Assert.True(packets.Count(p => p.IsKey) > 1);
        Assert.Equal(packets.Select(p => p.IsKey), packets.Select(p => AccessUnits.IsKeyFrame(Codec.H265, p.Data)));
    }

    [Theory]
    [InlineData(Plain)]
    [InlineData(OpenGop)]
    public void The_elementary_stream_becomes_the_samples_of_the_file(string encoder) => StreamAssert.ConvertsBothWays(
        Codec.H265, EncodedMedia.Video("320x180", "25", encoder, "mp4"), "hevc", "hvcC");
}
