using CsCheck;
using TimeShift.Core.Media;

namespace TimeShift.Core.Tests.Media;

public sealed class InstantTests
{
    [Fact]
    public void A_date_survives_the_way_there_and_back_in_whole_microseconds() =>
        Gen.Long[-62_135_596_800_000_000, 253_402_300_799_999_999].Sample(us => Assert.Equal(us, Instant.From(new Instant(us).ToDateTimeOffset()).Microseconds));

    [Fact]
    public void The_zone_of_a_date_does_not_matter() => Assert.Equal(
        Instant.From(DateTimeOffset.Parse("2026-11-22T16:00:00Z", System.Globalization.CultureInfo.InvariantCulture)),
        Instant.From(DateTimeOffset.Parse("2026-11-22T17:00:00+01:00", System.Globalization.CultureInfo.InvariantCulture)));

    [Fact]
    public void Text_is_utc_with_milliseconds() => Assert.Equal("2025-11-13T01:46:40.123Z", new Instant(1_762_998_400_123_999).ToString());

    [Fact]
    public void Instants_and_durations_add_up_and_compare()
    {
        var a = new Instant(1_000_000);
        var b = a + TimeSpan.FromMilliseconds(2);
        Assert.Equal(TimeSpan.FromMilliseconds(2), b - a);
        Assert.Equal(a, b - TimeSpan.FromMilliseconds(2));
        Assert.True(a < b && b > a && a <= b && b >= a);
        Assert.Equal(b, Instant.Max(a, b));
        Assert.Equal(a, Instant.Min(a, b));
    }
}
