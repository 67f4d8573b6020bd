using System.Globalization;
using FFmpeg.AutoGen;
using TimeShift.FFmpeg.Inputs;
using TimeShift.FFmpeg.Libraries;

namespace TimeShift.FFmpeg.Codecs;

/// <summary>
/// An open encoder. Frames go in with <see cref="Send"/>, packets come out of <see cref="TryReceive"/>, not always one for one.
/// </summary>
internal sealed unsafe class Encoder : IDisposable
{
    private AVCodecContext* _context;

    private Encoder(string name)
    {
        var codec = ffmpeg.avcodec_find_encoder_by_name(name);
        if (codec == null) throw new InvalidOperationException($"this FFmpeg has no encoder '{name}'");
        _context = ffmpeg.avcodec_alloc_context3(codec);
        _context->flags |= ffmpeg.AV_CODEC_FLAG_GLOBAL_HEADER;
        _context->thread_count = 1;
    }

    public int SamplesPerFrame => _context->frame_size;

    /// <summary>
    /// Live video: no B-frames, no look-ahead, a key frame every <paramref name="gop"/> frames and nowhere else. Times count frames.
    /// </summary>
    public static Encoder OpenVideo(string name, int width, int height, AVRational rate, int gop, long bitrate)
    {
        var encoder = new Encoder(name);
        var context = encoder._context;
        context->width = width;
        context->height = height;
        context->pix_fmt = AVPixelFormat.AV_PIX_FMT_YUV420P;
        context->time_base = ffmpeg.av_inv_q(rate);
        context->framerate = rate;
        context->gop_size = gop;
        context->keyint_min = gop;
        context->max_b_frames = 0;
        context->bit_rate = bitrate;
        context->rc_max_rate = bitrate;
        // One second: what a key frame takes more, the frames behind it take less.
        context->rc_buffer_size = (int)bitrate;
        var keyframes = string.Create(CultureInfo.InvariantCulture, $"keyint={gop}:min-keyint={gop}:scenecut=0");
        encoder.Open(name == "libx265"
            ? [("preset", "ultrafast"), ("tune", "zerolatency"), ("x265-params", $"{keyframes}:open-gop=0:pools=none:frame-threads=1:log-level=none")]
            : [("preset", "ultrafast"), ("tune", "zerolatency"), ("x264-params", keyframes)]);
        return encoder;
    }

    /// <summary>Stereo in planar floats. Times count samples.</summary>
    public static Encoder OpenAudio(string name, int sampleRate, long bitrate)
    {
        var encoder = new Encoder(name);
        var context = encoder._context;
        context->sample_fmt = AVSampleFormat.AV_SAMPLE_FMT_FLTP;
        context->sample_rate = sampleRate;
        context->time_base = ffmpeg.av_make_q(1, sampleRate);
        context->bit_rate = bitrate;
        ffmpeg.av_channel_layout_default(&context->ch_layout, 2);
        encoder.Open([]);
        return encoder;
    }

    public InputTrack Describe(int index, int timescale)
    {
        var parameters = ffmpeg.avcodec_parameters_alloc();
        try
        {
            AvError.Throw(ffmpeg.avcodec_parameters_from_context(parameters, _context), "describing the encoder");
            return TrackReader.Read(parameters, index, ffmpeg.av_make_q(1, timescale), _context->framerate);
        }
        finally
        {
            ffmpeg.avcodec_parameters_free(&parameters);
        }
    }

    public void Send(AVFrame* frame) => AvError.Throw(ffmpeg.avcodec_send_frame(_context, frame), "encoding");

    public bool TryReceive(AVPacket* packet)
    {
        var result = ffmpeg.avcodec_receive_packet(_context, packet);
        if (result == ffmpeg.AVERROR(ffmpeg.EAGAIN)) return false;
        AvError.Throw(result, "encoding");
        return true;
    }

    public void Dispose()
    {
        var context = _context;
        ffmpeg.avcodec_free_context(&context);
        _context = null;
    }

    private void Open(ReadOnlySpan<(string Key, string Value)> options)
    {
        AVDictionary* settings = null;
        foreach (var (key, value) in options) ffmpeg.av_dict_set(&settings, key, value, 0);
        var result = ffmpeg.avcodec_open2(_context, null, &settings);
        ffmpeg.av_dict_free(&settings);
        if (result >= 0) return;
        Dispose();
        AvError.Throw(result, "opening the encoder");
    }
}
