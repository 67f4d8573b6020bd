using TimeShift.Core.Media;
using TimeShift.Formats;
using TimeShift.Formats.Aac;
using TimeShift.Formats.Flv;

namespace TimeShift.Protocols.Rtmp;

/// <summary>One of the two tracks that FLV has, as its last sequence header (or, of G.711, its last message) describes it.</summary>
internal sealed class FlvTrack(MediaKind kind)
{
    /// <summary>Hz: FLV's rates begin at 5.5 kHz and have no place for it.</summary>
    private const int G711Rate = 8_000;
    private byte[] _header = [];
    private uint _codecId;

    public MediaKind Kind { get; } = kind;

    /// <summary>Null before the first sequence header, and for what cannot be carried.</summary>
    public Track? Track { get; private set; }

    /// <summary>Why it cannot be carried.</summary>
    public string? LeftOut { get; private set; }

    /// <summary>Position in the stream's track set.</summary>
    public int Index { get; set; }

    /// <summary>Bytes of the length before each NAL unit, as the sender writes it; 4 where there are none.</summary>
    public int LengthSize { get; private set; } = 4;

    /// <summary>Packets between here and the last published one are missing.</summary>
    public bool HasGap { get; set; }

    /// <summary>Nothing more is to be waited for.</summary>
    public bool IsSettled => Track is not null || LeftOut is not null;

    public bool IsSame(uint codecId, ReadOnlySpan<byte> header) => _codecId == codecId && IsSettled && header.SequenceEqual(_header);

    /// <summary>Takes a sequence header; one that makes no track leaves the track out.</summary>
    public void Set(Codec codec, uint codecId, ReadOnlySpan<byte> header)
    {
        (_codecId, _header, Track, LeftOut) = (codecId, header.ToArray(), null, null);
        try
        {
            LengthSize = TrackFactory.NalLengthSize(codec, header);
            Track = Kind == MediaKind.Video
                ? TrackFactory.Create(codec, 1, Timescale.Mpeg, _header)
                : TrackFactory.Create(codec, 2, new Timescale(AudioSpecificConfig.Read(header).SampleRate), _header);
        }
        catch (BitstreamException e)
        {
            LeftOut = $"its sequence header is broken: {e.Message}";
        }
    }

    /// <summary>Takes G.711, which has no sequence header.</summary>
    public void SetG711(Codec codec, uint codecId, int channels)
    {
        (_codecId, _header, LeftOut, LengthSize) = (codecId, [], null, 4);
        Track = TrackFactory.CreateG711(codec, 2, G711Rate, channels);
    }

    /// <summary>It is G.711 as it was the last time.</summary>
    public bool IsG711(uint codecId, int channels) => _codecId == codecId && Track is { } track && track.Codec.IsG711() && track.Channels == channels;

    public void LeaveOut(uint codecId, string reason) => (_codecId, _header, Track, LeftOut) = (codecId, [], null, reason);

    public bool IsLeftOutFor(uint codecId) => LeftOut is not null && _codecId == codecId;

    public static string NameOf(MediaKind kind, uint codecId) => kind == MediaKind.Video ? FlvCodecs.VideoName(codecId) : FlvCodecs.AudioName(codecId);
}
