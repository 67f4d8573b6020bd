using System.Net;
using Microsoft.Extensions.Configuration;
using TimeShift.Server.Hosting;
using TimeShift.Storage;

namespace TimeShift.Server.Tests.Hosting;

public sealed class SettingsReaderTests
{
    [Fact]
    public void Without_settings_all_are_their_defaults_and_only_loopback_is_listened_on()
    {
        var settings = Read(out var faults);
        Assert.Empty(faults);
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 8080), settings.HttpListen);
        Assert.Equal(IPAddress.Loopback, settings.Rtmp!.Listen.Address);
        Assert.Equal(Path.GetFullPath("archive"), settings.Archive.Root);
        Assert.Equal((2, 500), (settings.Recording.SegmentSeconds, settings.Recording.PartMilliseconds));
        Assert.Equal(TimeSpan.FromHours(1), settings.Playback.RewindWindow);
        Assert.Empty(settings.Streams);
    }

    [Fact]
    public void Every_setting_arrives_where_it_belongs_whatever_the_case_of_its_key()
    {
        var settings = Read(
            out var faults,
            "http:listen=0.0.0.0:80", "RTMP:LISTEN=localhost:1936", "Rtmp:MaxConnections=7", "Rtmp:HandshakeTimeout=3s", "Rtmp:IdleTimeout=00:00:09",
            "Archive:Root=/tmp/a", "Archive:WriterThreads=2", "Recording:Flush=Part", "Recording:ReelLength=30m", "Recording:MaxPendingBytes=2097152", "Recording:MaxPendingBytesInAll=9000000000",
            "Recording:SegmentSeconds=1.5", "Recording:PartMilliseconds=250", "Recording:RewindWindow=1d", "FFmpeg:Directory=/opt/ff",
            "Streams:live/door:Source=rtsp://me:secret@door/1", "Streams:off:Source=test:", "Streams:off:Enabled=false");
        Assert.Empty(faults);
        Assert.Equal(IPEndPoint.Parse("0.0.0.0:80"), settings.HttpListen);
        Assert.Equal(IPEndPoint.Parse("127.0.0.1:1936"), settings.Rtmp!.Listen);
        Assert.Equal((7, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(9)), (settings.Rtmp.MaxConnections, settings.Rtmp.HandshakeTimeout, settings.Rtmp.IdleTimeout));
        Assert.Equal(("/tmp/a", 2, FlushPolicy.Part), (settings.Archive.Root, settings.Archive.WriterThreads, settings.Archive.Flush));
        Assert.Equal((TimeSpan.FromMinutes(30), 2 << 20, 9_000_000_000), (settings.Archive.MaxReelLength, settings.Archive.MaxPendingBytes, settings.Archive.MaxPendingBytesInAll));
        Assert.Equal((1.5, 250), (settings.Recording.SegmentSeconds, settings.Recording.PartMilliseconds));
        Assert.Equal((TimeSpan.FromDays(1), TimeSpan.FromMilliseconds(250)), (settings.Playback.RewindWindow, settings.Playback.PartTarget));
        Assert.Equal("/opt/ff", settings.FFmpegDirectory);
        Assert.Equal(
            [("live/door", "rtsp://me:secret@door/1", true), ("off", "test:", false)],
            settings.Streams.Select(s => (s.Name.Value, s.Source.Value, s.Enabled)));
    }

    [Theory]
    [InlineData("Http:Listen", "8080")]
    [InlineData("Http:Listen", "127.0.0.1")]
    [InlineData("Http:Listen", "host:80")]
    [InlineData("Http:Listen", "127.0.0.1:99999")]
    [InlineData("Rtmp:Listen", "::1")]
    [InlineData("Rtmp:MaxConnections", "many")]
    [InlineData("Rtmp:IdleTimeout", "-1s")]
    [InlineData("Archive:WriterThreads", "0x2")]
    [InlineData("Archive:WriterThreads", "0")]
    [InlineData("Recording:Flush", "2")]
    [InlineData("Recording:Flush", "always")]
    [InlineData("Recording:SegmentSeconds", "NaN")]
    [InlineData("Recording:SegmentSeconds", "0.1")]
    [InlineData("Recording:PartMilliseconds", "99")]
    [InlineData("Recording:PartMilliseconds", "3000")]
    [InlineData("Recording:ReelLength", "5s")]
    [InlineData("Recording:MaxPendingBytes", "1k")]
    [InlineData("Recording:RewindWindow", "8d")]
    [InlineData("Streams:..:Source", "test:")]
    [InlineData("Streams:a:Source", " ")]
    [InlineData("Streams:a:Enabled", "maybe")]
    [InlineData("Streams:a:Reader", "1")]
    [InlineData("Streams:a:Reader", "gstreamer")]
    [InlineData("Recording:Length", "1")]
    [InlineData("Recordings:Flush", "none")]
    [InlineData("Streams:a:Url", "test:")]
    public void A_bad_setting_is_a_fault_that_names_its_key(string key, string value)
    {
        Read(out var faults, $"{key}={value}");
        var name = key.Split(':')[0] is "Recordings" ? "TimeShift:Recordings" : key.StartsWith("Streams:..", StringComparison.Ordinal) ? "TimeShift:Streams:.." : $"TimeShift:{key}";
        Assert.Contains(faults, f => f.StartsWith(name, StringComparison.Ordinal));
    }

    [Fact]
    public void All_faults_are_told_at_once()
    {
        Read(out var faults, "Http:Listen=x", "Recording:Flush=x", "Recording:SegmentSeconds=99", "Streams:a/../b:Source=test:", "Streams:c:Enabled=x", "Typo:X=1");
        // The last stream has no source either.
        Assert.Equal(7, faults.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("off")]
    public void Push_can_be_off(string listen)
    {
        Assert.Null(Read(out var faults, $"Rtmp:Listen={listen}").Rtmp);
        Assert.Empty(faults);
    }

    [Theory]
    [InlineData("*:8080", "0.0.0.0:8080")]
    [InlineData("[::]:8080", "[::]:8080")]
    [InlineData("127.0.0.1:0", "127.0.0.1:0")]
    public void An_address_says_its_port(string text, string expected)
    {
        Assert.Equal(IPEndPoint.Parse(expected), Read(out var faults, $"Http:Listen={text}").HttpListen);
        Assert.Empty(faults);
    }

    private static ServerSettings Read(out IReadOnlyList<string> faults, params string[] settings)
    {
        var pairs = settings.Select(s => KeyValuePair.Create($"TimeShift:{s[..s.IndexOf('=', StringComparison.Ordinal)]}", (string?)s[(s.IndexOf('=', StringComparison.Ordinal) + 1)..]));
        return SettingsReader.Read(new ConfigurationBuilder().AddInMemoryCollection(pairs).Build(), out faults);
    }
}
