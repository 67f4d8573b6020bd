using TimeShift.Core.Packets;
using TimeShift.Recording.Tests.Fixtures;

namespace TimeShift.Recording.Tests;

/// <summary>What is recorded is what was published, packet for packet, and ffprobe has nothing to say about the file.</summary>
public class RealFootageTests
{
    public static TheoryData<string> Kinds => ["h264", "h264-alone", "hevc", "aac", "h264-alaw", "h264-ulaw", "ulaw"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_recording_has_the_packets_that_were_published(string kind)
    {
        var footage = kind switch
        {
            "h264" => Footage.H264WithAac(),
            "h264-alone" => Footage.H264Alone(),
            "hevc" => Footage.Hevc(),
            "h264-alaw" => Footage.H264WithG711("pcm_alaw"),
            "h264-ulaw" => Footage.H264WithG711("pcm_mulaw"),
            "ulaw" => Footage.G711Alone("pcm_mulaw"),
            _ => Footage.AacAlone(),
        };
        var outstanding = PacketPool.Shared.Outstanding;
        await using (var studio = new Studio())
        {
            footage.PlayInto(studio);
            await studio.Stream.WhenWritten();
            CutRuleTests.AssertTargets(studio, 0.5, 25);
            var reel = Assert.Single(studio.Stream.Reels);
            var (tracks, packets) = Footage.Read(await File.ReadAllBytesAsync(reel.MediaPath, TestContext.Current.CancellationToken));
            Assert.Equal(footage.Tracks, tracks);
            for (var i = 0; i < tracks.Tracks.Length; i++) AssertEqual(Of(footage.Packets, i), Of(packets, i));
            Assert.Equal("", Tool.Complaints("ffprobe", "-v", "warning", "-show_packets", "-of", "compact", reel.MediaPath));
            // Of any file of PCM, it says that it guesses which channel is which.
            Assert.Equal("", Tool.Complaints("ffmpeg", "-v", kind.EndsWith("law", StringComparison.Ordinal) ? "error" : "warning", "-nostdin", "-i", reel.MediaPath, "-f", "null", "-"));
            var source = Tool.Run("ffprobe", "-v", "error", "-show_entries", "packet=stream_index,size,flags", "-of", "csv", footage.Path);
            var recorded = Tool.Run("ffprobe", "-v", "error", "-show_entries", "packet=stream_index,size,flags", "-of", "csv", reel.MediaPath);
            Assert.Equal(source.Split('\n').Order(), recorded.Split('\n').Order());
        }

        Assert.Equal(outstanding, PacketPool.Shared.Outstanding);
    }

    [Theory]
    [InlineData("pcm_alaw")]
    [InlineData("pcm_mulaw")]
    public async Task G711_has_the_length_of_its_bytes_and_FFmpeg_decodes_all_of_it(string codec)
    {
        foreach (var footage in (Footage[])[Footage.H264WithG711(codec), Footage.G711Alone(codec)])
        {
            await using var studio = new Studio();
            footage.PlayInto(studio);
            await studio.Stream.WhenWritten();
            var reel = Assert.Single(studio.Stream.Reels);
            var channels = footage.Tracks.Audio!.Channels;
            var lengths = Footage.Durations(await File.ReadAllBytesAsync(reel.MediaPath, TestContext.Current.CancellationToken), footage.Tracks.Audio.Id);
            Assert.Equal(footage.Packets.Where(p => p.Track == footage.Tracks.IndexOf(footage.Tracks.Audio)).Select(p => p.Data.Length / channels), lengths.Select(d => (int)d));
            Assert.Equal(8 * 8_000, lengths.Sum(d => d));
            var decoded = Tool.Run("ffmpeg", ["-v", "error", "-nostdin", "-i", reel.MediaPath, "-map", "0:a", "-c:a", "pcm_s16le", "-f", "md5", "-"]);
            Assert.Equal(Tool.Run("ffmpeg", ["-v", "error", "-nostdin", "-i", footage.Path, "-map", "0:a", "-c:a", "pcm_s16le", "-f", "md5", "-"]), decoded);
            if (!footage.Tracks.HasVideo) continue;
            string[] pictures = ["-map", "0:v", "-f", "md5", "-"];
            Assert.Equal(Tool.Run("ffmpeg", ["-v", "error", "-nostdin", "-i", footage.Path, .. pictures]), Tool.Run("ffmpeg", ["-v", "error", "-nostdin", "-i", reel.MediaPath, .. pictures]));
        }
    }

    private static List<FootagePacket> Of(IEnumerable<FootagePacket> packets, int track) => [.. packets.Where(p => p.Track == track)];

    private static void AssertEqual(List<FootagePacket> published, List<FootagePacket> recorded)
    {
        Assert.Equal(published.Count, recorded.Count);
        var shift = recorded[0].Dts - published[0].Dts;
        for (var i = 0; i < published.Count; i++)
        {
            Assert.Equal((published[i].Dts + shift, published[i].CompositionOffset, published[i].IsKey), (recorded[i].Dts, recorded[i].CompositionOffset, recorded[i].IsKey));
            Assert.Equal(published[i].Data, recorded[i].Data);
        }
    }
}
