using System.Buffers;
using System.Buffers.Binary;
using TimeShift.Core.Hub;
using TimeShift.Core.Media;
using TimeShift.Core.Packets;
using TimeShift.Formats.Amf;
using TimeShift.Formats.Flv;
using TimeShift.Formats.Rtmp;

namespace TimeShift.Protocols.Tests.Rtmp;

public sealed class SessionTests
{
    [Theory]
    [InlineData(128, true, 1)]
    [InlineData(1, true, 4096)]
    [InlineData(77, false, 13)]
    [InlineData(65536, true, int.MaxValue)]
    public async Task Any_chunking_over_tcp_gives_the_same_packets(int chunkSize, bool compress, int pieceSize)
    {
        var tags = TestMedia.Tags(await TestMedia.VideoOnlyAsync()).Take(40).ToList();
        await using var host = await RtmpHost.StartAsync();
        var script = new PublishScript(new Chunking { ChunkSize = chunkSize, Compress = compress, VideoChunkStream = 300 });
        using var client = await RtmpTestClient.PublishAsync(host.EndPoint, script, "live", "x");
        await client.SendAsync(script.Tags(tags).Finish("x").Take(), pieceSize);
        var sink = host.SinkOf("live/x");
        await sink.UntilAsync(s => s.Ends.Length == 1);
        Assert.Equal(MediaOf(tags).Select(t => Convert.ToHexString(t.Data[5..])), sink.Video.Select(p => Convert.ToHexString(p.Data)));
        Assert.Equal("NetStream.Unpublish.Success", await client.StatusAsync());
    }

    [Theory]
    [InlineData(null)]
    [InlineData(RtmpDigestSchema.First)]
    [InlineData(RtmpDigestSchema.Second)]
    public async Task Every_handshake_is_answered(RtmpDigestSchema? schema)
    {
        await using var host = await RtmpHost.StartAsync();
        using var client = await RtmpTestClient.ConnectAsync(host.EndPoint);
        await client.HandshakeAsync(schema);
        await client.SendAsync(new PublishScript().Connect("live").Take());
        while (await client.ReadAsync() is { } message)
        {
            if (message.Type != RtmpMessageType.CommandAmf0) continue;
            var values = Amf0Reader.ReadAll(message.Body);
            Assert.Equal("NetConnection.Connect.Success", Assert.IsType<AmfObject>(values[3]).Text("code"));
            Assert.Contains(new AmfString("hvc1"), Assert.IsType<AmfArray>(((AmfObject)values[3])["fourCcList"]).Items);
            return;
        }

        Assert.Fail("no answer to connect");
    }

    [Theory]
    [InlineData(16_777_215u - 500)]
    [InlineData(16_777_216u)]
    [InlineData(uint.MaxValue - 700)]
    public async Task Times_beyond_24_bits_and_over_the_wrap_of_32_keep_their_steps(uint start)
    {
        foreach (var extended in Enum.GetValues<ExtendedOnFormat3>())
        {
            foreach (var compress in (bool[])[true, false])
            {
                var tags = TestMedia.Tags(await TestMedia.PlainAsync());
                await using var host = await RtmpHost.StartAsync();
                var sink = await SendAsync(host, new PublishScript(new Chunking { Extended = extended, Compress = compress }), s => s.Tags(tags, start));
                var media = MediaOf(tags);
                var video = media.Where(t => t.Header.Type == FlvTagType.Video).ToList();
                Assert.Equal(Steps(video.Select(t => 90L * t.Header.Timestamp)), Steps(sink.Video.Select(p => p.Dts.Ticks)));
                Assert.Equal(media.Count - video.Count, sink.Audio.Length);
                Assert.Single(sink.Epochs);
            }
        }
    }

