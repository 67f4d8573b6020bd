using System.Text.RegularExpressions;
using FFmpeg.AutoGen;

namespace TimeShift.FFmpeg.Tests.Bindings;

public sealed partial class GeneratorTests
{
    private static readonly string[] _madeFiles = ["src/TimeShift.FFmpeg/Generated", "native", "tests/TimeShift.FFmpeg.Tests/Generated"];

    [Fact]
    public void The_committed_bindings_are_what_the_generator_makes_of_these_headers()
    {
        if (Repository.Run("clang-14", "--version").ExitCode != 0) Assert.Skip("clang-14 is not installed.");
        SkipUnlessHeadersMatch();
        using var folder = new TemporaryFolder();
        var (code, output, errors) = Repository.Run(Repository.Path("build/bindings"), folder.Root);
        Assert.True(code == 0, output + errors);

        var made = Directory.GetFiles(folder.Root, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(folder.Root, f)).Order().ToList();
        var committed = _madeFiles.SelectMany(d => Directory.GetFiles(Repository.Path(d), "*.g.*", SearchOption.AllDirectories))
            .Select(f => Path.GetRelativePath(Repository.Root, f)).Order().ToList();
        Assert.Equal(committed, made);
        Assert.All(made, f => Assert.True(File.ReadAllText(folder.File(f)) == File.ReadAllText(Repository.Path(f)), $"{f} differs"));
    }

    // The output is bound to minor versions too: a later 5.1 may have more functions.
    private static void SkipUnlessHeadersMatch()
    {
        (string Library, int Minor, int Micro)[] expected =
        [
            ("libavformat", ffmpeg.LIBAVFORMAT_VERSION_MINOR, ffmpeg.LIBAVFORMAT_VERSION_MICRO),
            ("libavcodec", ffmpeg.LIBAVCODEC_VERSION_MINOR, ffmpeg.LIBAVCODEC_VERSION_MICRO),
            ("libavfilter", ffmpeg.LIBAVFILTER_VERSION_MINOR, ffmpeg.LIBAVFILTER_VERSION_MICRO),
            ("libavutil", ffmpeg.LIBAVUTIL_VERSION_MINOR, ffmpeg.LIBAVUTIL_VERSION_MICRO),
        ];
        foreach (var (library, minor, micro) in expected)
        {
            var header = Path.Combine("/usr/include/x86_64-linux-gnu", library, "version.h");
            if (!File.Exists(header)) Assert.Skip($"{header} is not installed.");
            var text = File.ReadAllText(header);
            var installed = (Number("MINOR", text), Number("MICRO", text));
            if (installed != (minor, micro)) Assert.Skip($"{library}'s headers are of version {installed}, the bindings were made from {(minor, micro)}.");
        }
    }

    private static int Number(string part, string text) =>
        int.Parse(VersionLine().Matches(text).First(m => m.Groups[1].Value == part).Groups[2].Value, System.Globalization.CultureInfo.InvariantCulture);

    [GeneratedRegex(@"#define LIB\w+_VERSION_(MINOR|MICRO)\s+(\d+)")]
    private static partial Regex VersionLine();
}
