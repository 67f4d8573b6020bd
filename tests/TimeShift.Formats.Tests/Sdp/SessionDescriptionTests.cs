using System.Text;
using TimeShift.Formats.Sdp;
using TimeShift.Formats.Tests.Fuzz;

namespace TimeShift.Formats.Tests.Sdp;

public sealed class SessionDescriptionTests
{
    private const string Camera = """
        v=0
        o=- 1 1 IN IP4 10.0.0.5
        s=Media Presentation
        c=IN IP4 0.0.0.0
        t=0 0
        a=control:*
        a=range:npt=0-
        m=video 0 RTP/AVP 96
        b=AS:5000
        a=rtpmap:96 H264/90000
        a=fmtp:96 packetization-mode=1; profile-level-id=420029;sprop-parameter-sets=Z0LADNkB,aOvjyyLA==
        a=control:trackID=1
        a=framerate:12.5
        m=audio 0 RTP/AVP 8
        a=control:trackID=2
        m=application 0 RTP/AVP 107
        a=rtpmap:107 vnd.onvif.metadata/90000
        """;

    [Fact]
    public void A_cameras_description_is_read()
    {
        var sdp = Read(Camera);
        Assert.Equal("*", sdp.Control);
        Assert.Equal(["video", "audio", "application"], sdp.Media.Select(m => m.Kind));
        var video = sdp.Media[0];
        Assert.Equal(("trackID=1", 12.5), (video.Control, video.FrameRate));
        var format = Assert.Single(video.Formats);
        Assert.Equal((96, "H264", 90_000), (format.Type, format.Encoding, format.ClockRate));
        Assert.Equal("Z0LADNkB,aOvjyyLA==", format["SPROP-parameter-sets"]);
        Assert.Equal(1, format.Number("packetization-mode"));
    }

    [Fact]
    public void A_static_type_needs_no_rtpmap()
    {
        var format = Assert.Single(Read(Camera).Media[1].Formats);
        Assert.Equal((8, "PCMA", 8_000, 1), (format.Type, format.Encoding, format.ClockRate, format.Channels));
    }

    [Fact]
    public void A_static_type_may_be_mapped_anew_and_other_types_to_other_rates()
    {
        var formats = Read("m=audio 0 RTP/AVP 0 8 98\na=rtpmap:8 pcma/8000/2\na=rtpmap:98 PCMU/16000").Media[0].Formats;
        Assert.Equal([("PCMU", 8_000, 1), ("PCMA", 8_000, 2), ("PCMU", 16_000, 1)], formats.Select(f => (f.Encoding, f.ClockRate, f.Channels)));
    }

    [Fact]
    public void Nonsense_lines_are_passed_over() =>
        Assert.Equal("MPEG4-GENERIC", Read("x\n=\nm=audio 0 RTP/AVP 97 999 x\r\na=rtpmap:97 mpeg4-generic/44100/2\r\na=rtpmap:zz\r\na=fmtp:97\r\na=framerate:nan\r\na=\r\n").Media[0].Formats[0].Encoding);

    [Theory]
    [InlineData("")]
    [InlineData("v=0\r\ns=no media\r\n")]
    public void Without_media_it_is_refused(string text) => Assert.Throws<SdpFormatException>(() => Read(text));

    [Fact]
    public void Any_bytes_are_read_or_refused() =>
        FuzzRunner.Run(static data => SessionDescription.Read(data), typeof(SdpFormatException), [Encoding.UTF8.GetBytes(Camera), "m=audio 0 RTP/AVP 97\na=rtpmap:97 mpeg4-generic/44100/2"u8.ToArray(), "m=audio 0 RTP/AVP 0 8 98\na=rtpmap:8 PCMA/8000\na=rtpmap:98 PCMU/16000/2"u8.ToArray()]);

    private static SessionDescription Read(string text) => SessionDescription.Read(Encoding.UTF8.GetBytes(text));
}
