using System.Buffers;
using TimeShift.Formats.Rtmp;
using TimeShift.Formats.Tests.Fuzz;

namespace TimeShift.Formats.Tests.Rtmp;

public sealed class RtmpChunkHeaderTests
{
    [Theory]
    [InlineData("0300000000000614010000" + "00", 0, 3, 0u, 6, 20, 1u)]
    [InlineData("44000028" + "000100" + "09", 1, 4, 40u, 256, 9, 0u)]
    [InlineData("84000017", 2, 4, 23u, 0, 0, 0u)]
    [InlineData("C4", 3, 4, 0u, 0, 0, 0u)]
    [InlineData("C000", 3, 64, 0u, 0, 0, 0u)]
    [InlineData("C0FF", 3, 319, 0u, 0, 0, 0u)]
    [InlineData("C10001", 3, 320, 0u, 0, 0, 0u)]
    [InlineData("C1FFFF", 3, 65599, 0u, 0, 0, 0u)]
    [InlineData("06FFFFFF" + "000003" + "08" + "01000000" + "01000000", 0, 6, 0x01000000u, 3, 8, 1u)]
    [InlineData("86FFFFFF" + "00FFFFFF", 2, 6, 0xFFFFFFu, 0, 0, 0u)]
    public void A_header_is_read_and_written(string hex, int format, int id, uint timestamp, int length, int type, uint streamId)
    {
        var bytes = Convert.FromHexString(hex);
        Assert.True(RtmpChunkHeader.TryRead(bytes, out var header));
        Assert.Equal((format, id, timestamp, length, type, streamId, bytes.Length), (
            header.Format, header.ChunkStreamId, header.Timestamp, header.MessageLength, (int)header.Type, header.StreamId, header.Length));
        for (var cut = 0; cut < bytes.Length; cut++)
        {
            Assert.False(RtmpChunkHeader.TryRead(bytes.AsSpan(0, cut), out _));
            Assert.InRange(RtmpChunkHeader.KnownLength(bytes.AsSpan(0, cut)), cut + 1, bytes.Length);
        }

        var written = new byte[RtmpChunkHeader.MaxLength];
        Assert.Equal(bytes.Length, header.Write(written));
        Assert.Equal(hex, Convert.ToHexString(written.AsSpan(0, bytes.Length)));
    }

    [Fact]
    public void A_message_is_cut_into_chunks_with_the_extended_time_repeated()
    {
        var output = new ArrayBufferWriter<byte>();
        RtmpMessageWriter.Write(output, 4, RtmpMessageType.Video, 1, 0x01020304, [1, 2, 3, 4, 5], chunkSize: 2);
        Assert.Equal("04FFFFFF000005090100000001020304" + "0102" + "C401020304" + "0304" + "C401020304" + "05", Convert.ToHexString(output.WrittenSpan));
    }

    [Fact]
    public void Damaged_headers_let_nothing_out() => FuzzRunner.Run(
        static data =>
        {
            if (RtmpChunkHeader.TryRead(data, out var header)) Assert.InRange(header.Length, 1, data.Length);
        },
        typeof(RtmpProtocolException),
        [Convert.FromHexString("06FFFFFF000003080100000001000000"), Convert.FromHexString("41FFFF000028000100090000")],
        5_000);
}
