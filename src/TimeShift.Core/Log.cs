using Microsoft.Extensions.Logging;
using TimeShift.Core.Hub;
using TimeShift.Core.Media;

namespace TimeShift.Core;

internal static partial class Log
{
    [LoggerMessage(1000, LogLevel.Information, "{Stream}: published by {Protocol} {Peer}")]
    public static partial void PublisherStarted(ILogger logger, StreamName stream, string protocol, string peer);

    [LoggerMessage(1001, LogLevel.Information, "{Stream}: publisher {Protocol} {Peer} ended ({End})")]
    public static partial void PublisherEnded(ILogger logger, StreamName stream, string protocol, string peer, StreamEnd end);

    [LoggerMessage(1002, LogLevel.Information, "{Stream}: epoch {Epoch} begins ({Reason}): {Tracks}")]
    public static partial void EpochStarted(ILogger logger, StreamName stream, long epoch, EpochReason reason, TrackSet tracks);

    [LoggerMessage(1003, LogLevel.Error, "{Stream}: {Sink} failed and was taken off the stream")]
    public static partial void SinkFailed(ILogger logger, Exception exception, StreamName stream, string sink);
}
