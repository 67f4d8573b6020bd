using System.Net;
using System.Net.Sockets;
using FFmpeg.AutoGen;
using TimeShift.Core.Media;
using TimeShift.FFmpeg.Libraries;

namespace TimeShift.FFmpeg.Inputs;

/// <summary>
/// An address opened by libavformat and read packet by packet. One thread opens, reads and disposes it. Every wait inside ends within a
/// second of the
/// token's cancellation, and by itself after the time allowed.
/// </summary>
public sealed unsafe class MediaInput : IMediaInput
{
    // For an RTSP TEARDOWN or the like.
    private static readonly TimeSpan _goodbye = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan _retryWait = TimeSpan.FromMilliseconds(5);

    // Enough to tell the frame rate of a steady stream; FFmpeg's own 20 cost a slow camera two seconds at each connect.
    private const int FramesProbed = 4;

    private readonly SourceUrl _url;
    private readonly InputAddress _address;
    private readonly MediaInputOptions _options;
    private readonly CancellationToken _stop;
    private readonly Interrupt _interrupt;
    private readonly AVPacket* _packet;
    private AVFormatContext* _context;
    private bool _isDisposed;
    private bool _isRtp;
    private InputTrack[] _tracks = [];

    private MediaInput(SourceUrl url, InputAddress address, MediaInputOptions options, CancellationToken stop)
    {
        _url = url;
        _address = address;
        _options = options;
        _stop = stop;
        _interrupt = new Interrupt(stop);
        _packet = ffmpeg.av_packet_alloc();
    }

    public IReadOnlyList<InputTrack> Tracks => _tracks;

    /// <summary>FFmpeg's name of the container or protocol: <c>rtsp</c>, <c>mpegts</c>, <c>mov,mp4,m4a,3gp,3g2,mj2</c>.</summary>
    public string Format => Utf8.Read(_context->iformat->name);

    /// <summary>Connects and finds the tracks. Blocks for up to <see cref="MediaInputOptions.OpenTimeout"/>.</summary>
    /// <param name="url">rtsp, rtsps, rtmp, rtmps, srt, udp (MPEG-TS), http, https or file; RTSP takes
    /// <c>?transport=tcp|udp|multicast|http|https</c>.</param>
    /// <exception cref="MediaInputException">It cannot be opened, or was cancelled.</exception>
    /// <exception cref="FFmpegUnavailableException">FFmpeg is not there.</exception>
    public static MediaInput Open(SourceUrl url, MediaInputOptions options, CancellationToken stop)
    {
        FFmpegLibraries.Check();
        var address = InputAddress.Parse(url);
        FFmpegLog.SetStream(options.Stream);
        var input = new MediaInput(url, address, options, stop);
        try
        {
            input.Connect();
            return input;
        }
        catch
        {
            input.Dispose();
            throw;
        }
    }

    public ReadResult Read(out InputPacket packet)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        FFmpegLog.SetStream(_options.Stream);
        packet = default;
        ffmpeg.av_packet_unref(_packet);
        if (_interrupt.IsCancelled) return ReadResult.Cancelled;

        _interrupt.SetDeadline(_options.ReadTimeout);
        int result;
        while ((result = ffmpeg.av_read_frame(_context, _packet)) == ffmpeg.AVERROR(ffmpeg.EAGAIN) && !_interrupt.ShouldGiveUp())
            _stop.WaitHandle.WaitOne(_retryWait);
        if (result < 0) return End(result);

