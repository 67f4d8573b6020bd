using TimeShift.Core.Packets;
using TimeShift.Recording.Tests.Fixtures;

namespace TimeShift.Recording.Tests;

/// <summary>What is recorded is what was published, packet for packet, and ffprobe has nothing to say about the file.</summary>
public class RealFootageTests
{
    public static TheoryData<string> Kinds => ["h264", "h264-alone", "hevc", "aac"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_recording_has_the_packets_that_were_published(string kind)
    {
        var footage = kind switch
        {
            "h264" => Footage.H264WithAac(),
            "h264-alone" => Footage.H264Alone(),
            "hevc" => Footage.Hevc(),
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
            Assert.Equal("", Tool.Complaints("ffmpeg", "-v", "warning", "-nostdin", "-i", reel.MediaPath, "-f", "null", "-"));
            var source = Tool.Run("ffprobe", "-v", "error", "-show_entries", "packet=stream_index,size,flags", "-of", "csv", footage.Path);
            var recorded = Tool.Run("ffprobe", "-v", "error", "-show_entries", "packet=stream_index,size,flags", "-of", "csv", reel.MediaPath);
            Assert.Equal(source.Split('\n').Order(), recorded.Split('\n').Order());
        }

        Assert.Equal(outstanding, PacketPool.Shared.Outstanding);
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
