using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using TimeShift.Core.Media;
using TimeShift.FFmpeg.Inputs;

namespace TimeShift.FFmpeg.Tests.Inputs;

public sealed class MediaInputTests(TestMedia media) : IClassFixture<TestMedia>
{
    [Theory]
    [InlineData("a.mp4")]
    [InlineData("fragmented.mp4", "-movflags", "frag_keyframe+empty_moov+default_base_moof")]
    [InlineData("a.ts")]
    [InlineData("a.flv")]
    [InlineData("a.mkv")]
    public void A_file_gives_the_packets_that_ffprobe_shows(string name, params string[] output)
    {
        var file = media.Make(name, output);
        using var input = Open("file:" + file);
        Assert.Equal(TestMedia.Probe(file), ReadAll(input));
    }

    [Fact]
    public void The_tracks_are_described()
    {
        using var input = Open("file:" + media.Make("a.mp4"));
        var video = input.Tracks[0];
        Assert.Equal((MediaKind.Video, Codec.H264, "h264", 320, 240, 25.0), (video.Kind, video.Codec, video.CodecName, video.Width, video.Height, video.FrameRate));
        Assert.Equal(1, video.Extradata.Span[0]);
        var audio = input.Tracks[1];
        Assert.Equal((MediaKind.Audio, Codec.Aac, 48000, 2, 48000), (audio.Kind, audio.Codec, audio.SampleRate, audio.Channels, audio.Timescale.TicksPerSecond));
        Assert.True(audio.Extradata.Length >= 2);
    }

    [Fact]
    public void A_codec_that_the_server_does_not_carry_has_a_name_and_no_codec()
    {
        using var input = Open("file:" + media.Make("pcm.mkv", "-c:a", "pcm_s16le"));
        Assert.Null(input.Tracks[1].Codec);
        Assert.Equal("pcm_s16le", input.Tracks[1].CodecName);
    }

    [Theory]
    [InlineData("alaw", Codec.PcmA)]
    [InlineData("mulaw", Codec.PcmU)]
    public void G711_has_its_rate_and_channels_and_no_extradata(string law, Codec codec)
    {
        using var input = Open("file:" + media.Make($"{law}.mkv", "-c:a", $"pcm_{law}", "-ar", "8000", "-ac", "1"));
        var audio = input.Tracks[1];
        Assert.Equal((MediaKind.Audio, codec, 8_000, 1, true), (audio.Kind, audio.Codec, audio.SampleRate, audio.Channels, audio.Extradata.IsEmpty));
    }

    [Theory]
    [InlineData("a.mp4")]
    [InlineData("a.ts")]
    [InlineData("a.flv")]
    [InlineData("a.mkv")]
    public void A_rewound_file_begins_again_with_the_same_packets(string name)
    {
        using var input = Open("file:" + media.Make(name));
        var first = ReadAll(input);
        input.Rewind();
        Assert.Equal(first, ReadAll(input));
    }

    [Fact]
    public void A_change_of_parameters_comes_with_the_packet_that_needs_them()
    {
        const int fileHeader = 9 + 4;
        var file = media.Make("changing.flv");
        using (var stream = new FileStream(file, FileMode.Append))
        {
            stream.Write(File.ReadAllBytes(media.Make("other.flv", "-s", "160x120")).AsSpan(fileHeader));
        }

        using var input = Open("file:" + file);
        var before = input.Tracks[0].Extradata;
        var changes = new List<byte[]>();
        while (input.Read(out var packet) == ReadResult.Packet)
        {
            if (!packet.NewExtradata.IsEmpty && packet.TrackIndex == 0) changes.Add(packet.NewExtradata.ToArray());
        }

        Assert.Single(changes);
        Assert.NotEqual(before.ToArray(), changes[0]);
        Assert.Equal(changes[0], input.Tracks[0].Extradata.ToArray());
    }

