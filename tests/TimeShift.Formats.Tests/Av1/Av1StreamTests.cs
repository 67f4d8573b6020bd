using TimeShift.Core.Media;
using TimeShift.Formats.Av1;
using TimeShift.Formats.Nal;
using TimeShift.Formats.Tests.Media;

namespace TimeShift.Formats.Tests.Av1;

/// <summary>What SVT-AV1 and libaom make, held against what ffprobe and libavformat say about it.</summary>
public sealed class Av1StreamTests
{
    private const string Svt = "-c:v libsvtav1 -preset 12 -g 10";

    public static TheoryData<string, string, string> Encodes => new()
    {
        { "320x180", "25", Svt },
        { "320x180", "30", "-c:v libsvtav1 -preset 12 -pix_fmt yuv420p10le" },
        { "322x182", "25", "-c:v libaom-av1 -cpu-used 8 -usage realtime -g 10" },
        { "322x182", "25", "-c:v libaom-av1 -cpu-used 8 -usage realtime -pix_fmt yuv444p" },
        { "322x182", "25", "-c:v libaom-av1 -cpu-used 8 -usage realtime -pix_fmt yuv422p12le" },
        { "320x180", "25", "-c:v libaom-av1 -cpu-used 8 -usage realtime -pix_fmt gray" },
    };

    [Theory]
    [MemberData(nameof(Encodes))]
    public void The_track_says_what_ffprobe_says(string size, string rate, string encoder)
    {
        var path = EncodedMedia.Video(size, rate, encoder, "mp4");
        var probed = ProbedStream.Read(path, "v:0");
        var track = TrackFactory.Create(Codec.Av1, 1, Timescale.Mpeg, BoxContent.Find(path, "av1C"));
        Assert.Equal((probed.Width, probed.Height), (track.Width, track.Height));
        Assert.Equal(DashCodecs.Read(path)[..13], track.CodecString);
    }

    [Theory]
    [MemberData(nameof(Encodes))]
    public void The_record_is_written_as_libavformat_writes_it(string size, string rate, string encoder)
    {
        var path = EncodedMedia.Video(size, rate, encoder, "mp4");
        var record = BoxContent.Find(path, "av1C");
        Assert.Equal(record, Av1Configuration.Read(record).Write());
        var packets = ProbedStream.Read(path, "v:0").ReadPackets(path).ToList();
        var sets = new ParameterSets(Codec.Av1);
        Assert.True(sets.TryUpdate(packets[0].Data, NalFraming.LengthPrefixed, out var collected));
        // SVT-AV1's sequence header of before the first frame differs in tools from the one in band.
        if (!encoder.Contains("svt", StringComparison.Ordinal)) Assert.Equal(record, collected);
        Assert.Equal(record[..4], collected[..4]);
        Assert.Equal(Av1Configuration.Read(record).ParseSequenceHeader(), Av1Configuration.Read(collected).ParseSequenceHeader());
        Assert.Equal(collected, TrackFactory.FromExtradata(Codec.Av1, 1, Timescale.Mpeg, packets[0].Data)!.Config.ToArray());
    }

    [Theory]
    [MemberData(nameof(Encodes))]
    public void Key_frames_are_what_libavformat_calls_so(string size, string rate, string encoder)
    {
        var path = EncodedMedia.Video(size, rate, encoder, "mp4");
        var packets = ProbedStream.Read(path, "v:0").ReadPackets(path).ToList();
        Assert.Contains(packets, p => p.IsKey);
        Assert.Contains(packets, p => !p.IsKey);
        Assert.Equal(packets.Select(p => p.IsKey), packets.Select(p => AccessUnits.IsKeyFrame(Codec.Av1, p.Data)));
    }

    [Fact]
    public void The_low_overhead_stream_becomes_the_samples_of_the_file()
    {
        var path = EncodedMedia.Video("320x180", "25", Svt, "mp4");
        byte[] samples = [.. ProbedStream.Read(path, "v:0").ReadPackets(path).SelectMany(p => p.Data)];
        var stream = File.ReadAllBytes(EncodedMedia.Remux(path, "obu"));
        Assert.Equal(0x12, stream[0]); // it begins with a temporal delimiter, which samples have not
        var converted = new byte[TemporalUnit.SampleSize(stream)];
        Assert.Equal(converted.Length, TemporalUnit.ToSample(stream, converted));
        Assert.Equal(samples, converted);
    }
}
