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
}
