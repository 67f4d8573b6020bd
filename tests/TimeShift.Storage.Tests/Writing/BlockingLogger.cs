using Microsoft.Extensions.Logging;

namespace TimeShift.Storage.Tests.Writing;

/// <summary>Holds up whoever logs that a write of a certain stream failed: a disk that stalls, as far as the writer thread can tell.</summary>
internal sealed class BlockingLogger(string stream) : ILogger<Archive>, IDisposable
{
    private readonly ManualResetEventSlim _release = new();

    public ManualResetEventSlim Blocked { get; } = new();

    public void Release() => _release.Set();

    /// <summary>To be disposed before the archive, which waits for its disk.</summary>
    public IDisposable Unblocking() => new Unblock(this);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (eventId.Id != 5002 || !formatter(state, exception).StartsWith(stream, StringComparison.Ordinal)) return;
        Blocked.Set();
        _release.Wait();
    }

    public void Dispose()
    {
        _release.Dispose();
        Blocked.Dispose();
    }

    private sealed class Unblock(BlockingLogger logger) : IDisposable
    {
        public void Dispose() => logger.Release();
    }
}
