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
    private readonly FlvMessage? _metadata;
    private readonly Track[] _tracks;

    private Clip(FlvMessage? metadata, Track[] tracks, byte[] round, ClipSchedule schedule, int groupLength, int chunkSize)
    {
        (_metadata, _tracks) = (metadata, tracks);
        (Round, Schedule, GroupLength, ChunkSize) = (round, schedule, groupLength, chunkSize);
    }

    /// <summary>Chunks of one round.</summary>
    public ReadOnlyMemory<byte> Round { get; }

    public ClipSchedule Schedule { get; }

    /// <summary>Milliseconds from the first key frame to the second; the whole clip's where there is no second.</summary>
    public int GroupLength { get; }

    /// <summary>What the publisher must have announced.</summary>
    public int ChunkSize { get; }

    public double BitsPerSecond => Round.Length * 8_000.0 / Schedule.Period;

    /// <exception cref="FlvFormatException">The bytes are no FLV, or hold no two key frames or audio messages.</exception>
    public static Clip Read(ReadOnlyMemory<byte> flv, int chunkSize)
    {
        var messages = FlvMessage.ReadAll(flv);
        var media = messages.FindAll(m => !m.IsConfiguration && m.Type is FlvTagType.Audio or FlvTagType.Video).OrderBy(m => m.Timestamp).ToList();
        media.RemoveRange(0, Math.Max(0, media.FindIndex(m => m.IsKey)));
        if (media.Count < 2) throw new FlvFormatException($"a file with {media.Count} media messages; expected two or more");

        var origin = media[0].Timestamp;
        var leading = media.FindAll(m => m.Type == media[0].Type);
        var period = (int)(leading[^1].Timestamp - origin + Step(leading));
        Track[] tracks =
        [
            .. from type in new[] { FlvTagType.Video, FlvTagType.Audio }
               let own = Whole(media.FindAll(m => m.Type == type), origin, period)
               where own.Count > 0
               let across = (int)Math.Max(1, period - (own[^1].Timestamp - own[0].Timestamp))
               select new Track(type, own, (int)(own[0].Timestamp - origin), across, messages.Find(m => m.Type == type && m.IsConfiguration)),
        ];
        var keys = leading.FindAll(m => m.IsKey);
        var group = keys.Count > 1 ? (int)(keys[1].Timestamp - keys[0].Timestamp) : period;
        var (round, schedule) = Serialise(tracks, origin, period, chunkSize);
        FlvMessage? metadata = messages.Exists(m => m.Type == FlvTagType.Script) ? messages.Find(m => m.Type == FlvTagType.Script) : null;
        return new Clip(metadata, tracks, round, schedule, group, chunkSize);
    }

    /// <summary>What a publisher sends before the first round: metadata, and each track's configuration with an absolute timestamp to count from.</summary>
    public byte[] Opening(uint streamId)
    {
        var output = new ArrayBufferWriter<byte>();
        if (_metadata is { } metadata)
        {
            byte[] body = [0x02, 0x00, 0x0D, .. "@setDataFrame"u8, .. metadata.Body.Span];
            RtmpMessageWriter.Write(output, DataChunkStream, RtmpMessageType.DataAmf0, streamId, 0, body, ChunkSize);
        }

        // The first message's difference leads from here to its time; no timestamp may be below 0.
        var start = _tracks.Max(track => track.Across);
        foreach (var track in _tracks)
        {
            RtmpMessageWriter.Write(
                output, track.ChunkStream, (RtmpMessageType)track.Type, streamId, (uint)(start + track.First - track.Across), track.Configuration.Body.Span, ChunkSize);
        }

        return output.WrittenSpan.ToArray();
    }

    private static (byte[] Round, ClipSchedule Schedule) Serialise(Track[] tracks, long origin, int period, int chunkSize)
    {
        var output = new ArrayBufferWriter<byte>();
        var (due, ends) = (new List<int>(), new List<int>());
        var last = new Dictionary<FlvTagType, long>();
        foreach (var message in tracks.SelectMany(track => track.Messages).OrderBy(m => m.Timestamp))
        {
            var track = Array.Find(tracks, t => t.Type == message.Type)!;
            var delta = last.TryGetValue(message.Type, out var before) ? message.Timestamp - before : track.Across;
            last[message.Type] = message.Timestamp;
            Write(output, track.ChunkStream, message, (uint)delta, chunkSize);
            due.Add((int)(message.Timestamp - origin));
            ends.Add(output.WrittenCount);
        }

        return (output.WrittenSpan.ToArray(), new ClipSchedule([.. due], [.. ends], period));
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

    // What lies past the leading track's end, or so near it that the next round's first message would come too soon, is left out.
    private static List<FlvMessage> Whole(List<FlvMessage> messages, long origin, int period)
    {
        if (messages.Count < 2) return messages;
        var latest = messages[0].Timestamp + period - Step(messages) / 2;
        return messages.FindAll(m => m.Timestamp < Math.Min(latest, origin + period));
    }

    private static double Step(List<FlvMessage> messages) => (messages[^1].Timestamp - messages[0].Timestamp) / (double)(messages.Count - 1);

    /// <param name="First">Milliseconds from the round's begin to the first message.</param>
    /// <param name="Across">Milliseconds from a round's last message to the next one's first.</param>
    private sealed record Track(FlvTagType Type, List<FlvMessage> Messages, int First, int Across, FlvMessage Configuration)
    {
        public int ChunkStream => Type == FlvTagType.Video ? VideoChunkStream : AudioChunkStream;
    }
}
