using CsCheck;
using TimeShift.Core.Media;
using TimeShift.Storage.Index;

namespace TimeShift.Storage.Tests.Index;

public sealed class SegmentIndexTests
{
    [Fact]
    public void Finding_agrees_with_looking_at_each() => Gen.Select(Gen.Int[0, 50].List[0, 40], Gen.Int[-10, 600]).Sample((steps, at) =>
    {
        var start = 0;
        SegmentRecord[] records = [.. steps.Select((s, i) => Record(i, start += s))];
        Assert.Equal(Array.FindLastIndex(records, r => r.Start.Microseconds <= at), SegmentIndex.Find(records, new Instant(at)));
    });

    [Fact]
    public async Task Readers_always_see_a_whole_prefix()
    {
        var index = new SegmentIndex([]);
        const int Count = 20_000;
        var reader = Task.Run(() =>
        {
            for (var seen = 0; seen < Count;)
            {
                var records = index.Records;
                Assert.True(records.Length >= seen);
                seen = records.Length;
                for (var i = Math.Max(0, seen - 10); i < seen; i++) Assert.Equal(Record(i, i), records[i]);
            }
        });
        for (var i = 0; i < Count; i++) index.Append(Record(i, i));
        await reader;
    }

    [Fact]
    public void What_was_cut_off_does_not_come_back()
    {
        var index = new SegmentIndex([Record(0, 0) with { Flags = SegmentFlags.Lost }, Record(1, 1)]);
        Assert.Equal(1, index.LeadingLost);
        index.Append(Record(2, 2));
        index.CutTo(2);
        index.Append(Record(3, 3));
        Assert.Equal(2, index.Count);
        index.CutTo(5);
        Assert.Equal(2, index.Count);
    }

    private static SegmentRecord Record(int ordinal, long start) => new(new Instant(start), start * 10, 10, 1, ordinal, SegmentFlags.Independent);
}
