namespace TimeShift.LoadTest.Tests.Push;

public sealed class OffsetTests
{
    [Fact]
    public void Starts_are_spread_evenly_over_one_group_of_pictures() =>
        Assert.Equal([0, 500, 1000, 1500], Enumerable.Range(0, 4).Select(i => Publishers.Offset(i, 4, 2000, burst: false)));

    [Fact]
    public void In_a_burst_all_begin_at_once() => Assert.All(Enumerable.Range(0, 4), i => Assert.Equal(0, Publishers.Offset(i, 4, 2000, burst: true)));
}
