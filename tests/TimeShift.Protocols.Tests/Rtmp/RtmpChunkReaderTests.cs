using TimeShift.Core.Packets;
using TimeShift.Formats.Rtmp;
using TimeShift.Formats.Tests.Fuzz;
using TimeShift.Protocols.Rtmp;

namespace TimeShift.Protocols.Tests.Rtmp;

public sealed class RtmpChunkReaderTests
{
    private static readonly uint[] Times = [0, 0, 40, 80, 120, 120, 100, 0xFFFFFF, 0x1000027, 0x100004F, 0x1000077, 0x7FFFFFFF, 0xFFFFFFF0];

    public static TheoryData<int, bool, int> Forms => new(
        from size in new[] { 1, 2, 127, 128, 129, 4096, 65536 }
        from compress in new[] { false, true }
        from id in new[] { 2, 63, 64, 319, 320, 65599 }
        select (size, compress, id));

    [Theory]
    [MemberData(nameof(Forms))]
    public void Every_form_of_chunks_gives_the_same_messages(int chunkSize, bool compress, int chunkStream)
    {
        foreach (var extended in Enum.GetValues<ExtendedOnFormat3>())
        {
            var chunking = new Chunking { ChunkSize = chunkSize, Compress = compress, Extended = extended, AudioChunkStream = chunkStream, VideoChunkStream = 5 };
            var sent = Messages();
            var bytes = Chunked(chunking, sent);
            foreach (var piece in (int[])[1, 2, 3, 5, 7, 4093, int.MaxValue]) Assert.Equal(Text(sent), Text(Read(bytes, chunkSize, piece)));
        }
    }

    [Fact]
    public void Messages_of_two_chunk_streams_come_interleaved()
    {
        var reader = new Chunker(new Chunking());
        reader.Write(4, RtmpMessageType.Video, 1, 10, new byte[300]);
        reader.Write(6, RtmpMessageType.Audio, 1, 20, new byte[200]);
        var bytes = reader.Take();
        // Video: 12 + 128, 1 + 128, 1 + 44; audio: 12 + 128, 1 + 72.
        byte[] mixed = [.. bytes[..140], .. bytes[314..454], .. bytes[140..269], .. bytes[454..], .. bytes[269..314]];
        var messages = Read(mixed, 128, int.MaxValue);
        Assert.Equal([(RtmpMessageType.Audio, 20u, 200), (RtmpMessageType.Video, 10u, 300)], messages.Select(m => (m.Type, m.Time, m.Data.Length)));
    }

    [Fact]
    public void Format_3_after_format_0_repeats_the_time_as_a_difference_unless_it_is_a_time_of_day()
    {
        Assert.Equal([40u, 80u], Read(Convert.FromHexString("04000028" + "000001" + "09" + "01000000" + "AA" + "C4BB"), 128, 1).Select(m => m.Time));
        Assert.Equal([100_000u, 100_000u], Read(Convert.FromHexString("040186A0" + "000001" + "09" + "01000000" + "AA" + "C4BB"), 128, 1).Select(m => m.Time));
    }

    [Fact]
    public void An_empty_message_is_a_message() =>
        Assert.Empty(Assert.Single(Read(Convert.FromHexString("040000280000000901000000"), 128, 1)).Data);

    [Fact]
    public void An_aborted_message_is_forgotten()
    {
        var pool = new PacketPool();
        using var reader = new RtmpChunkReader(pool);
        ReadOnlySpan<byte> bytes = [.. Convert.FromHexString("04000028" + "0000FF" + "09" + "01000000"), .. new byte[128]];
        Assert.False(reader.TryRead(ref bytes, out _));
        reader.Abort(4);
        Assert.Equal(0, pool.Outstanding);
        bytes = Convert.FromHexString("04000028" + "000001" + "09" + "01000000" + "AA");
        Assert.True(reader.TryRead(ref bytes, out var message));
        Assert.Equal([0xAA], message.Payload.ToArray());
        message.Body.Dispose();
    }

    [Theory]
    [InlineData("C4")]
    [InlineData("84000028")]
    [InlineData("04000028" + "010001" + "09" + "01000000")]
    [InlineData("04000028" + "000002" + "09" + "01000000" + "AA" + "04000028" + "000002" + "09" + "01000000")]
    public void Broken_chunks_are_refused(string hex) => Assert.Throws<RtmpProtocolException>(() => Read(Convert.FromHexString(hex), 1, int.MaxValue));

    [Fact]
    public void Chunk_streams_without_end_are_refused()
    {
        var chunker = new Chunker(new Chunking());
        for (var id = 2; id < 2 + RtmpChunkReader.MaxChunkStreams; id++) chunker.Write(id, RtmpMessageType.Audio, 1, 0, [1]);
        var bytes = chunker.Take();
        Assert.Equal(RtmpChunkReader.MaxChunkStreams, Read(bytes, 128, int.MaxValue).Count);
        chunker.Write(100, RtmpMessageType.Audio, 1, 0, [1]);
        Assert.Throws<RtmpProtocolException>(() => Read([.. bytes, .. chunker.Take()], 128, int.MaxValue));
    }

