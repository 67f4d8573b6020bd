using TimeShift.FFmpeg.Libraries;

namespace TimeShift.FFmpeg.Tests.Libraries;

public sealed class FFmpegLibrariesTests
{
    [Fact]
    public void The_installed_libraries_are_found_and_fit()
    {
        FFmpegLibraries.Check();
        var versions = FFmpegLibraries.Versions();
        Assert.Equal(["libavutil", "libavcodec", "libavformat", "libavfilter", "libswscale", "libswresample"], versions.Select(v => v.Name));
        Assert.All(versions, v => Assert.True(v.IsUsable, v.Fault));
        Assert.StartsWith("59.", versions[2].Installed, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_library_comes_with_the_command_that_installs_it()
    {
        var version = FFmpegLibraries.Judge("libavformat", 59, 27, null);
        Assert.Null(version.Installed);
        Assert.Contains("libavformat.so.59 is not installed", version.Fault, StringComparison.Ordinal);
        Assert.Contains("apt-get install -y --no-install-recommends libavformat59", version.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_major_is_named_with_both_versions_and_the_ways_out()
    {
        var version = FFmpegLibraries.Judge("libavformat", 59, 27, 61 << 16 | 7 << 8 | 103);
        Assert.Equal("61.7.103", version.Installed);
        Assert.Contains("libavformat 61.7.103 is installed, 59.27 is needed", version.Fault, StringComparison.Ordinal);
        Assert.Contains("build/bindings", version.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void An_older_minor_does_not_fit_and_a_newer_one_does()
    {
        Assert.False(FFmpegLibraries.Judge("libavutil", 57, 28, 57 << 16 | 17 << 8 | 100).IsUsable);
        Assert.True(FFmpegLibraries.Judge("libavutil", 57, 28, 57 << 16 | 30 << 8 | 100).IsUsable);
    }

    [Fact]
    public void Hardware_is_probed_without_a_crash_or_a_word_on_the_console()
    {
        var devices = HardwareDevices.Probe();
        Assert.Contains(devices, d => d.Name == "vaapi");
        Assert.All(devices, d => Assert.True(d.IsUsable || d.Fault!.Length > 0));
    }
}
