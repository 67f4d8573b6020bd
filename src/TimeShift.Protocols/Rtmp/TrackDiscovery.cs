using TimeShift.Core.Media;
using TimeShift.Core.Packets;
using TimeShift.Formats.Amf;

namespace TimeShift.Protocols.Rtmp;

/// <summary>A packet that came before the stream's tracks were known.</summary>
internal readonly record struct HeldPacket(OwnedPacket Packet, MediaKind Kind, long Milliseconds, int CompositionTime);

/// <summary>
/// Decides when the tracks of a new publisher are known. FLV does not say what will come; the metadata says it often, and is wrong at times. Until then
/// packets are held, so that none is lost.
/// </summary>
internal sealed class TrackDiscovery(TimeProvider clock)
{
    /// <summary>Waits for what the metadata promised: a browser's microphone prompt, an encoder that starts late.</summary>
    private const long MaxMediaTold = 3_000;
    private const long MaxMediaUntold = 1_000;

    /// <summary>Where nothing that can be carried came at all.</summary>
    private const long MaxMediaEmpty = 10_000;
    private const int MaxPackets = 1_024;
    private const int MaxBytes = 16 << 20;
    private static readonly TimeSpan _maxWaitTold = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan _maxWaitUntold = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan _maxWaitEmpty = TimeSpan.FromSeconds(10);
    private readonly List<HeldPacket> _held = [];
    private long _begun;
    private long _first = long.MaxValue;
    private long _last = long.MinValue;
    private long _bytes;
    private bool? _expectVideo;
    private bool? _expectAudio;

    public IReadOnlyList<HeldPacket> Held => _held;

    /// <summary>Takes what <c>onMetaData</c> says of the tracks (FLV 10.1 §E.5).</summary>
    public void Promise(AmfObject metadata)
    {
        var video = Promises(metadata, "videocodecid", "hasVideo");
        var audio = Promises(metadata, "audiocodecid", "hasAudio");
        if (video != true && audio != true) return;
        (_expectVideo, _expectAudio) = (video ?? false, audio ?? false);
    }

    /// <summary>Notes the time of media that came, held or not; a sequence header's time says nothing.</summary>
    public void Saw(long milliseconds)
    {
        if (_first == long.MaxValue) _begun = clock.GetTimestamp();
        _first = Math.Min(_first, milliseconds);
        _last = Math.Max(_last, milliseconds);
    }

    public void Hold(in HeldPacket packet)
    {
        _bytes += packet.Packet.Packet.PayloadLength;
        _held.Add(packet);
    }

    /// <summary>Whether it is time to begin, with the tracks that there are; it may be none.</summary>
    public bool IsOver(FlvTrack video, FlvTrack audio)
    {
        if (video.Track is null && audio.Track is null) return HasPassed(MaxMediaEmpty, _maxWaitEmpty) || IsFull;
        if (video.IsSettled && audio.IsSettled) return true;
        if (_expectVideo is null) return HasPassed(MaxMediaUntold, _maxWaitUntold) || IsFull;
        return (video.IsSettled || _expectVideo == false) && (audio.IsSettled || _expectAudio == false) || HasPassed(MaxMediaTold, _maxWaitTold) || IsFull;
    }

    public void Clear() => _held.Clear();

    private bool IsFull => _held.Count >= MaxPackets || _bytes >= MaxBytes;

    private bool HasPassed(long media, TimeSpan wait) => _first <= _last && (_last - _first >= media || clock.GetElapsedTime(_begun) >= wait);

    private static bool? Promises(AmfObject metadata, string codec, string flag) => (metadata[codec], metadata[flag]) switch
    {
        (_, AmfBoolean { Value: false }) => false,
        (AmfNumber number, _) => number.Value > 0,
        (AmfString text, _) => text.Value.Length > 0,
        (_, AmfBoolean) => true,
        _ => null,
    };
}