    [Fact]
    public async Task The_audio_before_the_first_sequence_header_of_video_is_not_lost()
    {
        var tags = TestMedia.Tags(await TestMedia.PlainAsync());
        var audio = tags.Where(t => t.Header.Type == FlvTagType.Audio).ToList();
        var video = tags.Where(t => t.Header.Type == FlvTagType.Video).ToList();
        await using var host = await RtmpHost.StartAsync();
        var sink = await SendAsync(host, new PublishScript(), s => s.Tags(audio.Take(8)).Tags(video.Take(10)).Tags(audio.Skip(8).Take(10)));
        var epoch = Assert.Single(sink.Epochs);
        Assert.Equal(2, epoch.Tracks.Tracks.Length);
        Assert.Equal(MediaOf(audio).Take(17).Select(t => Convert.ToHexString(t.Data[2..])), sink.Audio.Select(p => Convert.ToHexString(p.Data)));
        Assert.Equal(9, sink.Video.Length);
        Assert.False(sink.Packets[0].IsVideo);
    }

    [Fact]
    public async Task Metadata_says_that_there_is_nothing_to_wait_for()
    {
        var video = TestMedia.Tags(await TestMedia.VideoOnlyAsync()).Where(t => t.Header.Type == FlvTagType.Video).ToList();
        await using var host = await RtmpHost.StartAsync();
        var script = new PublishScript();
        using var client = await RtmpTestClient.PublishAsync(host.EndPoint, script, "live", "x");
        await client.SendAsync(script.Metadata(("videocodecid", 7.0), ("width", 320.0)).Tags(video.Take(2)).Take());
        await host.SinkOf("live/x").UntilAsync(s => s.Video.Length == 1);
    }

    [Fact]
    public async Task Without_metadata_a_missing_track_is_waited_for_one_second_of_media()
    {
        var video = TestMedia.Tags(await TestMedia.VideoOnlyAsync()).Where(t => t.Header.Type == FlvTagType.Video).ToList();
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        await using var host = await RtmpHost.StartAsync(clock: clock);
        var script = new PublishScript();
        using var client = await RtmpTestClient.PublishAsync(host.EndPoint, script, "live", "x");
        await client.SendAsync(script.Tags(video.Take(27)).Take());
        var sink = host.SinkOf("live/x");
        await sink.UntilAsync(s => s.Video.Length == 26);
        Assert.Single(sink.Epochs);
    }

    [Fact]
    public async Task A_new_sequence_header_begins_an_epoch_and_a_repeated_one_does_not()
    {
        var first = TestMedia.Tags(await TestMedia.PlainAsync());
        var second = TestMedia.Tags(await TestMedia.LargerAsync());
        var header = first.First(t => t.Header.Type == FlvTagType.Video);
        var end = first[^1].Header.Timestamp + 40;
        await using var host = await RtmpHost.StartAsync();
        var sink = await SendAsync(host, new PublishScript(), s => s.Tags(first.Take(100)).Tags([header]).Tags(first.Skip(100)).Tags(second, end));
        Assert.Equal([EpochReason.Start, EpochReason.CodecChange], sink.Epochs.Select(e => e.Reason));
        Assert.Equal((640, 360), (sink.Epochs[1].Tracks.Lead.Width, sink.Epochs[1].Tracks.Lead.Height));
        Assert.Equal(MediaOf(first).Count, sink.Packets.Count(p => p.Epoch == 0));
        Assert.Equal(MediaOf(second).Count, sink.Packets.Count(p => p.Epoch == 1));
    }

    [Fact]
    public async Task An_aggregate_message_is_split_with_its_times_moved()
    {
        var tags = TestMedia.Tags(await TestMedia.PlainAsync());
        var headers = tags.Where(t => t.Header.Type != FlvTagType.Script && t.Data[1] == 0).ToList();
        var media = MediaOf(tags);
        await using var host = await RtmpHost.StartAsync();
        var sink = await SendAsync(host, new PublishScript(), s =>
        {
            s.Tags(headers);
            // Times inside are those of a file; the message's own says where they belong.
            foreach (var group in media.Chunk(7)) s.Message(RtmpMessageType.Aggregate, group[0].Header.Timestamp + 1000, Aggregate(group, 123_456));
        });
        Assert.Equal(media.Count, sink.Packets.Length);
        var video = media.Where(t => t.Header.Type == FlvTagType.Video).Select(t => 90L * t.Header.Timestamp);
        Assert.Equal(Steps(video), Steps(sink.Video.Select(p => p.Dts.Ticks)));
    }

