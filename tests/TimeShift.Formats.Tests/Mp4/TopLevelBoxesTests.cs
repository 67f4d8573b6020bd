using TimeShift.Formats.Mp4;

namespace TimeShift.Formats.Tests.Mp4;

public class TopLevelBoxesTests
{
    private static readonly byte[] Box24 = [0, 0, 0, 24, .. "moof"u8, .. new byte[16]];
    private static readonly byte[] Uuid40 = [0, 0, 0, 1, .. "uuid"u8, 0, 0, 0, 0, 0, 0, 0, 40, .. new byte[24]];

    [Fact]
    public void Every_cut_of_a_box_is_torn_and_says_how_much_is_missing()
    {
        foreach (var box in (byte[][])[Box24, Uuid40])
        {
            for (var length = 1; length < box.Length; length++)
            {
                var scan = TopLevelBoxes.Scan(box.AsSpan(0, Math.Min(length, BoxHeader.MaxSize)), length);
                Assert.Equal(BoxState.Torn, scan.State);
                Assert.InRange(scan.Missing, 1, box.Length - length);
                if (scan.Header != default) Assert.Equal(box.Length - length, scan.Missing);
            }

            var whole = TopLevelBoxes.Scan(box.AsSpan(0, Math.Min(box.Length, BoxHeader.MaxSize)), box.Length + 5);
            Assert.Equal((BoxState.Complete, box.Length), (whole.State, whole.Size));
        }
    }

    [Fact]
    public void A_box_may_be_larger_than_memory()
    {
        byte[] head = [0, 0, 0, 1, .. "mdat"u8, 0, 0, 1, 0, 0, 0, 0, 0];
        Assert.Equal(BoxState.Complete, TopLevelBoxes.Scan(head, 1L << 40).State);
        Assert.Equal(1, TopLevelBoxes.Scan(head, (1L << 40) - 1).Missing);
    }

    [Fact]
    public void A_box_of_size_0_reaches_the_end()
    {
        var scan = TopLevelBoxes.Scan([0, 0, 0, 0, .. "mdat"u8], 5000);
        Assert.Equal((BoxState.Complete, 5000), (scan.State, scan.Size));
    }

    [Theory]
    [InlineData("0000000000000000000000000000000000000000")]
    [InlineData("000000186d6f6f00")]
    [InlineData("000000076d6f6f66")]
    [InlineData("ffffffffffffffff")]
    [InlineData("00000001ff646174")]
    [InlineData("000000016d6461748000000000000000")]
    public void Zeros_and_noise_are_garbage(string hex)
    {
        var bytes = Convert.FromHexString(hex);
        Assert.Equal(BoxState.Garbage, TopLevelBoxes.Scan(bytes, bytes.Length).State);
    }

    [Fact]
    public void The_complete_boxes_of_a_span_are_walked()
    {
        byte[] data = [.. Box24, .. Uuid40, .. Box24];
        var boxes = TopLevelBoxes.Enumerate(data);
        var found = new List<(int, uint, int)>();
        while (boxes.MoveNext()) found.Add((boxes.Offset, boxes.Header.Type, boxes.Current.Length));
        Assert.Equal([(0, FourCc.Moof, 24), (24, FourCc.Uuid, 40), (64, FourCc.Moof, 24)], found);
        Assert.Equal((BoxState.Complete, data.Length), (boxes.State, boxes.Offset));
        Assert.False(boxes.MoveNext());
    }

    [Fact]
    public void The_walk_stops_where_the_tail_is_torn()
    {
        byte[] data = [.. Box24, .. Uuid40, .. Box24];
        for (var length = 0; length <= data.Length; length++)
        {
            var boxes = TopLevelBoxes.Enumerate(data.AsSpan(0, length));
            var count = 0;
            while (boxes.MoveNext()) count++;
            var whole = length < 24 ? 0 : length < 64 ? 24 : length < 88 ? 64 : 88;
            Assert.Equal(whole, boxes.Offset);
            Assert.Equal(whole == length ? BoxState.Complete : BoxState.Torn, boxes.State);
            Assert.Equal(whole switch { 0 => 0, 24 => 1, 64 => 2, _ => 3 }, count);
            Assert.False(boxes.MoveNext());
        }
    }

    [Fact]
    public void The_walk_stops_in_front_of_zeros()
    {
        var boxes = TopLevelBoxes.Enumerate([.. Box24, .. new byte[64]]);
        Assert.True(boxes.MoveNext());
        Assert.False(boxes.MoveNext());
        Assert.Equal((BoxState.Garbage, 24), (boxes.State, boxes.Offset));
    }
}
