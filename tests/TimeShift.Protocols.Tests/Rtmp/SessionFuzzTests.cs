using TimeShift.Formats.Rtmp;
using TimeShift.Formats.Tests.Fuzz;
using TimeShift.Protocols.Rtmp;

namespace TimeShift.Protocols.Tests.Rtmp;

public sealed class SessionFuzzTests
{
    private static readonly byte[] Handshake = new PublishScript().SimpleHandshake().Take();
    private static readonly byte[] Published = [.. Handshake, .. new PublishScript().Connect("live").Publish("x").Take()];

    [Fact]
    public async Task Any_bytes_after_the_handshake_end_in_a_protocol_error_at_most()
    {
        var tags = TestMedia.Tags(await TestMedia.PlainAsync());
        byte[][] seeds =
        [
            new PublishScript().Connect("live").Publish("x").Metadata(("videocodecid", 7.0), ("audiocodecid", 10.0)).Tags(tags.Take(6)).Finish("x").Take(),
            new PublishScript().Connect("live").Command(1, "play", 0.0, TimeShift.Formats.Amf.AmfValue.Null, "x").Take(),
            new PublishScript(new Chunking { ChunkSize = 50, VideoChunkStream = 400 }).Connect("a/b").Publish("x").Tags(tags.Take(4), 0xFFFFFF).Take(),
        ];
        FuzzRunner.Run(static data => Feed(Handshake, data), typeof(FormatException), seeds, 1_000);
    }

    [Fact]
    public async Task Any_bytes_of_a_publisher_end_in_a_format_error_at_most()
    {
        var tags = TestMedia.Tags(await TestMedia.PlainAsync());
        var (hevc, samples) = await TestMedia.Mp4Async(await TestMedia.HevcAsync(), "hvcC");
        byte[][] seeds =
        [
            new PublishScript().Tags(tags.Take(12)).Take(),
            new PublishScript().Video(Formats.Flv.FlvFrameType.Key, Formats.Flv.FlvVideoPacketType.SequenceStart, Formats.Flv.FlvCodecs.FourCcHevc, 0, 0, hevc)
                .Video(Formats.Flv.FlvFrameType.Key, Formats.Flv.FlvVideoPacketType.CodedFrames, Formats.Flv.FlvCodecs.FourCcHevc, 0, 0, samples[0].Data.AsSpan(0, 300)).Take(),
            new PublishScript().Message(RtmpMessageType.Aggregate, 100, [8, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0xAF, 0, 0x11, 0x90, 0, 0, 0, 15, 8, 0, 0, 3, 0, 0, 1, 0, 0, 0, 0, 0xAF, 1, 7, 0, 0, 0, 14]).Take(),
        ];
        FuzzRunner.Run(static data => Feed(Published, data), typeof(FormatException), seeds, 1_000);
    }

    [Fact]
    public void Any_handshake_ends_in_a_protocol_error_at_most() =>
        FuzzRunner.Run(static data => Feed(data, []), typeof(RtmpProtocolException), [Handshake], 500);

    private static void Feed(ReadOnlySpan<byte> before, ReadOnlySpan<byte> data)
    {
        var offline = new OfflineSession();
        try
        {
            using (offline)
            {
                offline.Session.Receive(before);
                var half = data.Length / 2;
                offline.Session.Receive(data[..half]);
                if (offline.Session.Phase != RtmpPhase.Closing) offline.Session.Receive(data[half..]);
            }
        }
        finally
        {
            Assert.Equal(0, offline.Pool.Outstanding);
        }
    }
}
