using TimeShift.LoadTest.Report;

namespace TimeShift.LoadTest.Tests.Report;

public sealed class HistogramTests
{
    [Fact]
    public void Percentiles_are_at_most_three_percent_too_high()
    {
        var histogram = new Histogram();
        for (var i = 1; i <= 1000; i++) histogram.Add(i / 10.0);
        Assert.InRange(histogram.Percentile(0.5), 50, 51.6);
        Assert.InRange(histogram.Percentile(0.99), 99, 100);
        Assert.Equal(100, histogram.Percentile(1));
        Assert.Equal((1000, 100.0), (histogram.Count, histogram.Max));
    }

    [Fact]
    public void An_empty_one_has_no_values() => Assert.Equal(0, new Histogram().Percentile(0.99));

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    [InlineData(1e9)]
    public void Extremes_are_counted(double value)
    {
        var histogram = new Histogram();
        histogram.Add(value);
        Assert.Equal(1, histogram.Count);
        Assert.InRange(histogram.Percentile(0.5), -5, 1e9);
    }
}