    [Theory]
    [InlineData(FlvCodecs.FourCcHevc)]
    [InlineData(FlvCodecs.LegacyHevc)]
    public async Task Hevc_comes_by_fourcc_and_by_the_number_that_cameras_use(uint codec)
    {
        var (config, samples) = await TestMedia.Mp4Async(await TestMedia.HevcAsync(), "hvcC");
        await using var host = await RtmpHost.StartAsync();
        var sink = await SendAsync(host, new PublishScript(), s =>
        {
            s.Metadata(("videocodecid", codec)).Video(FlvFrameType.Key, FlvVideoPacketType.SequenceStart, codec, 0, 0, config);
            foreach (var (packet, data) in samples)
            {
                var composition = (int)(packet.Pts - packet.Dts);
                var type = composition == 0 && codec > 15 ? FlvVideoPacketType.CodedFramesX : FlvVideoPacketType.CodedFrames;
                s.Video(packet.IsKey ? FlvFrameType.Key : FlvFrameType.Inter, type, codec, (uint)(packet.Dts + 1000), composition, data);
            }

            s.Video(FlvFrameType.Key, FlvVideoPacketType.SequenceEnd, codec, 9999, 0, []);
        });
        Assert.Equal((Codec.H265, 320, 180), (sink.Epochs[0].Tracks.Lead.Codec, sink.Epochs[0].Tracks.Lead.Width, sink.Epochs[0].Tracks.Lead.Height));
        AssertSamples(samples, sink);
        Assert.Contains(samples, s => s.Packet.Pts != s.Packet.Dts);
    }

    [Fact]
    public async Task Av1_comes_by_fourcc()
    {
        var (config, samples) = await TestMedia.Mp4Async(await TestMedia.Av1Async(), "av1C");
        await using var host = await RtmpHost.StartAsync();
        var sink = await SendAsync(host, new PublishScript(), s =>
        {
            s.Metadata(("videocodecid", FlvCodecs.FourCcAv1)).Video(FlvFrameType.Key, FlvVideoPacketType.SequenceStart, FlvCodecs.FourCcAv1, 0, 0, config);
            foreach (var (packet, data) in samples)
                s.Video(packet.IsKey ? FlvFrameType.Key : FlvFrameType.Inter, FlvVideoPacketType.CodedFrames, FlvCodecs.FourCcAv1, (uint)packet.Dts, 0, data);
        });
        Assert.Equal(Codec.Av1, sink.Epochs[0].Tracks.Lead.Codec);
        AssertSamples(samples, sink);
    }

    [Fact]
    public async Task The_bitstream_says_what_is_a_key_frame_and_not_the_sender()
    {
        var tags = TestMedia.Tags(await TestMedia.VideoOnlyAsync());
        var expected = MediaOf(tags).Select(t => t.Data[0] >> 4 == 1).ToList();
        foreach (var (header, data) in tags.Where(t => t.Header.Type == FlvTagType.Video)) data[0] = (byte)(data[0] >> 4 == 1 ? 0x27 : 0x17);
        await using var host = await RtmpHost.StartAsync();
        var sink = await SendAsync(host, new PublishScript(), s => s.Tags(tags));
        Assert.Equal(expected, sink.Video.Select(p => p.IsKey));
        Assert.Contains(true, expected);
        Assert.Contains(false, expected);
    }

