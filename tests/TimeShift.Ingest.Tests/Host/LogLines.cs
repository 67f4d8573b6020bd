using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace TimeShift.Ingest.Tests.Host;

internal sealed class LogLines<T>(ConcurrentQueue<string> lines) : ILogger<T>
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        lines.Enqueue($"{eventId.Id} {logLevel} {formatter(state, exception)} {exception}");
}
