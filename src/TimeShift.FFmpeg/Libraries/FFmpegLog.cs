using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using FFmpeg.AutoGen;
using Microsoft.Extensions.Logging;
using TimeShift.Core.Media;

namespace TimeShift.FFmpeg.Libraries;

/// <summary>
/// FFmpeg's log into an <see cref="ILogger"/>, with passwords masked. FFmpeg calls from any thread, also from its own, and inside its
/// locks, so its
/// callback only formats and enqueues; a task writes. The queue holds <see cref="QueueLength"/> lines; when it is full, lines are dropped
/// and counted.
/// Without a logger attached FFmpeg is silent.
/// </summary>
public sealed class FFmpegLog : IAsyncDisposable
{
    public const int QueueLength = 1024;

    private const int MaxLine = 1024;
    private const int NoLevel = int.MinValue;

    // An error of FFmpeg's concerns a packet or a probe more often than the program, hence one step below.
    private static readonly (int AvLevel, LogLevel Level)[] _levels =
    [
        (ffmpeg.AV_LOG_FATAL, LogLevel.Error),
        (ffmpeg.AV_LOG_ERROR, LogLevel.Warning),
        (ffmpeg.AV_LOG_WARNING, LogLevel.Information),
        (ffmpeg.AV_LOG_INFO, LogLevel.Debug),
        (ffmpeg.AV_LOG_TRACE, LogLevel.Trace),
    ];

    private static volatile FFmpegLog? _current;
    private static volatile int _maxLevel = NoLevel;
    private static int _attached;

    [ThreadStatic]
    private static string? _stream;

    [ThreadStatic]
    private static bool _muted;

    private readonly Channel<Line> _lines;
    private readonly ILogger _logger;
    private readonly Task _pump;
    private long _dropped;

    private FFmpegLog(ILogger logger)
    {
        _logger = logger;
        _lines = Channel.CreateBounded<Line>(
            new BoundedChannelOptions(QueueLength) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true },
            _ => Interlocked.Increment(ref _dropped));
        _pump = Task.Run(PumpAsync);
    }

    /// <summary>Lines lost so far because the logger was slower than FFmpeg.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>
    /// Sends FFmpeg's log to the logger, from the level on that the logger has switched on now, in place of the logger before.
    /// </summary>
    /// <exception cref="FFmpegUnavailableException">FFmpeg is not there.</exception>
    public static FFmpegLog Start(ILogger logger)
    {
        FFmpegLibraries.Check();
        var log = new FFmpegLog(logger);
        _current = log;
        _maxLevel = _levels.Where(l => logger.IsEnabled(l.Level)).Select(l => l.AvLevel).DefaultIfEmpty(NoLevel).Max();
        return log;
    }

    public async ValueTask DisposeAsync()
    {
        if (_current == this)
        {
            _maxLevel = NoLevel;
            _current = null;
        }

        _lines.Writer.TryComplete();
        await _pump;
    }

    /// <summary>Takes the log over from FFmpeg, which would print it to stderr.</summary>
    internal static unsafe void Attach()
    {
        if (Volatile.Read(ref _attached) != 0) return;
        delegate* unmanaged[Cdecl]<void*, int, byte*, byte*, void> callback = &OnLine;
        ffmpeg.av_log_set_callback(new av_log_set_callback_callback_func { Pointer = (IntPtr)callback });
        Volatile.Write(ref _attached, 1);
    }

    /// <summary>Lines that come on this thread from now on belong to the stream.</summary>
    internal static void SetStream(string? stream) => _stream = stream;

    /// <summary>Drops what comes on this thread until disposed.</summary>
    internal static MuteScope Mute()
    {
        _muted = true;
        return default;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static unsafe void OnLine(void* source, int level, byte* format, byte* arguments)
    {
        // Called at every level whatever av_log_set_level says, hundreds of thousands of times a minute: leave first.
        if (level > _maxLevel || _muted) return;
        try
        {
            _current?.Add(source, level, format, arguments);
        }
        catch (Exception)
        {
            // An exception must not cross into C. The line is lost.
        }
    }

    private unsafe void Add(void* source, int level, byte* format, byte* arguments)
    {
        var buffer = stackalloc byte[MaxLine];
        var prefix = 0;
        var length = ffmpeg.av_log_format_line2(source, level, Marshal.PtrToStringUTF8((nint)format), arguments, buffer, MaxLine, &prefix);
        if (length <= 0) return;
        var text = System.Text.Encoding.UTF8.GetString(buffer, Math.Min(length, MaxLine - 1)).TrimEnd();
        if (text.Length == 0) return;
        _lines.Writer.TryWrite(new Line(level, _stream, ClassName(source), text));
    }

    private static unsafe string ClassName(void* source)
    {
        if (source == null) return "ffmpeg";
        var type = *(AVClass**)source;
        return type == null ? "ffmpeg" : Marshal.PtrToStringUTF8((nint)type->class_name) ?? "ffmpeg";
    }

    private async Task PumpAsync()
    {
        long reported = 0;
        Line? last = null;
        var repeats = 0;
        await foreach (var line in _lines.Reader.ReadAllAsync())
        {
            if (line == last && _lines.Reader.Count > 0)
            {
                repeats++;
                continue;
            }

            if (repeats > 0 && last is { } repeated) Log.Repeated(_logger, repeated.Stream, repeated.Source, repeats);
            repeats = 0;
            last = line;
            Log.FFmpeg(_logger, LevelOf(line.AvLevel), line.Stream, line.Source, SourceUrl.Mask(line.Text));
            if (Dropped is var dropped && dropped > reported)
            {
                Log.Dropped(_logger, dropped - reported);
                reported = dropped;
            }
        }
    }

    private static LogLevel LevelOf(int avLevel)
    {
        foreach (var (limit, level) in _levels)
        {
            if (avLevel <= limit) return level;
        }

        return LogLevel.Trace;
    }

    internal readonly ref struct MuteScope : IDisposable
    {
        public void Dispose() => _muted = false;
    }

    private readonly record struct Line(int AvLevel, string? Stream, string Source, string Text);
}