    [Fact]
    public async Task Short_lengths_of_nal_units_become_four_bytes()
    {
        var tags = TestMedia.Tags(await TestMedia.VideoOnlyAsync());
        var expected = MediaOf(tags).Select(t => Convert.ToHexString(t.Data[5..])).ToList();
        var shortened = tags.Select(t => t.Header.Type != FlvTagType.Video ? t : t.Data[1] == 0 ? (t.Header, WithLengthSize(t.Data, 2)) : (t.Header, WithShortLengths(t.Data))).ToList();
        await using var host = await RtmpHost.StartAsync();
        var sink = await SendAsync(host, new PublishScript(), s => s.Tags(shortened));
        Assert.Equal(expected, sink.Video.Select(p => Convert.ToHexString(p.Data)));
        Assert.Equal(3, sink.Epochs[0].Tracks.Lead.Config.Span[4] & 3);
    }

    [Fact]
    public async Task A_damaged_access_unit_is_left_out_and_the_next_says_so()
    {
        var tags = TestMedia.Tags(await TestMedia.VideoOnlyAsync());
        var media = MediaOf(tags);
        BinaryPrimitives.WriteInt32BigEndian(media[30].Data.AsSpan(5), int.MaxValue);
        await using var host = await RtmpHost.StartAsync();
        var sink = await SendAsync(host, new PublishScript(), s => s.Tags(tags));
        Assert.Equal(media.Count - 1, sink.Video.Length);
        Assert.Equal([30], sink.Video.Index().Where(p => (p.Item.Flags & PacketFlags.Discontinuity) != 0).Select(p => p.Index));
        await host.LineAsync("3011", "live/x");
    }

    [Fact]
    public async Task An_amf3_command_wrapper_is_understood()
    {
        await using var host = await RtmpHost.StartAsync();
        using var client = await RtmpTestClient.ConnectAsync(host.EndPoint);
        await client.HandshakeAsync();
        var script = new PublishScript().Connect("live");
        var body = new ArrayBufferWriter<byte>();
        Amf0Writer.Write(body, "publish", 0.0, AmfValue.Null, "flash", "live");
        await client.SendAsync(script.Message(RtmpMessageType.CommandAmf3, 0, [0, .. body.WrittenSpan]).Take());
        Assert.Equal("NetStream.Publish.Start", await client.StatusAsync());
    }

    [Fact]
    public async Task Pings_are_answered_and_bytes_acknowledged()
    {
        var script = new PublishScript(new Chunking { ChunkSize = 60_000 });
        await using var host = await RtmpHost.StartAsync();
        using var client = await RtmpTestClient.PublishAsync(host.EndPoint, script, "live", "x");
        script.Message(RtmpMessageType.WindowAcknowledgementSize, 0, [0, 0, 0x40, 0]).Message(RtmpMessageType.UserControl, 0, [0, 6, 1, 2, 3, 4]);
        await client.SendAsync(script.Take());
        Assert.Equal([0, 7, 1, 2, 3, 4], await NextAsync(client, RtmpMessageType.UserControl));
        await client.SendAsync(script.Message(RtmpMessageType.DataAmf0, 0, new byte[20_000].Select(_ => (byte)5).ToArray()[..4000]).Take());
        await client.SendAsync(script.Message(RtmpMessageType.SharedObjectAmf0, 0, new byte[20_000]).Take());
        Assert.InRange(BinaryPrimitives.ReadInt32BigEndian(await NextAsync(client, RtmpMessageType.Acknowledgement)), 16_384, 40_000);
    }

    [Theory]
    [InlineData("live", "", "stream key is empty")]
    [InlineData("live", "?key=1", "stream key is empty")]
    [InlineData("live", "a b", "not allowed")]
    [InlineData("live", "../up", "begins with a dot")]
    [InlineData("api", "x", "keeps for itself")]
    public async Task A_name_that_is_none_is_refused_with_the_reason(string app, string key, string reason)
    {
        await using var host = await RtmpHost.StartAsync();
        using var client = await RtmpTestClient.ConnectAsync(host.EndPoint);
        await client.HandshakeAsync();
        await client.SendAsync(new PublishScript().Connect(app).Publish(key).Take());
        var status = await client.StatusObjectAsync();
        Assert.Equal("NetStream.Publish.BadName", status?.Text("code"));
        Assert.Contains(reason, status!.Text("description"), StringComparison.Ordinal);
        await client.UntilClosedAsync();
    }

