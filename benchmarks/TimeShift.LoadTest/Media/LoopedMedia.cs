using TimeShift.Formats.Flv;

namespace TimeShift.LoadTest.Media;

/// <summary>The messages of one round of a file that is played again and again, and how long a round is.</summary>
internal sealed class LoopedMedia
{
    /// <summary>Milliseconds; the file's timestamp at the round's begin.</summary>
    public required long Origin { get; init; }

    /// <summary>Milliseconds of one round.</summary>
    public required int Period { get; init; }

    /// <summary>Milliseconds from the first key frame to the second; the whole file's where there is no second.</summary>
    public required int GroupLength { get; init; }

    /// <summary>Video first.</summary>
    public required LoopedTrack[] Tracks { get; init; }

    public FlvMessage? Metadata { get; init; }

    /// <summary>All messages in the order of sending.</summary>
    public IEnumerable<(LoopedTrack Track, FlvMessage Message)> InOrder => Tracks.SelectMany(t => t.Messages, (t, m) => (Track: t, Message: m)).OrderBy(m => m.Message.Timestamp);

    /// <exception cref="FlvFormatException">The bytes are no FLV, or hold no two key frames or audio messages.</exception>
    public static LoopedMedia Read(ReadOnlyMemory<byte> flv)
    {
        var messages = FlvMessage.ReadAll(flv);
        var media = messages.FindAll(m => !m.IsConfiguration && m.Type is FlvTagType.Audio or FlvTagType.Video).OrderBy(m => m.Timestamp).ToList();
        media.RemoveRange(0, Math.Max(0, media.FindIndex(m => m.IsKey)));
        if (media.Count < 2) throw new FlvFormatException($"a file with {media.Count} media messages; expected two or more");

        var origin = media[0].Timestamp;
        var leading = media.FindAll(m => m.Type == media[0].Type);
        var period = (int)(leading[^1].Timestamp - origin + Step(leading));
        LoopedTrack[] tracks =
        [
            .. from type in new[] { FlvTagType.Video, FlvTagType.Audio }
               let own = Whole(media.FindAll(m => m.Type == type), origin, period)
               where own.Count > 0
               let across = (int)Math.Max(1, period - (own[^1].Timestamp - own[0].Timestamp))
               select new LoopedTrack(type, own, (int)(own[0].Timestamp - origin), across, messages.Find(m => m.Type == type && m.IsConfiguration)),
        ];
        var keys = leading.FindAll(m => m.IsKey);
        return new LoopedMedia
        {
            Origin = origin,
            Period = period,
            GroupLength = keys.Count > 1 ? (int)(keys[1].Timestamp - keys[0].Timestamp) : period,
            Tracks = tracks,
            Metadata = messages.Exists(m => m.Type == FlvTagType.Script) ? messages.Find(m => m.Type == FlvTagType.Script) : null,
        };
    }

    // What lies past the leading track's end, or so near it that the next round's first message would come too soon, is left out.
    private static List<FlvMessage> Whole(List<FlvMessage> messages, long origin, int period)
    {
        if (messages.Count < 2) return messages;
        var latest = messages[0].Timestamp + period - Step(messages) / 2;
        return messages.FindAll(m => m.Timestamp < Math.Min(latest, origin + period));
    }

    private static double Step(List<FlvMessage> messages) => (messages[^1].Timestamp - messages[0].Timestamp) / (double)(messages.Count - 1);
}

/// <param name="First">Milliseconds from the round's begin to the first message.</param>
/// <param name="Across">Milliseconds from a round's last message to the next one's first.</param>
internal sealed record LoopedTrack(FlvTagType Type, List<FlvMessage> Messages, int First, int Across, FlvMessage Configuration);
