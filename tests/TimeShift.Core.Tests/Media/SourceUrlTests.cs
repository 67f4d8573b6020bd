using TimeShift.Core.Media;

namespace TimeShift.Core.Tests.Media;

public sealed class SourceUrlTests
{
    [Theory]
    [InlineData("rtsp://admin:s3cret@10.0.0.1:554/1", "rtsp://admin:***@10.0.0.1:554/1")]
    [InlineData("rtsp://admin:p@ss:w@host/1", "rtsp://admin:***@host/1")]
    [InlineData("rtsp://admin:pa/ss@host/1", "rtsp://admin:***@host/1")]
    [InlineData("rtsp://:secret@host", "rtsp://:***@host")]
    [InlineData("rtsp://host:554/live@1", "rtsp://host:554/live@1")]
    [InlineData("rtsp://[::1]:554/live@1", "rtsp://[::1]:554/live@1")]
    [InlineData("rtsp://host/1", "rtsp://host/1")]
    [InlineData("srt://host:9000?mode=caller&passphrase=abcdefghij&latency=200", "srt://host:9000?mode=caller&passphrase=***&latency=200")]
    [InlineData("https://cdn/live.m3u8?Token=abc#x", "https://cdn/live.m3u8?Token=***#x")]
    [InlineData("http://cdn/a.flv?key=1&access_token=2&monkey=3", "http://cdn/a.flv?key=***&access_token=***&monkey=3")]
    [InlineData("cannot open rtsp://a:b@h/1, then rtsp://c:d@i/2: refused", "cannot open rtsp://a:***@h/1, then rtsp://c:***@i/2: refused")]
    [InlineData("Authorization: Basic YWRtaW46c2VjcmV0", "Authorization: ***")]
    [InlineData("nothing to hide: a=b", "nothing to hide: a=b")]
    public void Secrets_are_masked_in_any_text_and_the_rest_is_left_alone(string text, string expected) => Assert.Equal(expected, SourceUrl.Mask(text));

    [Fact]
    public void The_value_keeps_the_password_and_the_text_does_not()
    {
        var url = new SourceUrl(" RTSP://admin:secret@host/1 ");
        Assert.Equal("RTSP://admin:secret@host/1", url.Value);
        Assert.Equal("rtsp", url.Scheme);
        Assert.DoesNotContain("secret", $"{url}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("test:?size=640x360", "test")]
    [InlineData("file:/a/b.mp4", "file")]
    [InlineData("camera", "")]
    public void The_scheme_is_what_stands_before_the_colon(string text, string scheme) => Assert.Equal(scheme, new SourceUrl(text).Scheme);

    [Fact]
    public void An_empty_address_is_refused() => Assert.Throws<ArgumentException>(() => new SourceUrl("  "));
}