    [Fact]
    public async Task A_connection_may_publish_again_after_it_finished()
    {
        var tags = TestMedia.Tags(await TestMedia.AudioOnlyAsync());
        await using var host = await RtmpHost.StartAsync();
        var script = new PublishScript();
        using var client = await RtmpTestClient.PublishAsync(host.EndPoint, script, "live", "x");
        await client.SendAsync(script.Tags(tags).Finish("x").Publish("x").Tags(tags).Finish("x").Take());
        var sink = host.SinkOf("live/x");
        await sink.UntilAsync(s => s.Ends.Length == 2);
        Assert.Equal(2 * MediaOf(tags).Count, sink.Audio.Length);
    }

    private static async Task<CollectingSink> SendAsync(RtmpHost host, PublishScript script, Action<PublishScript> fill)
    {
        using var client = await RtmpTestClient.PublishAsync(host.EndPoint, script, "live", "x");
        fill(script);
        await client.SendAsync(script.Finish("x").Take());
        var sink = host.SinkOf("live/x");
        await sink.UntilAsync(s => s.Ends.Length == 1);
        Assert.Equal([StreamEnd.Finished], sink.Ends);
        return sink;
    }

    private static async Task<byte[]> NextAsync(RtmpTestClient client, RtmpMessageType type)
    {
        while (await client.ReadAsync() is { } message)
        {
            // Stream Begin is a user control message too.
            if (message.Type == type && message.Body[1] != 0) return message.Body;
            if (message.Type == type && type == RtmpMessageType.Acknowledgement) return message.Body;
        }

        Assert.Fail($"no {type} came");
        return [];
    }

    private static void AssertSamples(List<(ProbedPacket Packet, byte[] Data)> samples, CollectingSink sink)
    {
        Assert.Equal(samples.Select(s => Convert.ToHexString(s.Data)), sink.Video.Select(p => Convert.ToHexString(p.Data)));
        Assert.Equal(samples.Select(s => s.Packet.IsKey), sink.Video.Select(p => p.IsKey));
        Assert.Equal(Steps(samples.Select(s => 90 * s.Packet.Dts)), Steps(sink.Video.Select(p => p.Dts.Ticks)));
        Assert.Equal(samples.Select(s => 90 * (s.Packet.Pts - s.Packet.Dts)), sink.Video.Select(p => p.Pts.Ticks - p.Dts.Ticks));
    }

    // Tags with media: no script, no sequence header, no end of sequence.
    private static List<(FlvTagHeader Header, byte[] Data)> MediaOf(List<(FlvTagHeader Header, byte[] Data)> tags) =>
        [.. tags.Where(t => t.Header.Type != FlvTagType.Script && t.Data[1] == 1)];

    private static IEnumerable<long> Steps(IEnumerable<long> times) => times.Zip(times.Skip(1), (a, b) => b - a);

    private static byte[] Aggregate(IEnumerable<(FlvTagHeader Header, byte[] Data)> tags, uint shift)
    {
        var output = new ArrayBufferWriter<byte>();
        foreach (var (header, data) in tags)
        {
            (header with { Timestamp = header.Timestamp + shift }).Write(output.GetSpan(FlvTagHeader.Length));
            output.Advance(FlvTagHeader.Length);
            output.Write(data);
            BinaryPrimitives.WriteInt32BigEndian(output.GetSpan(4), FlvTagHeader.Length + data.Length);
            output.Advance(4);
        }

        return output.WrittenSpan.ToArray();
    }

    private static byte[] WithLengthSize(byte[] header, int size)
    {
        var changed = (byte[])header.Clone();
        changed[5 + 4] = (byte)(0xFC | (size - 1));
        return changed;
    }

    private static byte[] WithShortLengths(byte[] tag)
    {
        var result = new List<byte>(tag[..5]);
        for (var at = 5; at < tag.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(tag.AsSpan(at));
            result.AddRange(tag[(at + 2)..(at + 4 + length)]);
            at += 4 + length;
        }

        return [.. result];
    }
}
