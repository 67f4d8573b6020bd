using System.Buffers;
using TimeShift.Formats.Rtmp;
using TimeShift.LoadTest.Rtmp;

namespace TimeShift.LoadTest.Tests.Rtmp;

public sealed class RtmpReplyReaderTests
{
    [Fact]
    public void Messages_come_out_whole_however_the_bytes_are_cut()
    {
        var output = new ArrayBufferWriter<byte>();
        RtmpMessageWriter.Write(output, 3, RtmpMessageType.CommandAmf0, 1, 0, new byte[300], 128);
        RtmpMessageWriter.WriteControl(output, RtmpMessageType.SetChunkSize, 4096);
        RtmpMessageWriter.Write(output, 3, RtmpMessageType.CommandAmf0, 1, 0x1_000_000, new byte[5000], 4096);
        RtmpMessageWriter.WriteUserControl(output, RtmpUserControl.PingRequest, 7);
        var wire = output.WrittenSpan;

        for (var cut = 0; cut <= wire.Length; cut++)
        {
            var reader = new RtmpReplyReader();
            var lengths = new List<int>();
            reader.Append(wire[..cut]);
            while (reader.TryRead(out var reply)) lengths.Add(reply.Value.Body.Length);
            reader.Append(wire[cut..]);
            while (reader.TryRead(out var reply)) lengths.Add(reply.Value.Body.Length);
            Assert.Equal([300, 5000, 6], lengths);
        }
    }

    [Fact]
    public void A_message_that_is_too_long_is_a_fault()
    {
        var header = new byte[RtmpChunkHeader.MaxLength];
        new RtmpChunkHeader(0, 3, 0, false, 0xFFFFFF, RtmpMessageType.CommandAmf0, 0, 0).Write(header);
        var reader = new RtmpReplyReader();
        reader.Append(header);
        Assert.Throws<RtmpProtocolException>(() => reader.TryRead(out _));
    }

    /// <summary>Bytes from a server, in any order, end in messages or in the documented exception.</summary>
    [Fact]
    public void Whatever_comes_there_is_no_other_exception()
    {
        var random = new Random(11);
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = new byte[random.Next(1, 200)];
            random.NextBytes(bytes);
            Target(bytes);
        }
    }

    private static void Target(ReadOnlySpan<byte> bytes)
    {
        var reader = new RtmpReplyReader();
        reader.Append(bytes);
        try
        {
            while (reader.TryRead(out _))
            {
            }
        }
        catch (RtmpProtocolException)
        {
            // The documented one.
        }
    }
}
