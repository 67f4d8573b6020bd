using Microsoft.Extensions.Logging;
using TimeShift.Core.Media;

namespace TimeShift.Storage;

internal static partial class Log
{
    [LoggerMessage(5000, LogLevel.Warning, "{Path}: its index was missing or unreadable and was made anew from the reel")]
    public static partial void IndexRebuilt(ILogger logger, string path);

    [LoggerMessage(5001, LogLevel.Warning, "{Stream}: {Path} was not closed; {Segments} segments recovered, {TornBytes} torn bytes cut off")]
    public static partial void ReelRecovered(ILogger logger, StreamName stream, string path, int segments, long tornBytes);

    [LoggerMessage(5002, LogLevel.Error, "{Stream}: writing {Path} failed; live goes on from memory, recording tries a new reel")]
    public static partial void WriteFailed(ILogger logger, Exception exception, StreamName stream, string path);

    [LoggerMessage(5003, LogLevel.Warning, "{Stream}: the disk is behind by {Bytes} bytes; the recording drops what it cannot hold")]
    public static partial void DiskBehind(ILogger logger, StreamName stream, long bytes);

    [LoggerMessage(5004, LogLevel.Error, "{Folder}: left alone, it cannot be opened as a stream's archive: {Reason}")]
    public static partial void StreamUnreadable(ILogger logger, string folder, string reason);

    [LoggerMessage(5005, LogLevel.Error, "{Path}: left out, it cannot be recovered: {Reason}")]
    public static partial void ReelUnreadable(ILogger logger, string path, string reason);

    [LoggerMessage(5006, LogLevel.Information, "{Stream}: archive opened, {Reels} reels, next segment {Next}")]
    public static partial void StreamOpened(ILogger logger, StreamName stream, int reels, long next);

    [LoggerMessage(5007, LogLevel.Warning, "{Stream}: target duration raised from {From} to {To} s: a group of pictures is longer")]
    public static partial void TargetRaised(ILogger logger, StreamName stream, int from, int to);

    [LoggerMessage(5009, LogLevel.Warning, "{Stream}: {Path}: what a failed write left there could not be tidied: {Reason}")]
    public static partial void NotTidied(ILogger logger, StreamName stream, string path, string reason);

    [LoggerMessage(5008, LogLevel.Error, "{Stream}: its identity file could not be written; it is tried again with the next reel")]
    public static partial void IdentityNotSaved(ILogger logger, Exception exception, StreamName stream);
}
