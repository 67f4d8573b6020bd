using TimeShift.Core.Media;

namespace TimeShift.Core.Tests.Media;

public sealed class StreamNameTests
{
    [Theory]
    [InlineData("front-door")]
    [InlineData("live/front-door")]
    [InlineData("a/b/c/d")]
    [InlineData("2026")]
    [InlineData("A_b.c~d@e+f")]
    [InlineData("tür/カメラ")]
    [InlineData("apiary")]
    [InlineData("live/api")]
    [InlineData("x.mp4x")]
    public void Names_that_are_taken(string text)
    {
        Assert.True(StreamName.TryParse(text, out var name, out var error), error);
        Assert.Equal(text, name.Value);
        Assert.Equal(text, name.ToString());
        Assert.Equal(StreamName.Parse(text), name);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("a//b")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a/../b")]
    [InlineData(".hidden")]
    [InlineData("a b")]
    [InlineData("a\\b")]
    [InlineData("a\0b")]
    [InlineData("a\nb")]
    [InlineData("a%2fb")]
    [InlineData("a?b")]
    [InlineData("a:b")]
    [InlineData("\ud800")]
    [InlineData("api")]
    [InlineData("API/x")]
    [InlineData("healthz/live")]
    [InlineData("metrics")]
    [InlineData("clip.mp4")]
    [InlineData("live/x.M3U8")]
    [InlineData("stream.json")]
    public void Names_that_are_refused(string? text)
    {
        Assert.False(StreamName.TryParse(text, out _, out var error));
        Assert.NotEmpty(error);
        Assert.DoesNotContain(error, char.IsControl);
    }

    [Fact]
    public void The_limit_counts_bytes()
    {
        Assert.True(StreamName.TryParse(new string('a', StreamName.MaxBytes), out _, out _));
        Assert.False(StreamName.TryParse(new string('a', StreamName.MaxBytes + 1), out _, out _));
        Assert.False(StreamName.TryParse(new string('ü', StreamName.MaxBytes / 2 + 1), out _, out _));
    }

    [Fact]
    public void The_default_has_no_value()
    {
        Assert.Throws<InvalidOperationException>(() => default(StreamName).Value);
        Assert.Equal("", default(StreamName).ToString());
        Assert.Throws<FormatException>(() => StreamName.Parse(".."));
    }
}
