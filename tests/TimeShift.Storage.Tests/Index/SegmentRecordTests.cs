using CsCheck;
using TimeShift.Core.Media;
using TimeShift.Storage.Index;

namespace TimeShift.Storage.Tests.Index;

public sealed class SegmentRecordTests
{
    private static readonly Gen<SegmentRecord> _records = Gen.Select(Gen.Long, Gen.Long, Gen.UInt, Gen.UInt, Gen.Int[0, SegmentRecord.MaxOrdinal], Gen.Byte)
        .Select((start, offset, size, duration, ordinal, flags) => new SegmentRecord(new Instant(start), offset, size, duration, ordinal, (SegmentFlags)flags));

    [Fact]
    public void What_is_written_is_read() => _records.Sample(record =>
    {
        var bytes = new byte[SegmentRecord.Bytes];
        record.Write(bytes);
        Assert.True(SegmentRecord.TryRead(bytes, out var read));
        Assert.Equal(record, read);
    });

    [Fact]
    public void Every_flipped_bit_and_every_short_record_is_found() => _records.Sample(record =>
    {
        var bytes = new byte[SegmentRecord.Bytes];
        record.Write(bytes);
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << bit % 8);
            Assert.False(SegmentRecord.TryRead(bytes, out _));
            bytes[bit / 8] ^= (byte)(1 << bit % 8);
        }

        for (var length = 0; length < bytes.Length; length++) Assert.False(SegmentRecord.TryRead(bytes.AsSpan(0, length), out _));
    });

    [Fact]
    public void Nothing_but_zeros_is_no_record() => Assert.False(SegmentRecord.TryRead(new byte[SegmentRecord.Bytes], out _));

    [Fact]
    public void The_layout_is_settled()
    {
        var bytes = new byte[SegmentRecord.Bytes];
        new SegmentRecord(new Instant(0x0102030405060708), 0x1112131415161718, 0x21222324, 0x31323334, 0x414243, SegmentFlags.Independent | SegmentFlags.Discontinuity).Write(bytes);
        Assert.Equal("0807060504030201" + "1817161514131211" + "24232221" + "34333231" + "43424105", Convert.ToHexString(bytes)[..56]);
    }
}