    [Fact]
    public void A_promised_message_takes_memory_only_as_it_comes()
    {
        using var reader = new RtmpChunkReader(new PacketPool()) { MaxMessageLength = 16 << 20, RentAhead = true, ChunkSize = 1 << 20 };
        var before = GC.GetAllocatedBytesForCurrentThread();
        ReadOnlySpan<byte> bytes = [.. Convert.FromHexString("04000028" + "FFFFFF" + "09" + "01000000"), 1, 2, 3];
        Assert.False(reader.TryRead(ref bytes, out _));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 300 << 10);
    }

    [Fact]
    public void A_large_message_is_put_together_as_it_comes()
    {
        var payload = new byte[3_000_000];
        new Random(1).NextBytes(payload);
        var chunker = new Chunker(new Chunking()) { ChunkSize = 60_000 };
        chunker.Write(6, RtmpMessageType.Video, 1, 5, payload);
        Assert.Equal(payload, Assert.Single(Read(chunker.Take(), 60_000, 70_001)).Data);
    }

    [Fact]
    public void Unfinished_messages_are_bounded_together()
    {
        var chunker = new Chunker(new Chunking());
        var bytes = new List<byte>();
        for (var id = 3; id < 8; id++)
        {
            chunker.Write(id, RtmpMessageType.Video, 1, 0, new byte[60_000]);
            bytes.AddRange(chunker.Take()[..140]);
        }

        var pool = new PacketPool();
        using (var reader = new RtmpChunkReader(pool)) Assert.Throws<RtmpProtocolException>(() => Feed(reader, [.. bytes]));
        Assert.Equal(0, pool.Outstanding);
    }

    [Fact]
    public void Damaged_chunks_let_out_nothing_but_the_documented_exception()
    {
        var chunkings = new[] { new Chunking(), new Chunking { ChunkSize = 3, Extended = ExtendedOnFormat3.LeftOut, AudioChunkStream = 64, VideoChunkStream = 400 }, new Chunking { Compress = false } };
        FuzzRunner.Run(
            static data =>
            {
                var pool = new PacketPool();
                try
                {
                    using var reader = new RtmpChunkReader(pool) { ChunkSize = 1 + data.Length % 7, MaxMessageLength = 4096 };
                    Feed(reader, data);
                }
                finally
                {
                    Assert.Equal(0, pool.Outstanding);
                }
            },
            typeof(RtmpProtocolException),
            chunkings.Select(c => Chunked(c, Messages())),
            2_000);
    }

    private static void Feed(RtmpChunkReader reader, ReadOnlySpan<byte> bytes)
    {
        while (reader.TryRead(ref bytes, out var message)) message.Body.Dispose();
    }

    private static List<(RtmpMessageType Type, uint Time, byte[] Data)> Messages()
    {
        var random = new Random(3);
        var messages = new List<(RtmpMessageType, uint, byte[])>();
        foreach (var time in Times)
        {
            // Twice of each, with the same length, so that every chunk format has its turn.
            foreach (var type in (RtmpMessageType[])[RtmpMessageType.Audio, RtmpMessageType.Video, RtmpMessageType.Audio])
            {
                var data = new byte[type == RtmpMessageType.Audio ? 6 : random.Next(400)];
                random.NextBytes(data);
                messages.Add((type, time, data));
            }
        }

        return messages;
    }

    private static byte[] Chunked(Chunking chunking, List<(RtmpMessageType Type, uint Time, byte[] Data)> messages)
    {
        var chunker = new Chunker(chunking) { ChunkSize = chunking.ChunkSize };
        foreach (var (type, time, data) in messages)
            chunker.Write(type == RtmpMessageType.Audio ? chunking.AudioChunkStream : chunking.VideoChunkStream, type, 1, time, data);
        return chunker.Take();
    }

    private static List<(RtmpMessageType Type, uint Time, byte[] Data)> Read(byte[] bytes, int chunkSize, int pieceSize)
    {
        var pool = new PacketPool();
        var messages = new List<(RtmpMessageType, uint, byte[])>();
        using (var reader = new RtmpChunkReader(pool) { ChunkSize = chunkSize, MaxMessageLength = 4 << 20, RentAhead = bytes.Length > 65_536 })
        {
            if (bytes.Length <= 1 << 20) reader.MaxMessageLength = 64 << 10;
            for (var at = 0; at < bytes.Length; at += Math.Min(pieceSize, bytes.Length - at))
            {
                ReadOnlySpan<byte> piece = bytes.AsSpan(at, Math.Min(pieceSize, bytes.Length - at));
                while (reader.TryRead(ref piece, out var message))
                {
                    messages.Add((message.Type, message.Timestamp, message.Payload.ToArray()));
                    message.Body.Dispose();
                }

                Assert.True(piece.IsEmpty);
            }
        }

        Assert.Equal(0, pool.Outstanding);
        return messages;
    }

    private static IEnumerable<string> Text(List<(RtmpMessageType Type, uint Time, byte[] Data)> messages) =>
        messages.Select(m => $"{m.Type} {m.Time} {Convert.ToHexString(m.Data)}");
}
