using Microsoft.Extensions.Logging;

namespace TimeShift.FFmpeg;

// Event ids of this project: 5000 to 5099.
internal static partial class Log
{
    [LoggerMessage(EventId = 5000, Message = "[{Stream}] {Source}: {Text}")]
    public static partial void FFmpeg(ILogger logger, LogLevel level, string? stream, string source, string text);

    [LoggerMessage(EventId = 5001, Level = LogLevel.Debug, Message = "[{Stream}] {Source}: the last line came {Count} more times")]
    public static partial void Repeated(ILogger logger, string? stream, string source, int count);

    [LoggerMessage(EventId = 5002, Level = LogLevel.Warning,
        Message = "{Count} lines of FFmpeg's log were dropped: they come faster than they can be written")]
    public static partial void Dropped(ILogger logger, long count);
}
