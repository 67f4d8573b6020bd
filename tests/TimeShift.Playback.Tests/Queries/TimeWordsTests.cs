using System.Globalization;
using TimeShift.Core.Media;
using TimeShift.Playback.Queries;

namespace TimeShift.Playback.Tests.Queries;

public class TimeWordsTests
{
    [Theory]
    [InlineData("1763800000", 1_763_800_000_000_000)]
    [InlineData("1763800000.5", 1_763_800_000_500_000)]
    [InlineData("1763800000.1234567", 1_763_800_000_123_456)]
    [InlineData("1763800000123", 1_763_800_000_123_000)]
    [InlineData("0", 0)]
    [InlineData("2025-11-22T08:26:40Z", 1_763_800_000_000_000)]
    [InlineData("2025-11-22T08:26:40.250Z", 1_763_800_000_250_000)]
    [InlineData("2025-11-22T09:26:40+01:00", 1_763_800_000_000_000)]
    [InlineData("2025-11-22T09:26:40 01:00", 1_763_800_000_000_000)]
    [InlineData("2025-11-22T09:26:40+0100", 1_763_800_000_000_000)]
    [InlineData("2025-11-22T03:56:40-04:30", 1_763_800_000_000_000)]
    [InlineData("2025-11-22T08:26Z", 1_763_799_960_000_000)]
    [InlineData("2025-11-22 08:26:40Z", 1_763_800_000_000_000)]
    public void An_instant_is_read(string text, long microseconds)
    {
        Assert.True(TimeWords.TryParseInstant(text, out var instant));
        Assert.Equal(microseconds, instant.Microseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("now")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData(".")]
    [InlineData(".5")]
    [InlineData("1.")]
    [InlineData("1.2.3")]
    [InlineData("176380000012")]
    [InlineData("17638000001234")]
    [InlineData("1763800000123.5")]
    [InlineData("99999999999999999999999999999999999999999999999")]
    [InlineData("2025-11-22")]
    [InlineData("2025-11-22T08:26:40")]
    [InlineData("2025-11-22 08:26:40")]
    [InlineData("2025-11-22T08:26:40.Z")]
    [InlineData("2025-02-29T08:26:40Z")]
    [InlineData("2025-13-01T08:26:40Z")]
    [InlineData("2025-11-22T24:00:00Z")]
    [InlineData("2025-11-22T08:60:00Z")]
    [InlineData("2025-11-22T08:26:40+24:00")]
    [InlineData("0001-01-01T00:00:00+01:00")]
    [InlineData("9999-12-31T23:59:59-01:00")]
    public void What_is_no_instant_or_has_no_zone_is_refused(string text) => Assert.False(TimeWords.TryParseInstant(text, out _));

    [Theory]
    [InlineData("90", 90)]
    [InlineData("1.5", 1.5)]
    [InlineData("90s", 90)]
    [InlineData("1h30m", 5400)]
    [InlineData("1H30M", 5400)]
    [InlineData("1.5h", 5400)]
    [InlineData("2d", 172_800)]
    [InlineData("500ms", 0.5)]
    [InlineData("1m500ms", 60.5)]
    [InlineData("1d1h1m1s1ms", 90_061.001)]
    [InlineData("0", 0)]
    public void A_duration_is_read(string text, double seconds)
    {
        Assert.True(TimeWords.TryParseDuration(text, out var duration));
        Assert.Equal(TimeSpan.FromSeconds(seconds), duration);
    }

    [Theory]
    [InlineData("")]
    [InlineData("h")]
    [InlineData("-1")]
    [InlineData("1h-5m")]
    [InlineData("30m1h")]
    [InlineData("1h1h")]
    [InlineData("1h30")]
    [InlineData("1 h")]
    [InlineData("1y")]
    [InlineData("1.2.3s")]
    [InlineData("1e3")]
    [InlineData("99999999999999d")]
    [InlineData("99999999999999999999999999999999999999999999")]
    public void What_is_no_duration_is_refused(string text) => Assert.False(TimeWords.TryParseDuration(text, out _));

    [Fact]
    public void What_an_instant_shows_is_read_back()
    {
        var instant = new Instant(1_763_800_000_123_000);
        Assert.True(TimeWords.TryParseInstant(instant.ToString(), out var back));
        Assert.Equal(instant, back);
    }

    [Fact]
    public void Random_words_never_throw()
    {
        var random = new Random(1);
        const string Letters = "0123456789.:-+TZ hmsdnow";
        for (var i = 0; i < 200_000; i++)
        {
            var text = string.Create(random.Next(40), random, (span, r) => r.GetItems(Letters, span));
            if (TimeWords.TryParseDuration(text, out var duration)) Assert.True(duration >= TimeSpan.Zero);
            if (TimeWords.TryParseInstant(text, out var instant)) Assert.False(string.IsNullOrEmpty(instant.ToString().ToString(CultureInfo.InvariantCulture)));
        }
    }
}
