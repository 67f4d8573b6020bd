namespace TimeShift.Server;

internal static partial class Log
{
    [LoggerMessage(9000, LogLevel.Error, "The changed configuration has faults and is not applied: {Faults}")]
    public static partial void ConfigurationRefused(ILogger logger, string faults);

    [LoggerMessage(9001, LogLevel.Information, "The changed configuration is applied: {Streams} streams with a source")]
    public static partial void ConfigurationApplied(ILogger logger, int streams);
}
