using System.Numerics;
using CsCheck;
using TimeShift.Core.Media;

namespace TimeShift.Core.Tests.Media;

public sealed class MediaTimeTests
{
    private static readonly int[] _usual = [1, 2, 3, 7, 25, 1_000, 8_000, 44_100, 48_000, 90_000, 1_000_000, 10_000_000, int.MaxValue];

    private static readonly Gen<Timescale> _scales = Gen.Frequency(
        (1, Gen.Int[0, _usual.Length - 1].Select(i => _usual[i])),
        (1, Gen.Int[1, int.MaxValue])).Select(t => new Timescale(t));

    [Fact]
    public void Rescaling_rounds_to_the_nearest_tick_and_halves_away_from_zero() =>
        Gen.Select(Gen.Long, _scales, _scales).Sample((ticks, from, to) =>
        {
            var expected = Oracle(ticks, from, to);
            if (expected < long.MinValue || expected > long.MaxValue) Assert.Throws<OverflowException>(() => new MediaTime(ticks, from).Rescale(to));
            else Assert.Equal((long)expected, new MediaTime(ticks, from).Rescale(to).Ticks);
        });

    [Fact]
    public void A_round_trip_over_a_finer_clock_changes_nothing() =>
        Gen.Select(Gen.Long[-1L << 40, 1L << 40], Gen.Int[1, 1_000_000], Gen.Int[1, 1_000]).Sample((ticks, scale, factor) =>
        {
            var time = new MediaTime(ticks, new Timescale(scale));
            Assert.Equal(time, time.Rescale(new Timescale(scale * factor)).Rescale(time.Scale));
        });

    [Fact]
    public void Times_on_different_clocks_compare_exactly() =>
        Gen.Select(Gen.Long, _scales, Gen.Long, _scales).Sample((a, aScale, b, bScale) => Assert.Equal(
            Math.Sign((new BigInteger(a) * bScale.TicksPerSecond).CompareTo(new BigInteger(b) * aScale.TicksPerSecond)),
            Math.Sign(new MediaTime(a, aScale).CompareTo(new MediaTime(b, bScale)))));

    [Theory]
    [InlineData(1, 3, 1_000_000, 333_333)]
    [InlineData(1, 90_000, 1_000, 0)]
    [InlineData(45, 90_000, 1_000, 1)]
    [InlineData(-45, 90_000, 1_000, -1)]
    [InlineData(1024, 44_100, 90_000, 2090)]
    [InlineData(long.MaxValue, 1_000_000, 1_000_000, long.MaxValue)]
    public void Rescaling_examples(long ticks, int from, int to, long expected) =>
        Assert.Equal(expected, new MediaTime(ticks, new Timescale(from)).Rescale(new Timescale(to)).Ticks);

    [Fact]
    public void Sums_are_on_the_clock_of_the_first()
    {
        var sum = new MediaTime(90_000, Timescale.Mpeg) + new MediaTime(500, Timescale.Milliseconds);
        Assert.Equal(new MediaTime(135_000, Timescale.Mpeg), sum);
        Assert.Equal(1_500_000, sum.Microseconds);
        Assert.Equal(TimeSpan.FromSeconds(1.5), sum.Span);
        Assert.Equal(new MediaTime(45_000, Timescale.Mpeg), new MediaTime(90_000, Timescale.Mpeg) - new MediaTime(500, Timescale.Milliseconds));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_timescale_has_at_least_one_tick_a_second(int ticks) => Assert.Throws<ArgumentOutOfRangeException>(() => new Timescale(ticks));

    private static BigInteger Oracle(long ticks, Timescale from, Timescale to)
    {
        var doubled = BigInteger.Abs(new BigInteger(ticks) * to.TicksPerSecond * 2) + from.TicksPerSecond;
        return doubled / (2L * from.TicksPerSecond) * Math.Sign(ticks);
    }
}
