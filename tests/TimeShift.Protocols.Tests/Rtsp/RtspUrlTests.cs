using TimeShift.Protocols.Rtsp;

namespace TimeShift.Protocols.Tests.Rtsp;

public sealed class RtspUrlTests
{
    [Theory]
    [InlineData("rtsp://cam/1", "rtsp://cam/1", "cam", 554, "", "", null)]
    [InlineData("rtsp://u:p@cam:8554/1?a=b", "rtsp://cam:8554/1?a=b", "cam", 8554, "u", "p", null)]
    [InlineData("rtsp://u%40x:p%2F%3A@cam/1", "rtsp://cam/1", "cam", 554, "u@x", "p/:", null)]
    [InlineData("rtsp://u:p@ss@cam/1", "rtsp://cam/1", "cam", 554, "u", "p@ss", null)]
    [InlineData("RTSP://[fe80::1]:554/1", "rtsp://[fe80::1]:554/1", "fe80::1", 554, "", "", null)]
    [InlineData("rtsp://cam/1?transport=UDP", "rtsp://cam/1", "cam", 554, "", "", "udp")]
    [InlineData("rtsp://cam/1?channel=1&transport=tcp&subtype=0", "rtsp://cam/1?channel=1&subtype=0", "cam", 554, "", "", "tcp")]
    [InlineData("rtsp://u@cam", "rtsp://cam", "cam", 554, "u", "", null)]
    public void Addresses_are_taken_apart(string text, string request, string host, int port, string user, string password, string? transport)
    {
        Assert.True(RtspUrl.TryParse(text, out var url));
        Assert.Equal(new RtspUrl(request, host, port, user, password, transport), url);
        Assert.Equal(request, url.ToString());
    }

    [Theory]
    [InlineData("rtsps://cam/1")]
    [InlineData("rtsp://")]
    [InlineData("rtsp://cam:0/1")]
    [InlineData("rtsp://cam:x/1")]
    [InlineData("http://cam/1")]
    public void What_is_no_address_is_refused(string text) => Assert.False(RtspUrl.TryParse(text, out _));

    [Fact]
    public void A_password_follows_to_no_other_host()
    {
        Assert.True(RtspUrl.TryParse("rtsp://u:p@cam/1", out var url));
        Assert.True(url.TryRedirect("rtsp://cam:8554/2", out var same));
        Assert.Equal("p", same.Password);
        Assert.True(url.TryRedirect("rtsp://elsewhere/2", out var other));
        Assert.Equal("", other.Password);
    }
}
