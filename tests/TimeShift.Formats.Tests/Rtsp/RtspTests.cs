using System.Text;
using TimeShift.Formats.Rtsp;
using TimeShift.Formats.Tests.Fuzz;

namespace TimeShift.Formats.Tests.Rtsp;

public sealed class RtspTests
{
    private const string Answer = "RTSP/1.0 200 OK\r\nCSeq: 3\r\nContent-Type: application/sdp\r\nWWW-Authenticate: Basic realm=\"a\"\r\nwww-authenticate: Digest realm=\"b\",\r\n nonce=\"c\"\r\nContent-Length: 4\r\n\r\nv=0\n";
    private const string Request = "OPTIONS rtsp://host/x RTSP/1.0\nCSeq: 7\n\n";

    [Fact]
    public void An_answer_is_read_when_its_last_byte_is_there()
    {
        var bytes = Encoding.ASCII.GetBytes(Answer);
        for (var length = 0; length < bytes.Length; length++) Assert.False(RtspMessage.TryRead(bytes.AsSpan(0, length), out _, out _));
        Assert.True(RtspMessage.TryRead([.. bytes, .. "$rest"u8], out var message, out var used));
        Assert.Equal(bytes.Length, used);
        Assert.Equal((200, "OK", 3, "v=0\n"), (message!.Status, message.Reason, message.Sequence, Encoding.ASCII.GetString(message.Body.Span)));
        Assert.Equal(["Basic realm=\"a\"", "Digest realm=\"b\", nonce=\"c\""], message.All("WWW-Authenticate"));
    }

    [Fact]
    public void A_request_is_read_with_bare_line_feeds_and_blank_lines_before_it()
    {
        Assert.True(RtspMessage.TryRead(Encoding.ASCII.GetBytes("\r\n\r\n" + Request), out var message, out var used));
        Assert.Equal(4 + Request.Length, used);
        Assert.Equal(("OPTIONS", "rtsp://host/x", 7, false), (message!.Method, message.Uri, message.Sequence, message.IsResponse));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n")]
    [InlineData("RTSP/1.0 abc\r\n\r\n")]
    [InlineData("RTSP/1.0 200 OK\r\nContent-Length: -1\r\n\r\n")]
    [InlineData("RTSP/1.0 200 OK\r\nContent-Length: 99999999\r\n\r\n")]
    public void What_is_no_RTSP_is_refused(string text) => Assert.Throws<RtspFormatException>(() => RtspMessage.TryRead(Encoding.ASCII.GetBytes(text), out _, out _));

    [Fact]
    public void A_head_without_an_end_is_refused() =>
        Assert.Throws<RtspFormatException>(() => RtspMessage.TryRead(Encoding.ASCII.GetBytes("RTSP/1.0 200 OK\r\n" + new string('a', RtspMessage.MaxPart)), out _, out _));

    [Theory]
    [InlineData("12345678;timeout=30", "12345678", 30)]
    [InlineData("abc ; Timeout=\"5\"", "abc", 5)]
    [InlineData("abc", "abc", null)]
    [InlineData("abc;timeout=x", "abc", null)]
    public void Sessions_are_read(string value, string id, int? timeout) => Assert.Equal((id, timeout), RtspHeaders.ReadSession(value));

    [Fact]
    public void Channels_are_read()
    {
        Assert.Equal(((byte)2, (byte)5), RtspHeaders.ReadInterleaved("RTP/AVP/TCP;unicast;interleaved=2-5;ssrc=1"));
        Assert.Equal(((byte)4, (byte)5), RtspHeaders.ReadInterleaved("RTP/AVP/TCP;interleaved=4"));
        Assert.Null(RtspHeaders.ReadInterleaved("RTP/AVP/UDP;unicast;client_port=1-2"));
        Assert.Null(RtspHeaders.ReadInterleaved("RTP/AVP/TCP;interleaved=999"));
    }

    [Fact]
    public void RTP_Info_is_read() => Assert.Equal(
        [("rtsp://h/a?x=1,2", 4_000_000_000u), ("b", null), ("c", 0u)],
        RtspHeaders.ReadRtpInfo("url=rtsp://h/a?x=1,2;seq=1;rtptime=4000000000, url=\"b\";seq=2,url=c;rtptime=0").Select(s => (s.Url, s.Time)));

    [Fact]
    public void Challenges_are_read_several_to_a_header()
    {
        var challenges = RtspChallenge.Read("Digest realm=\"a \\\"b\\\", c\", nonce=xyz, qop=\"auth,auth-int\", stale=TRUE, Basic realm=\"d\"");
        Assert.Equal(["digest", "basic"], challenges.Select(c => c.Scheme));
        Assert.Equal(("a \"b\", c", "xyz", "auth,auth-int"), (challenges[0]["Realm"], challenges[0]["nonce"], challenges[0]["qop"]));
        Assert.True(challenges[0].IsStale);
        Assert.Equal("d", challenges[1]["realm"]);
    }

    [Theory]
    [InlineData("rtsp://h/cam", null, "rtsp://h/cam")]
    [InlineData("rtsp://h/cam", "*", "rtsp://h/cam")]
    [InlineData("rtsp://h/cam", "trackID=1", "rtsp://h/cam/trackID=1")]
    [InlineData("rtsp://h/cam/", "trackID=1", "rtsp://h/cam/trackID=1")]
    [InlineData("rtsp://h/cam?channel=1&subtype=0", "trackID=1", "rtsp://h/cam?channel=1&subtype=0/trackID=1")]
    [InlineData("rtsp://h/cam", "rtsp://10.0.0.1:554/x/trackID=1", "rtsp://10.0.0.1:554/x/trackID=1")]
    [InlineData("rtsp://h:8554/cam/1", "/other/track1", "rtsp://h:8554/other/track1")]
    [InlineData("rtsp://h/cam", "?ctype=video", "rtsp://h/cam?ctype=video")]
    public void Controls_are_resolved_as_cameras_mean_them(string root, string? control, string expected) => Assert.Equal(expected, RtspControl.Resolve(root, control));

    [Fact]
    public void Any_bytes_are_read_or_refused()
    {
        byte[][] seeds = [Encoding.ASCII.GetBytes(Answer), Encoding.ASCII.GetBytes(Request)];
        FuzzRunner.Run(
            static data =>
            {
                if (!RtspMessage.TryRead(data, out var message, out _)) return;
                foreach (var (_, value) in message!.Headers) ReadAll(value);
            },
            typeof(RtspFormatException),
            seeds);
        FuzzRunner.Run(static data => InterleavedFrame.TryRead(data, out _, out _), typeof(RtspFormatException), [[0x24, 0, 0, 2, 1, 2]]);
        FuzzRunner.Run(
            static data => ReadAll(Encoding.UTF8.GetString(data)),
            typeof(RtspFormatException),
            ["12345678;timeout=30"u8.ToArray(), "RTP/AVP/TCP;interleaved=2-5"u8.ToArray(), "url=a;rtptime=1,url=b"u8.ToArray(), "Digest realm=\"a\\\"\", nonce=x"u8.ToArray()]);
    }

    private static void ReadAll(string value)
    {
        RtspHeaders.ReadSession(value);
        RtspHeaders.ReadInterleaved(value);
        RtspHeaders.ReadRtpInfo(value);
        RtspChallenge.Read(value);
        RtspControl.Resolve(value, value);
        RtspControl.Resolve("rtsp://h", value);
    }
}
