using TimeShift.Core.Media;
using TimeShift.Formats.Mp4;

namespace TimeShift.Formats.Tests.Mp4;

public class SegmentMarkTests
{
    private static readonly SegmentMark Full = new(
        new Guid("0123abcd-4567-89ef-0123-456789abcdef"), 123_456_789_012, new Instant(1_763_800_000_123_456), new Instant(-5), 7, 42,
        SegmentMarkFlags.Independent | SegmentMarkFlags.ForcedCut);

    public static TheoryData<SegmentMark> Marks => [
        Full,
        Full with { SourceClock = null },
        Full with { DecodingDelay = 7200, MediaOrigin = 1_800_000_000_123_456 },
        Full with { Flags = SegmentMarkFlags.DiscontinuityBefore, SegmentNumber = 0, InitNumber = long.MaxValue },
        new SegmentMark(Guid.Empty, 0, default, null, 0, 0, SegmentMarkFlags.None),
    ];

    [Theory]
    [MemberData(nameof(Marks))]
    public void A_mark_is_read_as_it_was_written(SegmentMark mark)
    {
        var box = new byte[SegmentMark.BoxSize + 10];
        Assert.Equal(SegmentMark.BoxSize, mark.Write(box));
        Assert.True(SegmentMark.TryRead(box, out var read));
        Assert.Equal(mark, read);
        Assert.True(SegmentMark.TryRead(box.AsSpan(0, SegmentMark.BoxSize), out _));
    }

    /// <summary>Reels outlive programs: these bytes must be read for ever.</summary>
    [Fact]
    public void The_bytes_of_format_0_stay_as_they_are()
    {
        var box = new byte[SegmentMark.BoxSize];
        Full.Write(box);
        Golden.Check("segment-mark.txt", Convert.ToHexStringLower(box) + "\n");
    }

    [Fact]
    public void A_later_program_may_add_bytes_behind_and_use_the_spare_ones()
    {
        var box = new byte[SegmentMark.BoxSize + 32];
        Full.Write(box);
        box.AsSpan(100).Fill(0xEE);
        box[3] = (byte)box.Length;
        Assert.True(SegmentMark.TryRead(box, out var read));
        Assert.Equal(Full, read);
    }

    [Fact]
    public void A_later_format_and_other_boxes_are_passed_over()
    {
        var later = new byte[SegmentMark.BoxSize];
        Full.Write(later);
        later[24] = 1;
        Assert.False(SegmentMark.TryRead(later, out _));

        var foreign = new byte[SegmentMark.BoxSize];
        Full.Write(foreign);
        foreign[8] ^= 1;
        Assert.False(SegmentMark.TryRead(foreign, out _));

        Assert.False(SegmentMark.TryRead([0, 0, 0, 8, .. "free"u8], out _));
        Assert.False(SegmentMark.TryRead([], out _));
    }

    [Fact]
    public void A_mark_that_is_cut_short_is_refused()
    {
        var box = new byte[SegmentMark.BoxSize];
        Full.Write(box);
        for (var length = 24; length < 84; length++)
        {
            var cut = box[..length];
            Assert.Throws<Mp4FormatException>(() => SegmentMark.TryRead(cut, out _));
        }
    }

    [Fact]
    public void A_short_destination_is_refused() => Assert.Throws<ArgumentException>(() => Full.Write(new byte[SegmentMark.BoxSize - 1]));
}
