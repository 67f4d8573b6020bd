using System.Diagnostics;
using TimeShift.Core.Media;
using TimeShift.FFmpeg.Inputs;

namespace TimeShift.FFmpeg.Tests.Inputs;

public sealed class SyntheticInputTests
{
    [Theory]
    [InlineData("test:?size=320x240&rate=25&gop=1", "h264", 25)]
    [InlineData("test:?size=320x240&rate=30000/1001&gop=2&codec=h265&audio=0", "hevc", 60)]
    public void Key_frames_come_where_the_GOP_says_and_every_frame_decodes(string url, string codec, int gop)
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("video." + codec);
        var keys = new List<int>();
        using (var input = Open(url))
        using (var output = File.Create(file))
        {
            // Parameter sets are out of band, with start codes.
            output.Write(input.Tracks[0].Extradata.Span);
            for (var frame = 0; frame < gop * 3;)
            {
                Assert.Equal(ReadResult.Packet, input.Read(out var packet));
                if (packet.TrackIndex != 0) continue;
                if (packet.IsKey) keys.Add(frame);
                output.Write(packet.Data);
                frame++;
            }
        }

        Assert.Equal([0, gop, gop * 2], keys);
        var (code, frames, errors) = Repository.Run(
            "ffprobe", "-v", "error", "-f", codec, "-count_frames", "-show_entries", "stream=codec_name,width,height,nb_read_frames", "-of", "csv=p=0", file);
        if (code == -1) Assert.Skip("ffprobe is not installed.");
        Assert.Equal("", errors);
        Assert.Equal($"{codec},320,240,{gop * 3}", frames.Trim());
    }

    [Fact]
    public void Sound_and_picture_advance_together_without_a_gap()
    {
        using var input = Open("test:?size=320x240&rate=25");
        var (video, audio) = (input.Tracks[0], input.Tracks[1]);
        Assert.Equal((Codec.H264, 320, 240, 25.0, 90_000), (video.Codec, video.Width, video.Height, video.FrameRate, video.Timescale.TicksPerSecond));
        Assert.Equal((Codec.Aac, 48_000, 2, 48_000), (audio.Codec, audio.SampleRate, audio.Channels, audio.Timescale.TicksPerSecond));
        // AudioSpecificConfig: AAC-LC, 48 kHz, stereo.
        Assert.Equal([0x11, 0x90], audio.Extradata[..2].ToArray());

        long[] next = [0, 0];
        for (var i = 0; i < 300; i++)
        {
            Assert.Equal(ReadResult.Packet, input.Read(out var packet));
            Assert.Equal(next[packet.TrackIndex], packet.Pts!.Value.Ticks);
            Assert.Equal(packet.Pts, packet.Dts);
            next[packet.TrackIndex] += packet.Duration.Ticks;
        }

        Assert.InRange(next[0] / 90_000.0 - next[1] / 48_000.0, -0.1, 0.1);
    }

    [Fact]
    public void Fractional_frame_rates_do_not_drift()
    {
        using var input = Open("test:?size=64x64&rate=29.97&audio=0");
        MediaTime last = default;
        for (var i = 0; i <= 300; i++)
        {
            input.Read(out var packet);
            last = packet.Pts!.Value;
        }

        Assert.Equal(300 * 3003, last.Ticks);
    }

    [Fact]
    public void The_instant_of_a_frame_follows_from_the_first_and_the_frame_rate()
    {
        using var input = Open("test:?size=64x64&rate=50&audio=0");
        input.Read(out var first);
        var begin = first.SourceInstant!.Value;
        for (var i = 1; i <= 100; i++) Assert.Equal(ReadResult.Packet, input.Read(out first));
        Assert.Equal(TimeSpan.FromSeconds(2), first.SourceInstant!.Value - begin);
    }

    [Fact]
    public void Paced_frames_do_not_come_before_their_time()
    {
        var watch = Stopwatch.StartNew();
        using var input = SyntheticInput.Open(new SourceUrl("test:?size=64x64&rate=50&audio=0"), "camera", TimeProvider.System, default);
        for (var i = 0; i <= 25; i++) Assert.Equal(ReadResult.Packet, input.Read(out _));
        Assert.True(watch.Elapsed >= TimeSpan.FromMilliseconds(499), $"{watch.Elapsed}");
    }

    [Fact]
    public void A_read_that_waits_for_its_time_is_cancelled_at_once()
    {
        using var stop = new CancellationTokenSource();
        using var input = SyntheticInput.Open(new SourceUrl("test:?size=64x64&rate=1&audio=0"), "camera", new StoppedClock(), stop.Token);
        Assert.Equal(ReadResult.Packet, input.Read(out _));
        stop.CancelAfter(50);
        Assert.Equal(ReadResult.Cancelled, input.Read(out _));
    }

    [Fact]
    public void Making_packets_allocates_nothing()
    {
        using var input = Open("test:?size=64x64&rate=25");
        for (var i = 0; i < 20; i++) input.Read(out _);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 200; i++) input.Read(out _);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData("test:?size=banana", "'size' of the test source is 'banana'; expected WIDTHxHEIGHT")]
    [InlineData("test:?size=641x480", "'size'")]
    [InlineData("test:?rate=0", "'rate' of the test source is '0'; expected frames per second from 1 to 120")]
    [InlineData("test:?rate=25/0", "'rate'")]
    [InlineData("test:?codec=vp9", "'codec' of the test source is 'vp9'; expected h264 or h265")]
    [InlineData("test:?gop=-1", "'gop'")]
    [InlineData("test:?audio=yes", "'audio' of the test source is 'yes'; expected 1 or 0")]
    [InlineData("test:?bitrate=1", "'bitrate'")]
    [InlineData("test:?colour=red", "no parameter 'colour'; expected size, rate, codec, gop, audio or bitrate")]
    [InlineData("test:banana", "expected 'test:?size=1280x720&rate=25'")]
    public void A_wrong_parameter_is_named_with_what_is_expected(string url, string message)
    {
        var error = Assert.Throws<MediaInputException>(() => Open(url));
        Assert.Equal(MediaInputFault.BadAddress, error.Fault);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("test:", 1280, 720, 25.0, 50)]
    [InlineData("test:?rate=59.94&gop=1", 1280, 720, 59.94, 60)]
    [InlineData("test://?size=640x360&rate=12.5", 640, 360, 12.5, 25)]
    public void Parameters_left_out_have_defaults(string url, int width, int height, double rate, int gop)
    {
        var options = SyntheticOptions.Parse(new SourceUrl(url));
        Assert.Equal((width, height, gop), (options.Width, options.Height, options.GopFrames));
        Assert.Equal(rate, options.FramesPerSecond, 2);
        Assert.InRange(options.BitrateOrDefault, 500_000, 4_000_000);
    }

    private static SyntheticInput Open(string url) => SyntheticInput.Open(new SourceUrl(url), "front-door", TimeProvider.System, default, isPaced: false);

    private sealed class StoppedClock : TimeProvider
    {
        public override long GetTimestamp() => 0;
    }
}
