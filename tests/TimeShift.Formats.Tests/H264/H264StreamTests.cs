using TimeShift.Core.Media;
using TimeShift.Formats.H264;
using TimeShift.Formats.Nal;
using TimeShift.Formats.Tests.Media;

namespace TimeShift.Formats.Tests.H264;

/// <summary>What x264 makes, held against what ffprobe and libavformat say about it.</summary>
public sealed class H264StreamTests
{
    private const string Baseline = "-c:v libx264 -preset ultrafast -profile:v baseline -g 10";
    private const string BFrames = "-c:v libx264 -preset veryfast -profile:v high -bf 3 -g 12";

    public static TheoryData<string, string, string> Encodes => new()
    {
        { "320x180", "25", Baseline },
        { "320x180", "25", BFrames },
        { "320x180", "30000/1001", "-c:v libx264 -preset ultrafast -profile:v main -bf 2" },
        { "322x178", "50", "-c:v libx264 -preset ultrafast -profile:v high" },
        { "320x180", "25", "-c:v libx264 -preset ultrafast -x264-params cqm=jvt" },
        { "320x180", "25", "-c:v libx264 -preset ultrafast -x264-params tff=1" },
        { "322x182", "25", "-c:v libx264 -preset ultrafast -pix_fmt yuv422p -x264-params bff=1" },
        { "321x181", "25", "-c:v libx264 -preset ultrafast -pix_fmt yuv444p -x264-params cqm=jvt" },
        { "320x180", "12.5", "-c:v libx264 -preset ultrafast -pix_fmt yuv420p10le" },
        { "320x180", "15", "-c:v libx264 -preset ultrafast -pix_fmt gray" },
        { "320x180", "25", "-c:v libx264 -preset ultrafast -aspect 2:1 -colorspace bt709 -color_primaries bt709 -color_trc bt709" },
    };

    [Theory]
    [MemberData(nameof(Encodes))]
    public void The_track_says_what_ffprobe_says(string size, string rate, string encoder)
    {
        var path = EncodedMedia.Video(size, rate, encoder, "mp4");
        var probed = ProbedStream.Read(path, "v:0");
        var record = BoxContent.Find(path, "avcC");
        var track = TrackFactory.Create(Codec.H264, 1, Timescale.Mpeg, record);
        Assert.Equal((probed.Width, probed.Height), (track.Width, track.Height));
        Assert.Equal(probed.FrameRate, track.FrameRate, 0.001);
        Assert.Equal(90000 / probed.FrameRate, track.NominalDuration.Ticks, 1.0);
        Assert.Equal(probed.Level, AvcConfiguration.Read(record).Level);
        Assert.Equal(DashCodecs.Read(path), track.CodecString, ignoreCase: true);
    }

    [Theory]
    [MemberData(nameof(Encodes))]
    public void The_record_is_written_as_libavformat_writes_it(string size, string rate, string encoder)
    {
        var path = EncodedMedia.Video(size, rate, encoder, "mp4");
        var record = BoxContent.Find(path, "avcC");
        Assert.Equal(record, AvcConfiguration.Read(record).Write());
        var elementary = File.ReadAllBytes(EncodedMedia.Remux(path, "h264"));
        var sets = new ParameterSets(Codec.H264);
        Assert.True(sets.TryUpdate(elementary, NalFraming.AnnexB, out var collected));
        Assert.Equal(record, collected);
        Assert.Equal(record, TrackFactory.FromExtradata(Codec.H264, 1, Timescale.Mpeg, elementary)!.Config.ToArray());
    }

    [Theory]
    [InlineData(Baseline)]
    [InlineData(BFrames)]
    [InlineData("-c:v libx264 -preset ultrafast -g 12 -x264-params open-gop=1:bframes=2")]
    [InlineData("-c:v libx264 -preset ultrafast -x264-params intra-refresh=1:keyint=10")]
    public void Key_frames_are_the_IDR_pictures(string encoder)
    {
        var path = EncodedMedia.Video("320x180", "25", encoder, "mp4");
        var packets = ProbedStream.Read(path, "v:0").ReadPackets(path).ToList();
        Assert.Contains(packets, p => p.IsKey);
        // libavformat also marks recovery points, which are no IDR.
        foreach (var (data, _) in packets)
            Assert.Equal(NalUnitsOf(data).Any(nal => nal[0] % 32 == 5), AccessUnits.IsKeyFrame(Codec.H264, data));
        Assert.All(packets, p => Assert.True(p.IsKey || !AccessUnits.IsKeyFrame(Codec.H264, p.Data)));
        if (encoder is Baseline or BFrames)
            Assert.Equal(packets.Select(p => p.IsKey), packets.Select(p => AccessUnits.IsKeyFrame(Codec.H264, p.Data)));
    }

    [Theory]
    [InlineData(Baseline)]
    [InlineData(BFrames)]
    public void The_elementary_stream_becomes_the_samples_of_the_file(string encoder) => StreamAssert.ConvertsBothWays(
        Codec.H264, EncodedMedia.Video("320x180", "25", encoder, "mp4"), "h264", "avcC");

    internal static List<byte[]> NalUnitsOf(byte[] accessUnit)
    {
        var units = new List<byte[]>();
        foreach (var nal in NalUnits.InLengthPrefixed(accessUnit)) units.Add(nal.ToArray());
        return units;
    }
}
