using FFmpeg.AutoGen;
using TimeShift.Core.Media;
using TimeShift.FFmpeg.Codecs;
using TimeShift.FFmpeg.Libraries;

namespace TimeShift.FFmpeg.Inputs;

/// <summary>
/// A camera made of code: a moving picture with the UTC of each frame burnt in, and a tone that beeps once a second, encoded as a live
/// source would.
/// For demonstrations and tests of everything behind it.
/// </summary>
public sealed unsafe class SyntheticInput : IMediaInput
{
    private const int SampleRate = 48_000;
    private const long AudioBitrate = 96_000;

    // Behind by more than this, the camera drops what it would have sent, as a real one does.
    private static readonly TimeSpan _maxLag = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _maxDrift = TimeSpan.FromMilliseconds(100);

    private readonly SyntheticOptions _options;
    private readonly TimeProvider _clock;
    private readonly bool _isPaced;
    private readonly CancellationToken _stop;
    private readonly Pacer _pacer;
    private readonly AVFrame* _frame = ffmpeg.av_frame_alloc();
    private readonly AVPacket* _packet = ffmpeg.av_packet_alloc();
    private readonly InputTrack[] _tracks;
    private readonly SyntheticPicture? _picture;
    private readonly Encoder? _video;
    private readonly FilterChain? _tone;
    private readonly Encoder? _audio;
    private readonly int _audioFrameSamples;
    private Instant _epoch;
    private long _frames;
    private long _samples;
    private bool _isDisposed;

    private SyntheticInput(SyntheticOptions options, string label, TimeProvider clock, bool isPaced, CancellationToken stop)
    {
        _options = options;
        _clock = clock;
        _isPaced = isPaced;
        _stop = stop;
        _pacer = new Pacer(clock, stop);
        try
        {
            _picture = new SyntheticPicture(options, label);
            _video = Encoder.OpenVideo(options.Codec == Codec.H265 ? "libx265" : "libx264", options.Width, options.Height,
                ffmpeg.av_make_q(options.Rate.Numerator, options.Rate.Denominator), options.GopFrames, options.BitrateOrDefault);
            _tracks = [_video.Describe(0, Timescale.Mpeg.TicksPerSecond)];
            if (!options.HasAudio) return;
            _audio = Encoder.OpenAudio("aac", SampleRate, AudioBitrate);
            _audioFrameSamples = _audio.SamplesPerFrame;
            _tone = new FilterChain();
            _tone.Add("sine", ("frequency", "440"), ("beep_factor", "2"), ("sample_rate", $"{SampleRate}"))
                .Add("aformat", ("sample_fmts", "fltp"), ("channel_layouts", "stereo")).Add("abuffersink").Finish(_audioFrameSamples);
            _tracks = [_tracks[0], _audio.Describe(1, SampleRate)];
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public IReadOnlyList<InputTrack> Tracks => _tracks;

    /// <param name="url"><c>test:?size=1280x720&amp;rate=25&amp;codec=h264|h265&amp;gop=2&amp;audio=1&amp;bitrate=2M</c>; every parameter
    /// may be left out.</param>
    /// <param name="label">Written at the top of the picture.</param>
    /// <param name="clock">Gives the burnt-in UTC and the pace.</param>
    /// <param name="stop">Ends a read at once.</param>
    /// <param name="isPaced">False: frames come as fast as they can be made, with times as if they had been paced.</param>
    /// <exception cref="MediaInputException">A parameter is wrong, or this FFmpeg lacks an encoder, a filter or a font.</exception>
    /// <exception cref="FFmpegUnavailableException">FFmpeg is not there.</exception>
    public static SyntheticInput Open(SourceUrl url, string label, TimeProvider clock, CancellationToken stop, bool isPaced = true)
    {
        FFmpegLibraries.Check();
        var options = SyntheticOptions.Parse(url);
        FFmpegLog.SetStream(label);
        try
        {
            var input = new SyntheticInput(options, label, clock, isPaced, stop);
            input.Begin();
            return input;
        }
        catch (InvalidOperationException e)
        {
            throw new MediaInputException(MediaInputFault.Unsupported,
                $"the test source cannot run: {e.Message} (it needs libx264 or libx265, and a font: apt-get install fonts-dejavu-core)", e);
        }
    }

    public ReadResult Read(out InputPacket packet)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        packet = default;
        ffmpeg.av_packet_unref(_packet);
        while (!_stop.IsCancellationRequested)
        {
            if (_video!.TryReceive(_packet))
            {
                packet = LendVideo();
                return ReadResult.Packet;
            }

            // The first packet holds what the encoder needs ahead of the sound, from before the beginning.
            if (_audio is not null && _audio.TryReceive(_packet))
            {
                if (_packet->pts < 0) continue;
                packet = LendAudio();
                return ReadResult.Packet;
            }

            Produce();
        }

        return ReadResult.Cancelled;
    }

    public void Dispose()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        _pacer.Dispose();
        _video?.Dispose();
        _audio?.Dispose();
        _picture?.Dispose();
        _tone?.Dispose();
        var (frame, packet) = ((nint)_frame, (nint)_packet);
        ffmpeg.av_frame_free((AVFrame**)&frame);
        ffmpeg.av_packet_free((AVPacket**)&packet);
    }