    [Fact]
    public void Reading_allocates_nothing_per_packet()
    {
        using var input = Open("file:" + media.Make("a.mp4"));
        Assert.Equal(ReadResult.Packet, input.Read(out _));
        var before = GC.GetAllocatedBytesForCurrentThread();
        long bytes = 0;
        var packets = 0;
        while (packets < 150 && input.Read(out var packet) == ReadResult.Packet)
        {
            bytes += packet.Data.Length + packet.Dts!.Value.Ticks;
            packets++;
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(150, packets);
    }

    [Theory]
    [InlineData("rtsp")]
    [InlineData("rtmp")]
    [InlineData("http")]
    public void Opening_a_server_that_says_nothing_is_cancelled_within_a_second(string scheme)
    {
        using var silent = new SilentServer();
        using var stop = new CancellationTokenSource();
        var watch = new Stopwatch();
        silent.Accepted += () =>
        {
            watch.Start();
            stop.Cancel();
        };
        var error = Assert.Throws<MediaInputException>(() => MediaInput.Open(silent.Address(scheme), MediaInputOptions.Default, stop.Token));
        Assert.Equal(MediaInputFault.Cancelled, error.Fault);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    [Theory]
    [InlineData("rtsp")]
    [InlineData("http")]
    public void Opening_a_server_that_says_nothing_ends_by_itself(string scheme)
    {
        using var silent = new SilentServer();
        var options = new MediaInputOptions { OpenTimeout = TimeSpan.FromMilliseconds(200) };
        var error = Assert.Throws<MediaInputException>(() => MediaInput.Open(silent.Address(scheme), options, default));
        Assert.Equal(MediaInputFault.Timeout, error.Fault);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_source_that_falls_silent_is_a_timeout_and_can_be_cancelled()
    {
        var half = File.ReadAllBytes(media.Make("a.ts"))[..^(188 * 100)];
        using var server = new SilentServer("HTTP/1.0 200 OK\r\nContent-Type: video/mp2t\r\n\r\n", half);
        using var stop = new CancellationTokenSource();
        using var input = MediaInput.Open(server.Address("http"), new MediaInputOptions { ReadTimeout = TimeSpan.FromMilliseconds(300) }, stop.Token);
        var packets = 0;
        var error = Assert.Throws<MediaInputException>(() =>
        {
            while (input.Read(out _) == ReadResult.Packet) packets++;
        });
        Assert.Equal(MediaInputFault.Timeout, error.Fault);
        Assert.InRange(packets, 50, 220);
        stop.Cancel();
        Assert.Equal(ReadResult.Cancelled, input.Read(out _));
    }

    [Fact]
    public void A_refused_connection_says_so_without_the_password()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        var error = Assert.Throws<MediaInputException>(() => Open($"rtsp://admin:secret@127.0.0.1:{port}/1"));
        Assert.Equal(MediaInputFault.ConnectFailed, error.Fault);
        Assert.Contains("rtsp://admin:***@127.0.0.1", error.Message, StringComparison.Ordinal);
        Assert.Contains("Connection refused", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_does_not_resolve_is_a_failed_connection() =>
        Assert.Equal(MediaInputFault.ConnectFailed, Assert.Throws<MediaInputException>(() => Open("rtsp://camera.invalid/1")).Fault);

    [Theory]
    [InlineData("HTTP/1.0 401 Unauthorized\r\n\r\n", MediaInputFault.AuthenticationFailed)]
    [InlineData("HTTP/1.0 403 Forbidden\r\n\r\n", MediaInputFault.AuthenticationFailed)]
    [InlineData("HTTP/1.0 404 Not Found\r\n\r\n", MediaInputFault.NotFound)]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Length: 40\r\n\r\nthis is no media at all, but a few words", MediaInputFault.InvalidData)]
    public void What_a_server_answers_is_told_apart(string answer, MediaInputFault fault)
    {
        using var server = new SilentServer(answer, [], closes: true);
        var error = Assert.Throws<MediaInputException>(() => Open(server.Address("http").Value));
        Assert.True(error.Fault == fault, error.Message);
    }

    [Fact]
    public void A_file_that_is_missing_or_no_media_is_told_apart()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(MediaInputFault.NotFound, Assert.Throws<MediaInputException>(() => Open("file:" + folder.File("none.mp4"))).Fault);
        File.WriteAllText(folder.File("text.mp4"), "no media");
        Assert.Equal(MediaInputFault.InvalidData, Assert.Throws<MediaInputException>(() => Open("file:" + folder.File("text.mp4"))).Fault);
    }

    [Theory]
    [InlineData("gopher://host/1", "expected one of rtsp")]
    [InlineData("/etc/passwd", "expected one of rtsp")]
    [InlineData("file:", "names no file")]
    [InlineData("rtsp://host/1?transport=pigeon", "'transport' is 'pigeon'; expected one of tcp")]
    public void A_wrong_address_says_what_is_expected(string url, string message)
    {
        var error = Assert.Throws<MediaInputException>(() => Open(url));
        Assert.Equal(MediaInputFault.BadAddress, error.Fault);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rtsp://h/1?transport=udp", "rtsp://h/1", "udp")]
    [InlineData("rtsp://h/1?a=b&transport=TCP&c=d", "rtsp://h/1?a=b&c=d", "tcp")]
    [InlineData("rtsp://h/1?a=b", "rtsp://h/1?a=b", null)]
    public void The_transport_is_taken_out_of_the_address(string url, string expected, string? transport)
    {
        var address = InputAddress.Parse(new SourceUrl(url));
        Assert.Equal(expected, address.Url);
        Assert.Equal(transport, address.Options.FirstOrDefault(o => o.Key == "rtsp_transport").Value);
        Assert.Equal(transport is null, address.Options.Any(o => o is { Key: "rtsp_flags", Value: "prefer_tcp" }));
    }

    private static MediaInput Open(string url) => MediaInput.Open(new SourceUrl(url), MediaInputOptions.Default, default);

    private static List<TestMedia.ProbedPacket> ReadAll(MediaInput input)
    {
        var packets = new List<TestMedia.ProbedPacket>();
        while (input.Read(out var p) == ReadResult.Packet)
            packets.Add(new TestMedia.ProbedPacket(p.TrackIndex, p.Pts?.Ticks, p.Dts?.Ticks, p.Data.Length, p.IsKey));
        return packets;
    }
}
