namespace TimeShift.Core.Media;

public enum MediaKind : byte
{
    Video,
    Audio,
}

public enum Codec : byte
{
    H264,
    H265,
    Av1,
    Aac,

    /// <summary>G.711 A-law: one byte a sample.</summary>
    PcmA,

    /// <summary>G.711 mu-law: one byte a sample.</summary>
    PcmU,
}

/// <summary>What kinds of codec there are.</summary>
public static class CodecKinds
{
    public static MediaKind Kind(this Codec codec) => codec is Codec.Aac or Codec.PcmA or Codec.PcmU ? MediaKind.Audio : MediaKind.Video;

    /// <summary>ITU-T G.711: a packet is its samples, one byte for each channel in turn, so its bytes say how long it is.</summary>
    public static bool IsG711(this Codec codec) => codec is Codec.PcmA or Codec.PcmU;
}

/// <summary>One elementary stream of a live stream: what a decoder must know before its first packet. Immutable; compared by content.</summary>
/// <remarks>
/// <see cref="Config"/> is the MP4 configuration record: <c>avcC</c> (ISO/IEC 14496-15 §5.3.3), <c>hvcC</c> (§8.3.3), <c>av1C</c> (AV1-ISOBMFF §2.3),
/// or the AudioSpecificConfig (ISO/IEC 14496-3 §1.6.2.1), each without a box header. G.711 needs none: it is empty, and <see cref="SampleRate"/> and
/// <see cref="Channels"/> say all.
/// </remarks>
public sealed record Track
{
    /// <summary>Track ID as in the container: 1-based, unique in its set; video comes first.</summary>
    public required int Id { get; init; }

    public required Codec Codec { get; init; }

    public required Timescale Timescale { get; init; }

    public required ReadOnlyMemory<byte> Config { get; init; }

    /// <summary>RFC 6381 codec string, such as <c>avc1.64001F</c>, <c>hvc1.1.6.L93.B0</c>, <c>mp4a.40.2</c>, <c>alaw</c>.</summary>
    public required string CodecString { get; init; }

    public MediaKind Kind => Codec.Kind();

    /// <summary>Luma samples of the cropped picture; 0 for audio.</summary>
    public int Width { get; init; }

    /// <inheritdoc cref="Width"/>
    public int Height { get; init; }

    /// <summary>Frames per second as the stream declares it, 0 where it does not.</summary>
    public double FrameRate { get; init; }

    /// <summary>Hz; 0 for video.</summary>
    public int SampleRate { get; init; }

    public int Channels { get; init; }

    /// <summary>Nominal length of a packet (1024 samples of AAC, a frame interval); 0 ticks where unknown.</summary>
    public MediaTime NominalDuration { get; init; }

    public bool Equals(Track? other) => other is not null && Id == other.Id && Codec == other.Codec && Timescale == other.Timescale
        && Width == other.Width && Height == other.Height && SampleRate == other.SampleRate && Channels == other.Channels
        && Config.Span.SequenceEqual(other.Config.Span);

    public override int GetHashCode() => HashCode.Combine(Id, Codec, Timescale, Config.Length, Width, Height);

    /// <summary>Ticks that so many bytes of G.711 last; 0 for other codecs, whose packets do not say.</summary>
    public long TicksOf(int bytes) =>
        Codec.IsG711() && SampleRate > 0 ? (long)bytes / Math.Max(1, Channels) * Timescale.TicksPerSecond / SampleRate : 0;

    public override string ToString() => Kind == MediaKind.Video ? $"{CodecString} {Width}x{Height}" : $"{CodecString} {SampleRate} Hz {Channels} ch";
}
