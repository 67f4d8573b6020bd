using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using TimeShift.Core.Media;
using TimeShift.FFmpeg.Inputs;
using TimeShift.FFmpeg.Libraries;

namespace TimeShift.FFmpeg.Tests.Libraries;

/// <summary>FFmpeg has one log per process, so no other test may run meanwhile.</summary>
[CollectionDefinition(nameof(FFmpegLog), DisableParallelization = true)]
public sealed class FFmpegLogCollection;

[Collection(nameof(FFmpegLog))]
public sealed class FFmpegLogTests
{
    [Fact]
    public async Task A_line_reaches_the_logger_with_the_streams_name_and_without_the_password()
    {
        var logger = new ListLogger(LogLevel.Trace);
        await using (FFmpegLog.Start(logger))
        {
            Assert.Throws<MediaInputException>(() => MediaInput.Open(
                new SourceUrl("http://admin:s3cret@127.0.0.1:1/live?token=t0ken"), new MediaInputOptions { Stream = "front-door" }, default));
        }

        Assert.Contains(logger.Lines, l => l.Contains("[front-door] ", StringComparison.Ordinal) && l.Contains("127.0.0.1", StringComparison.Ordinal));
        Assert.DoesNotContain(logger.Lines, l => l.Contains("s3cret", StringComparison.Ordinal) || l.Contains("t0ken", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Lines_below_the_loggers_level_do_not_come()
    {
        var logger = new ListLogger(LogLevel.Error);
        await using (FFmpegLog.Start(logger))
        {
            Assert.Throws<MediaInputException>(() => MediaInput.Open(new SourceUrl("file:/nothing-here"), MediaInputOptions.Default, default));
        }

        Assert.Empty(logger.Lines);
    }

    private sealed class ListLogger(LogLevel minimum) : ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= minimum;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue($"{logLevel} {formatter(state, exception)}");
    }
}