        if (_packet->stream_index >= _tracks.Length) ReadTracks();
        packet = Lend();
        return ReadResult.Packet;
    }

    /// <summary>Goes back to the beginning of a file; the next packet read is its first again.</summary>
    /// <exception cref="MediaInputException">It cannot be opened again.</exception>
    public void Rewind()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        ffmpeg.av_packet_unref(_packet);
        // Demuxers that seek leave packets out at the beginning, each its own: an MP4's encoder delay, what a transport stream's parsers hold back.
        fixed (AVFormatContext** context = &_context) ffmpeg.avformat_close_input(context);
        Connect();
    }

    public void Dispose()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        _interrupt.AllowOnly(_goodbye);
        fixed (AVFormatContext** context = &_context) ffmpeg.avformat_close_input(context);
        var packet = _packet;
        ffmpeg.av_packet_free(&packet);
        _interrupt.Dispose();
    }

    private void Connect()
    {
        _interrupt.SetDeadline(_options.OpenTimeout);
        if (_address.Host is { } host) LookUp(host);
        _context = ffmpeg.avformat_alloc_context();
        if (_context == null || _packet == null) throw new MediaInputException(MediaInputFault.Unsupported, "out of memory");
        _context->interrupt_callback = _interrupt.Callback;
        _context->max_analyze_duration = _options.ProbeDuration.Ticks / TimeSpan.TicksPerMicrosecond;
        _context->probesize = _options.ProbeBytes;
        _context->fps_probe_size = FramesProbed;

        AVDictionary* settings = null;
        foreach (var (key, value) in _address.Options) ffmpeg.av_dict_set(&settings, key, value, 0);
        int result;
        fixed (AVFormatContext** context = &_context) result = ffmpeg.avformat_open_input(context, _address.Url, null, &settings);
        ffmpeg.av_dict_free(&settings);
        if (result < 0) throw Failure(result, "cannot be opened");

        result = ffmpeg.avformat_find_stream_info(_context, null);
        if (result < 0 || _interrupt.IsCancelled || _interrupt.IsOverdue) throw Failure(result, "sends no media that can be read");
        if (_context->nb_streams == 0) throw new MediaInputException(MediaInputFault.InvalidData, $"{_url} has no tracks");
        _isRtp = Format is "rtsp" or "sdp" or "rtp";
        ReadTracks();
    }

    // FFmpeg's own look-up cannot be interrupted; after this one it finds the answer at the resolver next door.
    private void LookUp(string host)
    {
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stop);
            limit.CancelAfter(_options.OpenTimeout);
            Dns.GetHostAddressesAsync(host, limit.Token).WaitAsync(limit.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            throw _stop.IsCancellationRequested
                ? new MediaInputException(MediaInputFault.Cancelled, $"opening {_url} was cancelled")
                : new MediaInputException(MediaInputFault.Timeout,
                    $"the name '{host}' was not resolved in {_options.OpenTimeout.TotalSeconds:0.#} s");
        }
        catch (SocketException e)
        {
            throw new MediaInputException(MediaInputFault.ConnectFailed, $"{_url}: the name '{host}' cannot be resolved ({e.Message})", e);
        }
    }

    private void ReadTracks()
    {
        var tracks = new InputTrack[_context->nb_streams];
        for (var i = 0; i < tracks.Length; i++) tracks[i] = i < _tracks.Length ? _tracks[i] : TrackReader.Read(_context->streams[i], i);
        _tracks = tracks;
    }

    private InputPacket Lend()
    {
        var track = _packet->stream_index;
        var timeBase = _context->streams[track]->time_base;
        var scale = _tracks[track].Timescale;
        var extradata = NewExtradata();
        // FLV repeats it after each seek.
        if (extradata.SequenceEqual(_tracks[track].Extradata.Span)) extradata = default;
        if (!extradata.IsEmpty) _tracks[track] = _tracks[track] with { Extradata = extradata.ToArray() };
        return new InputPacket
        {
            TrackIndex = track,
            Data = new ReadOnlySpan<byte>(_packet->data, _packet->size),
            Pts = Time(_packet->pts, timeBase, scale),
            // RTP carries presentation times alone; libavformat's guess at the others begins late, and is wrong at first.
            Dts = _isRtp ? null : Time(_packet->dts, timeBase, scale),
            Duration = new MediaTime(_packet->duration * timeBase.num, scale),
            IsKey = (_packet->flags & ffmpeg.AV_PKT_FLAG_KEY) != 0,
            IsCorrupt = (_packet->flags & ffmpeg.AV_PKT_FLAG_CORRUPT) != 0,
            SourceInstant = SourceInstant(timeBase),
            NewExtradata = extradata,
        };
    }

    private static MediaTime? Time(long ticks, AVRational timeBase, Timescale scale) =>
        ticks == ffmpeg.AV_NOPTS_VALUE ? null : new MediaTime(ticks * timeBase.num, scale);

    // start_time_realtime is set by RTSP at the first sender report. The packets' own PRFT side data would be one video frame late.
    private Instant? SourceInstant(AVRational timeBase)
    {
        var start = _context->start_time_realtime;
        if (start is 0 || start == ffmpeg.AV_NOPTS_VALUE || _packet->pts == ffmpeg.AV_NOPTS_VALUE) return null;
        return new Instant(start + ffmpeg.av_rescale_q(_packet->pts, timeBase, ffmpeg.av_make_q(1, ffmpeg.AV_TIME_BASE)));
    }

    private ReadOnlySpan<byte> NewExtradata()
    {
        if (_packet->side_data_elems == 0) return default;
        ulong size = 0;
        var data = ffmpeg.av_packet_get_side_data(_packet, AVPacketSideDataType.AV_PKT_DATA_NEW_EXTRADATA, &size);
        return data == null ? default : new ReadOnlySpan<byte>(data, (int)size);
    }

    private ReadResult End(int error)
    {
        if (_interrupt.IsCancelled) return ReadResult.Cancelled;
        if (_interrupt.IsOverdue)
            throw new MediaInputException(MediaInputFault.Timeout, $"{_url} has sent nothing for {_options.ReadTimeout.TotalSeconds:0.#} s");
        if (error != ffmpeg.AVERROR_EOF) throw Failure(error, "broke off");
        // Some demuxers call a broken connection the end.
        var broken = _context->pb == null ? 0 : _context->pb->error;
        return broken < 0 && broken != ffmpeg.AVERROR_EOF ? throw Failure(broken, "broke off") : ReadResult.EndOfStream;
    }

    private MediaInputException Failure(int error, string what)
    {
        if (_interrupt.IsCancelled) return new MediaInputException(MediaInputFault.Cancelled, $"opening {_url} was cancelled");
        if (_interrupt.IsOverdue)
        {
            return new MediaInputException(MediaInputFault.Timeout,
                $"{_url} did not answer with media within {_options.OpenTimeout.TotalSeconds:0.#} s");
        }

        return new MediaInputException(FaultOf(error), SourceUrl.Mask($"{_url} {what}: {AvError.Describe(error)}"));
    }

    private static MediaInputFault FaultOf(int error)
    {
        if (error == ffmpeg.AVERROR_HTTP_UNAUTHORIZED || error == ffmpeg.AVERROR_HTTP_FORBIDDEN) return MediaInputFault.AuthenticationFailed;
        if (error == ffmpeg.AVERROR_HTTP_NOT_FOUND || error is AvError.NoEntry or AvError.AccessDenied) return MediaInputFault.NotFound;
        if (error == ffmpeg.AVERROR_PROTOCOL_NOT_FOUND || error == ffmpeg.AVERROR(ffmpeg.ENOMEM)) return MediaInputFault.Unsupported;
        return error switch
        {
            AvError.TimedOut => MediaInputFault.Timeout,
            AvError.InputOutput or AvError.ConnectionRefused or AvError.ConnectionReset or AvError.HostUnreachable or AvError.NetworkUnreachable =>
                MediaInputFault.ConnectFailed,
            _ => MediaInputFault.InvalidData,
        };
    }
}
