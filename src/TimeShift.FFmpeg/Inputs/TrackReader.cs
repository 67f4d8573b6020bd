using FFmpeg.AutoGen;
using TimeShift.Core.Media;

namespace TimeShift.FFmpeg.Inputs;

/// <summary>FFmpeg's stream parameters as an <see cref="InputTrack"/>.</summary>
internal static unsafe class TrackReader
{
    public static InputTrack Read(AVStream* stream, int index) =>
        Read(stream->codecpar, index, stream->time_base, stream->avg_frame_rate.num > 0 ? stream->avg_frame_rate : stream->r_frame_rate);

    public static InputTrack Read(AVCodecParameters* parameters, int index, AVRational timeBase, AVRational frameRate) => new()
    {
        Index = index,
        Kind = KindOf(parameters->codec_type),
        Codec = CodecOf(parameters->codec_id),
        CodecName = ffmpeg.avcodec_get_name(parameters->codec_id),
        Timescale = new Timescale(Math.Max(1, timeBase.den)),
        Extradata = new ReadOnlySpan<byte>(parameters->extradata, parameters->extradata_size).ToArray(),
        Width = parameters->width,
        Height = parameters->height,
        FrameRate = parameters->codec_type == AVMediaType.AVMEDIA_TYPE_VIDEO && frameRate is { num: > 0, den: > 0 } ? ffmpeg.av_q2d(frameRate) : 0,
        SampleRate = parameters->sample_rate,
        Channels = parameters->ch_layout.nb_channels,
    };

    private static MediaKind? KindOf(AVMediaType type) => type switch
    {
        AVMediaType.AVMEDIA_TYPE_VIDEO => MediaKind.Video,
        AVMediaType.AVMEDIA_TYPE_AUDIO => MediaKind.Audio,
        _ => null,
    };

    private static Codec? CodecOf(AVCodecID id) => id switch
    {
        AVCodecID.AV_CODEC_ID_H264 => Codec.H264,
        AVCodecID.AV_CODEC_ID_HEVC => Codec.H265,
        AVCodecID.AV_CODEC_ID_AV1 => Codec.Av1,
        AVCodecID.AV_CODEC_ID_AAC => Codec.Aac,
        AVCodecID.AV_CODEC_ID_PCM_ALAW => Codec.PcmA,
        AVCodecID.AV_CODEC_ID_PCM_MULAW => Codec.PcmU,
        _ => null,
    };
}
