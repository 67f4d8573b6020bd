using TimeShift.Core.Media;

namespace TimeShift.FFmpeg.Inputs;

/// <summary>One track as the source declares it.</summary>
public sealed record InputTrack
{
    /// <summary>Its place in <see cref="IMediaInput.Tracks"/>.</summary>
    public required int Index { get; init; }

    /// <summary>Null for what is neither: subtitles, data.</summary>
    public required MediaKind? Kind { get; init; }

    /// <summary>Null for a codec that <see cref="Core.Media.Codec"/> does not have.</summary>
    public required Codec? Codec { get; init; }

    /// <summary>FFmpeg's name, such as <c>h264</c>, <c>mjpeg</c>, <c>pcm_alaw</c>.</summary>
    public required string CodecName { get; init; }

    /// <summary>The clock of the packets' times.</summary>
    public required Timescale Timescale { get; init; }

    /// <summary>
    /// What the decoder must know, as the source has it: <c>avcC</c>/<c>hvcC</c>/<c>av1C</c> or parameter sets with start codes (Annex B),
    /// AudioSpecificConfig.
    /// Empty where the parameters come in the packets alone.
    /// </summary>
    public ReadOnlyMemory<byte> Extradata { get; init; }

    public int Width { get; init; }

    public int Height { get; init; }

    /// <summary>Frames per second; 0 where unknown.</summary>
    public double FrameRate { get; init; }

    /// <summary>Hz.</summary>
    public int SampleRate { get; init; }

    public int Channels { get; init; }

    public override string ToString() => Kind switch
    {
        MediaKind.Video => $"{CodecName} {Width}x{Height}",
        MediaKind.Audio => $"{CodecName} {SampleRate} Hz {Channels} ch",
        _ => CodecName,
    };
}
