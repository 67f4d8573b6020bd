using TimeShift.LoadTest.Rtmp;

namespace TimeShift.LoadTest.Tests.Rtmp;

public sealed class RtmpAddressTests
{
    [Theory]
    [InlineData("rtmp://127.0.0.1/live/cam{0}", "127.0.0.1:1935", "live", "cam7", "rtmp://127.0.0.1:1935/live")]
    [InlineData("rtmp://127.0.0.1:19350/a/b/c?key=1&n={0}", "127.0.0.1:19350", "a", "b/c?key=1&n=7", "rtmp://127.0.0.1:19350/a")]
    public void An_address_says_where_and_as_what(string pattern, string endPoint, string app, string key, string connect)
    {
        var address = RtmpAddress.Of(pattern, 7);
        Assert.Equal((endPoint, app, key, connect), (address.EndPoint.ToString(), address.App, address.Key, address.ConnectUrl));
    }

    [Theory]
    [InlineData("127.0.0.1/live/cam")]
    [InlineData("http://127.0.0.1/live/cam")]
    [InlineData("rtmp://127.0.0.1/live")]
    [InlineData("rtmp://127.0.0.1/live/")]
    public void What_is_none_is_told(string pattern) => Assert.Contains(pattern, Assert.Throws<FormatException>(() => RtmpAddress.Of(pattern, 0)).Message, StringComparison.Ordinal);
}
