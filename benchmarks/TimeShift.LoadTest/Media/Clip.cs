using System.Buffers;
using TimeShift.Formats.Flv;
using TimeShift.Formats.Rtmp;

namespace TimeShift.LoadTest.Media;

/// <summary>
/// A file as the bytes of an RTMP push without end. All messages of a round have timestamps as differences (chunk format 1), the first message's being the one to
/// the round before: so every round of every publisher is the same bytes, and nothing is patched.
/// </summary>
internal sealed class Clip
{
    private const int AudioChunkStream = 4;
    private const int DataChunkStream = 5;
    private const int VideoChunkStream = 6;
    private readonly LoopedMedia _media;

    private Clip(LoopedMedia media, byte[] round, ClipSchedule schedule, int chunkSize)
    {
        _media = media;
        (Round, Schedule, ChunkSize) = (round, schedule, chunkSize);
    }

    /// <summary>Chunks of one round.</summary>
    public ReadOnlyMemory<byte> Round { get; }

    public ClipSchedule Schedule { get; }

    /// <inheritdoc cref="LoopedMedia.GroupLength"/>
    public int GroupLength => _media.GroupLength;

    /// <summary>What the publisher must have announced.</summary>
    public int ChunkSize { get; }

    public double BitsPerSecond => Round.Length * 8_000.0 / Schedule.Period;

    /// <inheritdoc cref="LoopedMedia.Read"/>
    public static Clip Read(ReadOnlyMemory<byte> flv, int chunkSize)
    {
        var media = LoopedMedia.Read(flv);
        var (round, schedule) = Serialise(media, chunkSize);
        return new Clip(media, round, schedule, chunkSize);
    }

    /// <summary>What a publisher sends before the first round: metadata, and each track's configuration with an absolute timestamp to count from.</summary>
    public byte[] Opening(uint streamId)
    {
        var output = new ArrayBufferWriter<byte>();
        if (_media.Metadata is { } metadata)
        {
            byte[] body = [0x02, 0x00, 0x0D, .. "@setDataFrame"u8, .. metadata.Body.Span];
            RtmpMessageWriter.Write(output, DataChunkStream, RtmpMessageType.DataAmf0, streamId, 0, body, ChunkSize);
        }

        // The first message's difference leads from here to its time; no timestamp may be below 0.
        var start = _media.Tracks.Max(track => track.Across);
        foreach (var track in _media.Tracks)
        {
            RtmpMessageWriter.Write(
                output, ChunkStream(track.Type), (RtmpMessageType)track.Type, streamId, (uint)(start + track.First - track.Across), track.Configuration.Body.Span, ChunkSize);
        }

        return output.WrittenSpan.ToArray();
    }

    private static (byte[] Round, ClipSchedule Schedule) Serialise(LoopedMedia media, int chunkSize)
    {
        var output = new ArrayBufferWriter<byte>();
        var (due, ends) = (new List<int>(), new List<int>());
        var last = new Dictionary<FlvTagType, long>();
        foreach (var (track, message) in media.InOrder)
        {
            var delta = last.TryGetValue(message.Type, out var before) ? message.Timestamp - before : track.Across;
            last[message.Type] = message.Timestamp;
            Write(output, ChunkStream(track.Type), message, (uint)delta, chunkSize);
            due.Add((int)(message.Timestamp - media.Origin));
            ends.Add(output.WrittenCount);
        }

        return (output.WrittenSpan.ToArray(), new ClipSchedule([.. due], [.. ends], media.Period));
    }

    private static void Write(ArrayBufferWriter<byte> output, int chunkStream, in FlvMessage message, uint delta, int chunkSize)
    {
        var header = new RtmpChunkHeader(1, chunkStream, delta, false, message.Body.Length, (RtmpMessageType)message.Type, 0, 0);
        var rest = message.Body.Span;
        do
        {
            output.Advance(header.Write(output.GetSpan(RtmpChunkHeader.MaxLength)));
            var part = rest[..Math.Min(chunkSize, rest.Length)];
            output.Write(part);
            rest = rest[part.Length..];
            header = header with { Format = 3 };
        }
        while (!rest.IsEmpty);
    }

    private static int ChunkStream(FlvTagType type) => type == FlvTagType.Video ? VideoChunkStream : AudioChunkStream;
}
