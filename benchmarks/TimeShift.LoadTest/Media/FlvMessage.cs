using TimeShift.Formats.Flv;

namespace TimeShift.LoadTest.Media;

/// <summary>A tag of an FLV file, which is what an RTMP message carries.</summary>
/// <param name="Timestamp">Milliseconds, of decoding.</param>
/// <param name="IsConfiguration">Parameter sets or an AudioSpecificConfig, no media.</param>
internal readonly record struct FlvMessage(FlvTagType Type, long Timestamp, ReadOnlyMemory<byte> Body, bool IsKey, bool IsConfiguration)
{
    /// <exception cref="FlvFormatException">The bytes are no FLV.</exception>
    public static List<FlvMessage> ReadAll(ReadOnlyMemory<byte> file)
    {
        var messages = new List<FlvMessage>();
        if (!FlvFileHeader.TryRead(file.Span, out var header)) throw new FlvFormatException($"an FLV file of {file.Length} bytes; expected a header of 13");
        var rest = file[header.Length..];
        // A tag that the file's end cuts off is left out.
        while (FlvTagHeader.TryRead(rest.Span, out var tag) && rest.Length >= FlvTagHeader.Length + tag.DataSize)
        {
            messages.Add(Describe(tag, rest.Slice(FlvTagHeader.Length, tag.DataSize)));
            rest = rest[Math.Min(rest.Length, FlvTagHeader.Length + tag.DataSize + FlvTagHeader.TrailerLength)..];
        }

        return messages;
    }

    private static FlvMessage Describe(in FlvTagHeader tag, ReadOnlyMemory<byte> body)
    {
        var (key, configuration) = (false, false);
        if (tag.Type == FlvTagType.Video && FlvVideoHeader.TryRead(body.Span, out var video))
            (key, configuration) = (video.FrameType == FlvFrameType.Key, video.PacketType == FlvVideoPacketType.SequenceStart);
        if (tag.Type == FlvTagType.Audio && FlvAudioHeader.TryRead(body.Span, out var audio)) configuration = audio.PacketType == FlvAudioPacketType.SequenceStart;
        return new FlvMessage(tag.Type, tag.Timestamp, body, key && !configuration, configuration);
    }
}
