using System.Buffers;
using TimeShift.Core.Media;
using TimeShift.Formats.Mp4;

namespace TimeShift.Formats.Tests.Mp4;

public class InitSegmentTests
{
    public static TheoryData<string> Cases => ["h264", "h265", "av1", "aac", "h264-aac", "h264-alaw", "ulaw"];

    internal static Track[] TracksOf(string name) => name switch
    {
        "h264" => [TestTracks.H264],
        "h265" => [TestTracks.H265],
        "av1" => [TestTracks.Av1],
        "aac" => [TestTracks.Aac],
        "h264-alaw" => [TestTracks.H264, TestTracks.ALaw],
        "ulaw" => [TestTracks.MuLaw],
        _ => [TestTracks.H264, TestTracks.Aac],
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_bytes_are_as_the_standard_has_them(string name) => Golden.Check($"init-{name}.txt", BoxDump.Of(InitSegment.ToArray(TracksOf(name))));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Tracks_are_read_as_they_were_written(string name)
    {
        var tracks = TracksOf(name);
        var read = MovieReader.Read(InitSegment.ToArray(tracks));
        Assert.Equal(tracks, read.Select(TestTracks.Of));
        Assert.All(read, track => Assert.Equal(new FragmentDefaults(track.Id, 0, 0, 0), track.Defaults));
    }

    [Fact]
    public void The_same_tracks_make_the_same_bytes() =>
        Assert.Equal(InitSegment.ToArray([TestTracks.H264, TestTracks.Aac]), InitSegment.ToArray([TestTracks.H264, TestTracks.Aac]));

    [Fact]
    public void It_goes_where_the_writer_stands()
    {
        var output = new ArrayBufferWriter<byte>();
        output.Write("before"u8);
        InitSegment.Write(output, [TestTracks.Aac]);
        Assert.Equal(InitSegment.ToArray([TestTracks.Aac]), output.WrittenSpan[6..].ToArray());
    }

    [Fact]
    public void A_long_configuration_record_fits()
    {
        foreach (var length in (int[])[0, 1, 100, 127, 128, 16_000, 70_000])
        {
            var config = new byte[length];
            new Random(length).NextBytes(config);
            var track = new Track { Id = 9, Codec = Codec.H265, Timescale = Timescale.Mpeg, CodecString = "", Width = 65535, Height = 65535, Config = config };
            Assert.Equal(track, TestTracks.Of(Assert.Single(MovieReader.Read(InitSegment.ToArray([track])))));
        }
    }

    [Theory]
    [InlineData(65536, 240)]
    [InlineData(320, 65536)]
    [InlineData(-1, 240)]
    public void A_picture_too_large_for_a_sample_entry_is_refused(int width, int height)
    {
        var track = new Track { Id = 1, Codec = Codec.H264, Timescale = Timescale.Mpeg, CodecString = "", Width = width, Height = height, Config = default };
        Assert.Throws<ArgumentException>(() => InitSegment.ToArray([track]));
    }

    [Fact]
    public void No_track_is_refused() => Assert.Throws<ArgumentException>(() => InitSegment.ToArray([]));
}