    // Not before the encoders are open, which takes 100 ms.
    private void Begin()
    {
        _pacer.Restart();
        _epoch = Now();
    }

    // Whichever of picture and sound is due first.
    private void Produce()
    {
        var videoDue = VideoTime(_frames);
        var audioDue = AudioTime(_samples);
        var isAudio = _audio is not null && audioDue <= videoDue;
        if (_isPaced && !Pace(isAudio ? audioDue : videoDue)) return;
        if (isAudio)
        {
            _tone!.Pull(_frame);
            _frame->pts = _samples;
            _audio!.Send(_frame);
            _samples += _audioFrameSamples;
        }
        else
        {
            _picture!.Draw(_frame, _epoch + VideoTime(_frames));
            _frame->pts = _frames++;
            _frame->pict_type = AVPictureType.AV_PICTURE_TYPE_NONE;
            _video!.Send(_frame);
        }

        ffmpeg.av_frame_unref(_frame);
    }

    private bool Pace(TimeSpan due)
    {
        if (!_pacer.WaitUntil(due)) return false;
        var lag = _pacer.Elapsed - due;
        if (lag > _maxLag)
        {
            _frames += (long)(lag.TotalSeconds * _options.FramesPerSecond);
            _samples += (long)(lag.TotalSeconds * SampleRate / Math.Max(1, _audioFrameSamples)) * _audioFrameSamples;
        }

        // The system's UTC is slewed or set while the pace goes by the steady clock.
        var epoch = Now() - _pacer.Elapsed;
        if ((epoch - _epoch).Duration() > _maxDrift) _epoch = epoch;
        return true;
    }

    private TimeSpan VideoTime(long frames) =>
        new((long)((Int128)frames * _options.Rate.Denominator * TimeSpan.TicksPerSecond / _options.Rate.Numerator));

    private static TimeSpan AudioTime(long samples) => new((long)((Int128)samples * TimeSpan.TicksPerSecond / SampleRate));

    // In whole milliseconds, which is what the picture shows.
    private Instant Now() => new(Instant.Now(_clock).Microseconds / 1000 * 1000);

    private InputPacket LendVideo()
    {
        var (pts, dts) = (Ticks(_packet->pts), Ticks(_packet->dts));
        return new InputPacket
        {
            TrackIndex = 0,
            Data = new ReadOnlySpan<byte>(_packet->data, _packet->size),
            Pts = new MediaTime(pts, Timescale.Mpeg),
            Dts = new MediaTime(dts, Timescale.Mpeg),
            Duration = new MediaTime(Ticks(_packet->pts + 1) - pts, Timescale.Mpeg),
            IsKey = (_packet->flags & ffmpeg.AV_PKT_FLAG_KEY) != 0,
            SourceInstant = _epoch + VideoTime(_packet->pts),
        };

        long Ticks(long frames) => (long)((Int128)frames * _options.Rate.Denominator * Timescale.Mpeg.TicksPerSecond / _options.Rate.Numerator);
    }

    private InputPacket LendAudio()
    {
        var scale = _tracks[1].Timescale;
        return new InputPacket
        {
            TrackIndex = 1,
            Data = new ReadOnlySpan<byte>(_packet->data, _packet->size),
            Pts = new MediaTime(_packet->pts, scale),
            Dts = new MediaTime(_packet->pts, scale),
            Duration = new MediaTime(_audioFrameSamples, scale),
            IsKey = true,
            SourceInstant = _epoch + AudioTime(_packet->pts),
        };
    }
}
