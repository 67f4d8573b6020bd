using TimeShift.Core.Media;
using TimeShift.Formats.Flv;
using TimeShift.Formats.Tests.Fuzz;

namespace TimeShift.Formats.Tests.Flv;

public sealed class FlvHeaderTests
{
    [Fact]
    public void A_file_header_is_read_and_written()
    {
        var bytes = new byte[FlvFileHeader.UsualLength];
        FlvFileHeader.Write(bytes, hasAudio: true, hasVideo: true);
        Assert.Equal("464C5601050000000900000000", Convert.ToHexString(bytes));
        Assert.True(FlvFileHeader.TryRead(bytes, out var header));
        Assert.Equal(new FlvFileHeader(true, true, FlvFileHeader.UsualLength), header);
        Assert.False(FlvFileHeader.TryRead(bytes.AsSpan(0, 12), out _));
    }

    [Theory]
    [InlineData("00")]
    [InlineData("464C58")]
    [InlineData("464C56020500000009")]
    [InlineData("464C5601050000FFFF")]
    public void What_is_no_flv_is_refused(string hex) =>
        Assert.Throws<FlvFormatException>(() => FlvFileHeader.TryRead(Convert.FromHexString(hex), out _));

    [Fact]
    public void A_tag_header_has_its_timestamps_high_byte_last()
    {
        var header = new FlvTagHeader(FlvTagType.Video, 0x010203, 0xAABBCCDD);
        var bytes = new byte[FlvTagHeader.Length];
        header.Write(bytes);
        Assert.Equal("09010203BBCCDDAA000000", Convert.ToHexString(bytes));
        Assert.True(FlvTagHeader.TryRead(bytes, out var read));
        Assert.Equal(header, read);
        Assert.False(FlvTagHeader.TryRead(bytes.AsSpan(0, 10), out _));
        bytes[0] |= 0x20;
        Assert.Throws<FlvFormatException>(() => FlvTagHeader.TryRead(bytes, out _));
    }

    [Theory]
    [InlineData("1700000000", FlvFrameType.Key, FlvVideoPacketType.SequenceStart, Codec.H264, 0, 5)]
    [InlineData("2701000050", FlvFrameType.Inter, FlvVideoPacketType.CodedFrames, Codec.H264, 80, 5)]
    [InlineData("2701FFFFD8", FlvFrameType.Inter, FlvVideoPacketType.CodedFrames, Codec.H264, -40, 5)]
    [InlineData("1C00000000", FlvFrameType.Key, FlvVideoPacketType.SequenceStart, Codec.H265, 0, 5)]
    [InlineData("1D01000000", FlvFrameType.Key, FlvVideoPacketType.CodedFrames, Codec.Av1, 0, 5)]
    [InlineData("9068766331", FlvFrameType.Key, FlvVideoPacketType.SequenceStart, Codec.H265, 0, 5)]
    [InlineData("A168766331000028", FlvFrameType.Inter, FlvVideoPacketType.CodedFrames, Codec.H265, 40, 8)]
    [InlineData("A168766331FFFFFF", FlvFrameType.Inter, FlvVideoPacketType.CodedFrames, Codec.H265, -1, 8)]
    [InlineData("A161766331000028", FlvFrameType.Inter, FlvVideoPacketType.CodedFrames, Codec.H264, 40, 8)]
    [InlineData("A368766331", FlvFrameType.Inter, FlvVideoPacketType.CodedFramesX, Codec.H265, 0, 5)]
    [InlineData("9161763031", FlvFrameType.Key, FlvVideoPacketType.CodedFrames, Codec.Av1, 0, 5)]
    [InlineData("9268766331", FlvFrameType.Key, FlvVideoPacketType.SequenceEnd, Codec.H265, 0, 5)]
    [InlineData("9468766331", FlvFrameType.Key, FlvVideoPacketType.Metadata, Codec.H265, 0, 5)]
    public void A_video_header_is_read_and_written(string hex, FlvFrameType frame, FlvVideoPacketType type, Codec codec, int composition, int length)
    {
        var bytes = Convert.FromHexString(hex);
        Assert.True(FlvVideoHeader.TryRead(bytes, out var header));
        Assert.Equal((frame, type, codec, composition, length), (header.FrameType, header.PacketType, header.Codec, header.CompositionTime, header.Length));
        for (var cut = 0; cut < bytes.Length; cut++) Assert.False(FlvVideoHeader.TryRead(bytes.AsSpan(0, cut), out _));
        var written = new byte[FlvVideoHeader.MaxLength];
        Assert.Equal(length, FlvVideoHeader.Write(written, frame, type, header.CodecId, composition));
        Assert.Equal(hex, Convert.ToHexString(written.AsSpan(0, length)));
    }

