using System.Text;
using TimeShift.Formats.Hls;
using TimeShift.Formats.Tests.Fuzz;

namespace TimeShift.Formats.Tests.Hls;

/// <summary>Playlists of other projects, good and bad.</summary>
public class PlaylistCorpusTests
{
    /// <summary>Golden folders: what is read from <c>input.m3u8</c> is written as <c>expected.m3u8</c>.</summary>
    public static TheoryData<string> Cases => [.. Directory.GetDirectories(Assets).Select(d => Path.GetFileName(d)!).Order(StringComparer.Ordinal)];

    private static string Assets
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "TimeShift.sln"))) folder = folder.Parent!;
            return Path.Combine(folder.FullName, "tests", "TimeShift.Formats.Tests", "Hls", "assets");
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_golden_case_is_written_as_expected_and_stays_so(string name)
    {
        var expected = File.ReadAllText(Path.Combine(Assets, name, "expected.m3u8"));
        foreach (var file in new[] { "input.m3u8", "expected.m3u8" })
        {
            var read = PlaylistParser.Parse(File.ReadAllBytes(Path.Combine(Assets, name, file)));
            Assert.Equal(expected, Encoding.UTF8.GetString(PlaylistFuzz.Written(read)));
        }
    }

    [Fact]
    public void Whatever_comes_only_a_playlist_fault_comes_out()
    {
        var golden = Directory.GetFiles(Assets, "*.m3u8", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(File.ReadAllBytes);
        FuzzRunner.Run(PlaylistFuzz.Target, typeof(PlaylistFormatException), [.. golden, .. GoCorpus.Read("gohlslib/fuzz/FuzzPlaylistUnmarshal")]);
    }

    [Fact]
    public void Playlists_of_other_projects_are_read_or_refused_with_a_line()
    {
        var files = Directory.GetFiles(SharedMedia.Require("m3u8"), "*.m3u8", SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        FuzzRunner.Run(PlaylistFuzz.Target, typeof(PlaylistFormatException), files.Order(StringComparer.Ordinal).Select(File.ReadAllBytes), mutationsPerSeed: 20);
    }

    /// <summary>Segments, media sequence, discontinuity sequence, type, ENDLIST, target duration and the sum of durations, read off the files by hand.</summary>
    [Theory]
    [InlineData("globocom/playlists/relative-playlist.m3u8", 6, 0, 0, PlaylistType.Live, true, 5220, 31320)]
    [InlineData("vhs/disc-sequence.m3u8", 4, 0, 3, PlaylistType.Live, true, 19, 50)]
    [InlineData("vhs/encrypted.m3u8", 6, 7794, 0, PlaylistType.Live, false, 15, 75.166)]
    [InlineData("vhs/event.m3u8", 6, 0, 0, PlaylistType.Event, true, 10, 58)]
    [InlineData("vhs/playlist.m3u8", 17, 0, 0, PlaylistType.Vod, true, 10, 161.4167)]
    [InlineData("vhs/prog_index.m3u8", 101, 1, 0, PlaylistType.Vod, true, 6, 600.59767)]
    [InlineData("vhs/whiteSpace.m3u8", 4, 0, 0, PlaylistType.Vod, true, 10, 40)]
    [InlineData("vhs/zeroDuration.m3u8", 1, 0, 0, PlaylistType.Vod, true, 10, 0)]
    [InlineData("videojs-m3u8-parser/diff-init-key.m3u8", 11, 7794, 0, PlaylistType.Live, false, 15, 122.166)]
    [InlineData("videojs-m3u8-parser/iFramesOnly.m3u8", 6, 0, 0, PlaylistType.Vod, true, 3, 12.012)]
    [InlineData("videojs-m3u8-parser/llhls.m3u8", 7, 266, 0, PlaylistType.Live, false, 4, 28.00056)]
    [InlineData("videojs-m3u8-parser/llhlsDelta.m3u8", 4, 266, 0, PlaylistType.Live, false, 4, 16.00032)]
    public void A_good_media_playlist_is_read(
        string file, int segments, long sequence, long discontinuity, PlaylistType type, bool ended, int target, double sum)
    {
        var playlist = PlaylistParser.ParseMedia(File.ReadAllBytes(SharedMedia.Require(Path.Combine("m3u8", file))));
        Assert.Equal((segments, sequence, discontinuity), (playlist.Segments.Count, playlist.MediaSequence, playlist.DiscontinuitySequence));
        Assert.Equal((type, ended, TimeSpan.FromSeconds(target)), (playlist.Type, playlist.EndList, playlist.TargetDuration));
        Assert.Equal(sum, playlist.Segments.Sum(s => s.Duration.TotalSeconds), 6);
    }

    [Theory]
    [InlineData("videojs-m3u8-parser/master-fmp4.m3u8", 24, 5, 6)]
    [InlineData("videojs-m3u8-parser/iFramePlaylist.m3u8", 9, 0, 9)]
    [InlineData("vhs/alternateAudio.m3u8", 2, 3, 0)]
    [InlineData("vhs/multipleVideo.m3u8", 2, 7, 0)]
    public void A_good_multivariant_playlist_is_read(string file, int variants, int renditions, int iFrames)
    {
        var playlist = PlaylistParser.ParseMultivariant(File.ReadAllBytes(SharedMedia.Require(Path.Combine("m3u8", file))));
        Assert.Equal((variants, renditions, iFrames), (playlist.Variants.Count, playlist.Renditions.Count, playlist.IFrameVariants.Count));
    }

    [Theory]
    [InlineData("vhs/byteRange.m3u8", 13)]
    [InlineData("vhs/emptyMediaSequence.m3u8", 3)]
    [InlineData("vhs/invalidPlaylistType.m3u8", 2)]
    [InlineData("vhs/invalidTargetDuration.m3u8", 2)]
    [InlineData("vhs/missingSegmentDuration.m3u8", 8)]
    [InlineData("vhs/twoMediaSequences.m3u8", 4)]
    [InlineData("videojs-m3u8-parser/extinf.m3u8", 9)]
    [InlineData("videojs-m3u8-parser/headerOnly.m3u8", 1)]
    [InlineData("videojs-m3u8-parser/manifestNoExtM3u.m3u8", 1)]
    [InlineData("videojs-m3u8-parser/negativeMediaSequence.m3u8", 3)]
    [InlineData("videojs-m3u8-parser/versionInvalid.m3u8", 3)]
    public void A_bad_playlist_is_refused_at_its_line(string file, int line)
    {
        var bytes = File.ReadAllBytes(SharedMedia.Require(Path.Combine("m3u8", file)));
        Assert.Equal(line, Assert.Throws<PlaylistFormatException>(() => PlaylistParser.Parse(bytes)).Line);
    }

    [Fact]
    public void The_low_latency_example_has_its_parts_hints_and_reports()
    {
        var playlist = PlaylistParser.ParseMedia(File.ReadAllBytes(SharedMedia.Require("m3u8/videojs-m3u8-parser/llhls.m3u8")));
        Assert.Equal(TimeSpan.FromTicks(3_333_400), playlist.PartTarget);
        Assert.Equal(TimeSpan.FromSeconds(12), playlist.ServerControl!.CanSkipUntil);
        Assert.Equal([0, 0, 0, 0, 0, 12, 12], playlist.Segments.Select(s => s.Parts.Count));
        Assert.True(playlist.Segments[5].Parts[4].Independent);
        Assert.True(playlist.Segments[6].Parts[0].Gap);
        Assert.Equal("filePart273.0.mp4", playlist.Open!.Parts[0].Uri);
        Assert.Equal([PreloadHintType.Part, PreloadHintType.Map], playlist.PreloadHints.Select(h => h.Type));
        Assert.Equal(2, playlist.RenditionReports.Count);
        Assert.Equal(273, playlist.RenditionReports[0].LastMediaSequence);
    }
}
