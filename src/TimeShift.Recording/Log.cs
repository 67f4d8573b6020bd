using Microsoft.Extensions.Logging;
using TimeShift.Core.Media;

namespace TimeShift.Recording;

internal static partial class Log
{
    [LoggerMessage(6000, LogLevel.Information, "{Stream}: recording is tried again with a new reel")]
    public static partial void ReelRetried(ILogger logger, StreamName stream);
}
