using TimeShift.Core.Media;
using TimeShift.Formats.Mp4;

namespace TimeShift.Formats.Tests.Mp4;

/// <summary>What real encoders made, through our reader and writer, judged by ffmpeg.</summary>
public sealed class RealMediaTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mp4-").FullName;

    public static TheoryData<string, Codec> Encoders => new()
    {
        { "libx264 -preset veryfast -bf 2", Codec.H264 },
        { "libx264 -preset ultrafast -tune zerolatency", Codec.H264 },
        { "libx265 -preset ultrafast -tag:v hvc1 -x265-params log-level=none:bframes=2:keyint=25", Codec.H265 },
        { "libsvtav1 -preset 12", Codec.Av1 },
    };

    public static TheoryData<string> Footage => [
        "footage/car-detection.mp4", "footage/bottle-detection.mp4", "footage/udacity-test_video.mp4", "derived/car-bframes-30s.mp4", "derived/car-h265-30s.mp4"];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Encoders))]
    public void Encoded_pictures_and_sound_come_through(string encoder, Codec codec)
    {
        var source = Encode(encoder, withAudio: true);
        var remux = new Remux();
        var reel = Save("reel.mp4", remux.Run(File.ReadAllBytes(source)));
        Assert.Equal([codec, Codec.Aac], remux.Tracks.Select(t => t.Codec!.Value));
        Assert.True(remux.Fragments >= 8);
        AssertSame(source, reel);
        Assert.Equal(codec switch { Codec.H264 => "avc1", Codec.H265 => "hvc1", _ => "av01" }, Tag(reel));
    }

    [Theory]
    [MemberData(nameof(Encoders))]
    public void Parts_of_a_few_samples_come_through(string encoder, Codec codec)
    {
        var source = Encode(encoder, withAudio: true);
        var remux = new Remux();
        var reel = Save("reel.mp4", remux.Run(File.ReadAllBytes(source), samplesPerFragment: 7));
        Assert.True(remux.Fragments > 100 / 7, $"{codec}: {remux.Fragments} fragments");
        AssertSame(source, reel);
    }

    [Fact]
    public void Sound_alone_comes_through()
    {
        var source = Path.Combine(_folder, "source.mp4");
        FfmpegTool.Run("ffmpeg", ["-v", "error", "-f", "lavfi", "-i", "sine=duration=4:sample_rate=44100", "-c:a", "aac", .. Fragmented(), source]);
        AssertSame(source, Save("reel.mp4", new Remux().Run(File.ReadAllBytes(source))));
    }

    [Theory]
    [MemberData(nameof(Footage))]
    public void Footage_of_cameras_comes_through(string name)
    {
        var source = Path.Combine(_folder, "source.mp4");
        FfmpegTool.Run("ffmpeg", ["-v", "error", "-ignore_editlist", "1", "-i", SharedMedia.Require(name), "-t", "20", "-c", "copy", .. Fragmented(), source]);
        AssertSame(source, Save("reel.mp4", new Remux().Run(File.ReadAllBytes(source), samplesPerFragment: 20)));
    }

    [Fact]
    public void A_player_finds_the_mfra_and_its_times_are_those_of_the_fragments()
    {
        var reel = Save("reel.mp4", new Remux().Run(File.ReadAllBytes(Encode("libx264 -preset veryfast -bf 2", withAudio: true))));
        string[] byMfra = ["-use_mfra_for", "pts"];
        var (_, log) = FfmpegTool.Run("ffprobe", ["-v", "verbose", .. byMfra, reel]);
        Assert.Contains("stream has mfra", log, StringComparison.Ordinal);
        Assert.Contains("found mfra time", FfmpegTool.Run("ffprobe", ["-v", "debug", .. byMfra, reel]).Error, StringComparison.Ordinal);
        Assert.Equal(FfmpegTool.Packets(reel), FfmpegTool.Packets(reel, byMfra));
    }

    [Theory]
    [InlineData("auto", true)]
    // With mfra, ffmpeg 5.1 compares the times of fragments of all tracks without looking at their timescales: one track only.
    [InlineData("pts", false)]
    public void A_player_seeks_to_the_key_frame_before(string mfra, bool withAudio)
    {
        var source = Encode("libx264 -preset veryfast -bf 2", withAudio);
        var reel = Save("reel.mp4", new Remux().Run(File.ReadAllBytes(source), samplesPerFragment: 5));
        var all = FfmpegTool.Packets(reel).Where(p => p.Contains("stream_index=0", StringComparison.Ordinal)).ToArray();
        var found = FfmpegTool.Packets(reel, "-use_mfra_for", mfra, "-select_streams", "0", "-read_intervals", "2.5%+#1");
        var key = all.Last(p => p.Contains("flags=K", StringComparison.Ordinal) && Field(p, "pts") <= 2.5 * 12_800);
        Assert.Equal([key], found);
        Assert.InRange(Field(key, "pts"), 2 * 12_800, 2.5 * 12_800);
    }

    [Fact]
    public void A_single_track_is_a_stream_of_its_own()
    {
        var source = File.ReadAllBytes(Encode("libx264 -preset veryfast -bf 2", withAudio: true));
        var both = new Remux().Run(source);
        var tracks = MovieReader.Read(both);
        var boxes = TopLevelBoxes.Enumerate(both);
        using var video = new MemoryStream();
        video.Write(InitSegment.ToArray([TestTracks.Of(tracks[0])]));
        while (boxes.MoveNext())
        {
            if (boxes.Header.Type != FourCc.Moof) continue;
            var reader = new FragmentReader(boxes.Current);
            Assert.True(reader.TryReadTrack(out var fragment));
            if (fragment.TrackId == tracks[0].Id) video.Write(both.AsSpan(boxes.Offset, (int)(fragment.DataOffset + fragment.DataSize)));
        }

        var path = Save("video.mp4", video.ToArray());
        AssertClean(path);
        var whole = FfmpegTool.Packets(Save("both.mp4", both)).Where(p => p.Contains("stream_index=0", StringComparison.Ordinal));
        Assert.Equal(whole, FfmpegTool.Packets(path));
    }

    private static double Field(string packet, string name) =>
        double.Parse(packet.Split('|').First(f => f.StartsWith(name + "=", StringComparison.Ordinal))[(name.Length + 1)..], System.Globalization.CultureInfo.InvariantCulture);

    private static string[] Fragmented() => ["-f", "mp4", "-movflags", "frag_keyframe+empty_moov+default_base_moof", "-y"];

    private static string Tag(string path) =>
        FfmpegTool.Run("ffprobe", "-v", "error", "-select_streams", "0", "-show_entries", "stream=codec_tag_string", "-of", "csv=p=0", path).Output.Trim();

    private static void AssertClean(string path)
    {
        Assert.Equal("", FfmpegTool.Run("ffprobe", "-v", "warning", "-show_packets", path).Error);
        Assert.Equal("", FfmpegTool.Run("ffmpeg", "-v", "warning", "-i", path, "-f", "null", "-").Error);
    }

    private static void AssertSame(string source, string reel)
    {
        AssertClean(reel);
        var expected = FfmpegTool.Packets(source, "-ignore_editlist", "1");
        Assert.NotEmpty(expected);
        Assert.Equal(expected, FfmpegTool.Packets(reel));
    }

    private string Save(string name, byte[] bytes)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private string Encode(string encoder, bool withAudio)
    {
        var path = Path.Combine(_folder, "source.mp4");
        string[] audio = withAudio ? ["-f", "lavfi", "-i", "sine=duration=4:sample_rate=48000", "-ac", "2", "-c:a", "aac"] : [];
        FfmpegTool.Run("ffmpeg", [
            "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=320x240:rate=25:duration=4", .. audio, "-pix_fmt", "yuv420p", "-c:v", .. encoder.Split(' '), "-g", "25",
            .. Fragmented(), path]);
        return path;
    }
}
