using Microsoft.Extensions.Logging;
using TimeShift.Core.Media;

namespace TimeShift.Ingest;

internal static partial class Log
{
    [LoggerMessage(4000, LogLevel.Information, "{Stream}: source {Source} added")]
    public static partial void SourceAdded(ILogger logger, StreamName stream, SourceUrl source);

    [LoggerMessage(4001, LogLevel.Information, "{Stream}: source removed")]
    public static partial void SourceRemoved(ILogger logger, StreamName stream);

    [LoggerMessage(4002, LogLevel.Warning, "{Stream}: source {Source} ended: {Reason}; next try in {Seconds:0.0} s")]
    public static partial void SessionEnded(ILogger logger, StreamName stream, SourceUrl source, string reason, double seconds);

    [LoggerMessage(4003, LogLevel.Error, "{Stream}: the session failed")]
    public static partial void SessionFailed(ILogger logger, Exception exception, StreamName stream);

    [LoggerMessage(4004, LogLevel.Warning, "{Stream}: track left out, its codec cannot be carried yet: {Track}")]
    public static partial void TrackLeftOut(ILogger logger, StreamName stream, string track);

    [LoggerMessage(4005, LogLevel.Warning, "{Stream}: track left out until its parameters come: {Track}")]
    public static partial void TrackWithoutConfig(ILogger logger, StreamName stream, string track);

    [LoggerMessage(4006, LogLevel.Warning, "{Stream}: a packet is damaged and was dropped: {Reason}")]
    public static partial void PacketCorrupt(ILogger logger, StreamName stream, string reason);

    [LoggerMessage(4007, LogLevel.Warning, "{Stream}: {Count} damaged packets were dropped in this session")]
    public static partial void PacketsCorrupt(ILogger logger, StreamName stream, long count);

    [LoggerMessage(4008, LogLevel.Information, "{Stream}: {Source} is read by libavformat: {Reason}")]
    public static partial void ReadByLibavformat(ILogger logger, StreamName stream, SourceUrl source, string reason);

    [LoggerMessage(4009, LogLevel.Information, "{Stream}: {Source} is odd, the next try is libavformat's: {Reason}")]
    public static partial void NextByLibavformat(ILogger logger, StreamName stream, SourceUrl source, string reason);
}
