using System.Net;
using Microsoft.Extensions.Logging;
using TimeShift.Core.Media;

namespace TimeShift.Protocols;

internal static partial class Log
{
    [LoggerMessage(3000, LogLevel.Information, "RTMP: listening on {EndPoint}")]
    public static partial void RtmpListening(ILogger logger, EndPoint endPoint);

    [LoggerMessage(3001, LogLevel.Information, "RTMP {Peer}: {Stream}: ended after {Seconds:0.0} s, {Bytes} bytes: {Reason}")]
    public static partial void RtmpEnded(ILogger logger, string peer, string stream, double seconds, long bytes, string reason);

    [LoggerMessage(3002, LogLevel.Warning, "RTMP {Peer}: {Stream}: broken off after {Seconds:0.0} s, {Bytes} bytes: {Reason}")]
    public static partial void RtmpBrokenOff(ILogger logger, string peer, string stream, double seconds, long bytes, string reason);

    [LoggerMessage(3003, LogLevel.Error, "RTMP {Peer}: {Stream}: the session failed; this is a defect of the server")]
    public static partial void RtmpSessionFailed(ILogger logger, Exception exception, string peer, string stream);

    [LoggerMessage(3004, LogLevel.Warning, "RTMP: {Count} connections refused since the last such line: {Limit} are open, which is the limit")]
    public static partial void RtmpFull(ILogger logger, long count, int limit);

    [LoggerMessage(3005, LogLevel.Error, "RTMP: no connection could be accepted; the next try follows at once")]
    public static partial void RtmpAcceptFailed(ILogger logger, Exception exception);

    [LoggerMessage(3010, LogLevel.Warning, "{Stream}: the {Kind} track is left out: {Reason}")]
    public static partial void TrackLeftOut(ILogger logger, StreamName stream, MediaKind kind, string reason);

    [LoggerMessage(3011, LogLevel.Warning, "{Stream}: damaged {Kind} packets are left out; the first: {Reason}")]
    public static partial void DamagedPackets(ILogger logger, StreamName stream, MediaKind kind, string reason);

    [LoggerMessage(3012, LogLevel.Warning, "{Stream}: {Count} packets came without a sequence header of their track and are left out")]
    public static partial void PacketsWithoutTrack(ILogger logger, StreamName stream, long count);

    [LoggerMessage(3013, LogLevel.Debug, "RTMP {Peer}: command {Command} is not known and was refused")]
    public static partial void RtmpUnknownCommand(ILogger logger, string peer, string command);

    [LoggerMessage(3020, LogLevel.Warning, "{Stream}: track left out, its codec cannot be carried yet: {Track}")]
    public static partial void RtspTrackLeftOut(ILogger logger, StreamName stream, string track);

    [LoggerMessage(3021, LogLevel.Warning, "{Stream}: track left out until its parameters come: {Track}")]
    public static partial void TrackWithoutConfig(ILogger logger, StreamName stream, string track);

    [LoggerMessage(3022, LogLevel.Warning, "{Stream}: {Lost} RTP packets of {Track} were lost and {Damaged} units dropped in this session; the first damage: {Reason}")]
    public static partial void RtspLosses(ILogger logger, StreamName stream, string track, long lost, long damaged, string reason);

    [LoggerMessage(3023, LogLevel.Error, "{Stream}: the RTSP session failed; this is a defect of the server")]
    public static partial void RtspSessionFailed(ILogger logger, Exception exception, StreamName stream);

    [LoggerMessage(3024, LogLevel.Debug, "{Stream}: the RTSP server sent {Bytes} bytes between its messages that belong to none")]
    public static partial void RtspGarbage(ILogger logger, StreamName stream, long bytes);
}
