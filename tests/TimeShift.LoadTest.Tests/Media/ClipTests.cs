using System.Buffers.Binary;
using TimeShift.Formats.Flv;
using TimeShift.Formats.Rtmp;
using TimeShift.LoadTest.Media;
using TimeShift.LoadTest.Rtmp;

namespace TimeShift.LoadTest.Tests.Media;

public sealed class ClipTests
{
    [Theory]
    [InlineData(4096)]
    [InlineData(128)]
    public void Three_rounds_carry_the_file_s_messages_with_timestamps_that_go_on(int chunkSize)
    {
        var clip = TestClip.Read(chunkSize);
        var source = FlvMessage.ReadAll(TestClip.Flv()).FindAll(m => !m.IsConfiguration && m.Type != FlvTagType.Script);

        var got = Wire(clip, rounds: 3);

        var media = got.FindAll(m => m.Body[1] != 0 && m.Type != RtmpMessageType.DataAmf0);
        Assert.Equal(3 * source.Count, media.Count);
        for (var i = 0; i < media.Count; i++)
        {
            var expected = source[i % source.Count];
            Assert.Equal((RtmpMessageType)expected.Type, media[i].Type);
            Assert.True(expected.Body.Span.SequenceEqual(media[i].Body));
            Assert.Equal(expected.Timestamp + i / source.Count * clip.Schedule.Period, media[i].Timestamp - media[0].Timestamp);
        }
    }

    [Fact]
    public void The_opening_has_metadata_and_configurations_whose_timestamps_are_not_negative()
    {
        var opening = Wire(TestClip.Read(firstTimestamp: 5000), rounds: 0);
        Assert.Equal([RtmpMessageType.DataAmf0, RtmpMessageType.Video, RtmpMessageType.Audio], opening.Select(m => m.Type));
        Assert.All(opening, m => Assert.InRange(m.Timestamp, 0, 100));
        Assert.Equal("@setDataFrame"u8, opening[0].Body.AsSpan(3, 13));
    }

    [Fact]
    public void The_period_is_the_frames_length_and_the_group_that_of_its_key_frames()
    {
        var clip = TestClip.Read(firstTimestamp: 77);
        Assert.Equal((TestClip.Seconds * 1000, 1000), (clip.Schedule.Period, clip.GroupLength));
        Assert.Equal(clip.Round.Length, clip.Schedule.RoundBytes);
    }

    [Fact]
    public void A_file_without_audio_is_pushed_without_it() =>
        Assert.DoesNotContain(Wire(TestClip.Read(audio: false), rounds: 1), m => m.Type == RtmpMessageType.Audio);

    [Fact]
    public void A_file_that_breaks_off_within_a_tag_is_read_up_to_there()
    {
        var whole = TestClip.Flv();
        Assert.Equal(FlvMessage.ReadAll(whole).Count - 1, FlvMessage.ReadAll(whole.AsMemory(0, whole.Length - 10)).Count);
    }

    [Fact]
    public void Something_else_than_FLV_is_refused() => Assert.Throws<FlvFormatException>(() => Clip.Read("<html></html>"u8.ToArray(), 4096));

    // What a server would understand: the reader for a server's answers with the timestamps added up from the headers.
    private static List<(RtmpMessageType Type, long Timestamp, byte[] Body)> Wire(Clip clip, int rounds)
    {
        byte[] wire = [.. clip.Opening(1), .. Enumerable.Repeat(clip.Round.ToArray(), rounds).SelectMany(round => round)];
        var reader = new RtmpReplyReader();
        var size = new byte[16];
        new RtmpChunkHeader(0, 2, 0, false, 4, RtmpMessageType.SetChunkSize, 0, 0).Write(size);
        BinaryPrimitives.WriteInt32BigEndian(size.AsSpan(12), clip.ChunkSize);
        reader.Append(size);
        reader.Append(wire);
        var times = Timestamps(wire, clip.ChunkSize);
        var messages = new List<(RtmpMessageType, long, byte[])>();
        while (reader.TryRead(out var reply)) messages.Add((reply.Value.Type, times.Dequeue(), reply.Value.Body));
        Assert.Empty(times);
        return messages;
    }

    private static Queue<long> Timestamps(ReadOnlySpan<byte> wire, int chunkSize)
    {
        var times = new Queue<long>();
        var last = new Dictionary<int, long>();
        var left = new Dictionary<int, int>();
        while (!wire.IsEmpty)
        {
            Assert.True(RtmpChunkHeader.TryRead(wire, out var header));
            if (header.Format <= 1)
            {
                times.Enqueue(last[header.ChunkStreamId] = header.Format == 0 ? header.Timestamp : last[header.ChunkStreamId] + header.Timestamp);
                left[header.ChunkStreamId] = header.MessageLength;
            }

            var take = Math.Min(chunkSize, left[header.ChunkStreamId]);
            left[header.ChunkStreamId] -= take;
            wire = wire[(header.Length + take)..];
        }

        return times;
    }
}
