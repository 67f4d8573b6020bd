using Microsoft.Extensions.Logging;
using TimeShift.Core.Media;

namespace TimeShift.Recording;

internal static partial class Log
{
    [LoggerMessage(6000, LogLevel.Information, "{Stream}: recording is tried again with a new reel")]
    public static partial void ReelRetried(ILogger logger, StreamName stream);

    [LoggerMessage(6001, LogLevel.Information, "{Stream}: {Track} is recorded, but not played over HLS: no player decodes it, so no playlist names it")]
    public static partial void NotPlayedOverHls(ILogger logger, StreamName stream, Track track);
}
