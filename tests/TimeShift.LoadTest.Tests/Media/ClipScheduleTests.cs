using TimeShift.LoadTest.Media;

namespace TimeShift.LoadTest.Tests.Media;

public sealed class ClipScheduleTests
{
    // Messages of 100, 50 and 10 bytes, due at 0, 40 and 80 ms of a round of 120 ms.
    private readonly ClipSchedule _schedule = new([0, 40, 80], [100, 150, 160], 120);

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, 100)]
    [InlineData(39.9, 100)]
    [InlineData(40, 150)]
    [InlineData(119.9, 160)]
    [InlineData(120, 260)]
    [InlineData(120_000_040, 160_000_000L + 150)]
    public void What_is_due_grows_by_whole_messages_and_goes_on_in_the_next_round(double time, long expected) => Assert.Equal(expected, _schedule.BytesDue(time));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(99, 0)]
    [InlineData(100, 40)]
    [InlineData(150, 80)]
    [InlineData(159, 80)]
    [InlineData(160, 120)]
    [InlineData(160 * 1_000_000L + 100, 120 * 1_000_000L + 40)]
    public void A_byte_is_due_with_its_message(long position, long expected) => Assert.Equal(expected, _schedule.DueAt(position));

    [Fact]
    public void Every_byte_is_due_at_its_time_and_not_a_moment_before()
    {
        for (var position = 0L; position < 1000; position++)
        {
            var due = _schedule.DueAt(position);
            Assert.True(_schedule.BytesDue(due) > position);
            Assert.True(_schedule.BytesDue(due - 1) <= position);
        }
    }

    [Fact]
    public void A_message_due_after_the_round_is_refused() => Assert.Throws<ArgumentException>(() => new ClipSchedule([0, 120], [1, 2], 120));
}