    [Fact]
    public void A_modifier_before_the_packet_type_is_passed_over()
    {
        // ModEx: 3 bytes of nanoseconds, then CodedFrames.
        var bytes = Convert.FromHexString("97" + "02" + "0F4240" + "01" + "68766331" + "000028");
        Assert.True(FlvVideoHeader.TryRead(bytes, out var header));
        Assert.Equal((FlvVideoPacketType.CodedFrames, Codec.H265, 40, bytes.Length), (header.PacketType, header.Codec, header.CompositionTime, header.Length));
    }

    [Fact]
    public void A_codec_that_is_not_carried_keeps_its_number()
    {
        Assert.True(FlvVideoHeader.TryRead([0x14], out var vp6));
        Assert.Null(vp6.Codec);
        Assert.Equal("VP6", FlvCodecs.VideoName(vp6.CodecId));
        Assert.True(FlvVideoHeader.TryRead([0x90, (byte)'v', (byte)'p', (byte)'0', (byte)'9'], out var vp9));
        Assert.Equal("'vp09'", FlvCodecs.VideoName(vp9.CodecId));
        Assert.True(FlvAudioHeader.TryRead([0x2F], out var mp3));
        Assert.Null(mp3.Codec);
        Assert.Equal("MP3", FlvCodecs.AudioName(mp3.CodecId));
    }

    [Theory]
    [InlineData("AF00", FlvAudioPacketType.SequenceStart, 2)]
    [InlineData("AF01", FlvAudioPacketType.CodedFrames, 2)]
    [InlineData("906D703461", FlvAudioPacketType.SequenceStart, 5)]
    [InlineData("916D703461", FlvAudioPacketType.CodedFrames, 5)]
    public void An_audio_header_is_read(string hex, FlvAudioPacketType type, int length)
    {
        var bytes = Convert.FromHexString(hex);
        Assert.True(FlvAudioHeader.TryRead(bytes, out var header));
        Assert.Equal((type, Codec.Aac, length), (header.PacketType, header.Codec!.Value, header.Length));
        for (var cut = 0; cut < bytes.Length; cut++) Assert.False(FlvAudioHeader.TryRead(bytes.AsSpan(0, cut), out _));
    }

    [Theory]
    [InlineData("72", Codec.PcmA, 1)]
    [InlineData("73", Codec.PcmA, 2)]
    [InlineData("82", Codec.PcmU, 1)]
    public void G711_has_no_sequence_header_and_says_its_channels(string hex, Codec codec, int channels)
    {
        Assert.True(FlvAudioHeader.TryRead(Convert.FromHexString(hex), out var header));
        Assert.Equal((FlvAudioPacketType.CodedFrames, codec, 1, channels), (header.PacketType, header.Codec!.Value, header.Length, header.Channels));
    }

    [Theory]
    [InlineData("1703000000")]
    [InlineData("98")]
    [InlineData("97000797000797000797000797000797000797000797000797000797")]
    public void A_reserved_packet_type_of_video_is_refused(string hex) =>
        Assert.Throws<FlvFormatException>(() => FlvVideoHeader.TryRead(Convert.FromHexString(hex), out _));

    [Theory]
    [InlineData("AF02")]
    [InlineData("93")]
    [InlineData("9F")]
    public void A_reserved_packet_type_of_audio_is_refused(string hex) =>
        Assert.Throws<FlvFormatException>(() => FlvAudioHeader.TryRead(Convert.FromHexString(hex), out _));

    [Fact]
    public void Damaged_headers_let_out_nothing_but_the_documented_exception() =>
        FuzzRunner.Run(Target, typeof(FlvFormatException), Seeds(), 5_000);

    private static void Target(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty) return;
        switch (data[0] % 4)
        {
            case 0:
                FlvFileHeader.TryRead(data[1..], out _);
                break;
            case 1:
                FlvTagHeader.TryRead(data[1..], out _);
                break;
            case 2:
                if (FlvVideoHeader.TryRead(data[1..], out var video)) Assert.InRange(video.Length, 1, data.Length - 1);
                break;
            default:
                if (FlvAudioHeader.TryRead(data[1..], out var audio)) Assert.InRange(audio.Length, 1, data.Length - 1);
                break;
        }
    }

    private static IEnumerable<byte[]> Seeds() =>
        from hex in new[] { "00464C5601050000000900000000", "0109010203BBCCDDAA000000", "021700000000", "02A168766331000028", "0297020F4240016876633100002800", "03AF00", "0372D5D5", "03916D703461" }
        select Convert.FromHexString(hex);
}
