using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging;
using TimeShift.Core.Hub;
using TimeShift.Core.Packets;
using TimeShift.Protocols.Rtmp;

namespace TimeShift.Protocols.Tests.Rtmp;

/// <summary>An RTMP server on a free port of loopback, with a sink on every stream, its log lines, and a check that every packet came back.</summary>
internal sealed class RtmpHost : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, CollectingSink> _sinks = new();
    private readonly RtmpServer _server;

    private RtmpHost(RtmpServerOptions options, TimeProvider clock)
    {
        Hub = new StreamHub(clock, new LogLines<StreamHub>(Log))
        {
            StreamAdded = stream => stream.AddSink(SinkOf(stream.Name.Value)),
        };
        _server = new RtmpServer(options with { Listen = new IPEndPoint(IPAddress.Loopback, 0) }, Hub, clock, new LogLines<RtmpServer>(Log), Pool);
    }

    public StreamHub Hub { get; }

    public PacketPool Pool { get; } = new();

    public ConcurrentQueue<string> Log { get; } = new();

    public IPEndPoint EndPoint => _server.EndPoint!;

    public int Connections => _server.Connections;

    public long Refused => _server.Refused;

    public static async Task<RtmpHost> StartAsync(RtmpServerOptions? options = null, TimeProvider? clock = null)
    {
        var host = new RtmpHost(options ?? new RtmpServerOptions(), clock ?? TimeProvider.System);
        await host._server.StartAsync();
        return host;
    }

    public string Url(string path) => $"rtmp://127.0.0.1:{EndPoint.Port}/{path}";

    public CollectingSink SinkOf(string stream) => _sinks.GetOrAdd(stream, _ => new CollectingSink());

    /// <summary>Waits for a log line with all the words in it.</summary>
    public Task<string> LineAsync(params string[] words) =>
        Eventually.GetAsync(() => Log.FirstOrDefault(line => words.All(w => line.Contains(w, StringComparison.Ordinal))), () => $"no line with {string.Join(", ", words)} in:\n{string.Join('\n', Log)}");

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Assert.Equal(0, Pool.Outstanding);
        Assert.DoesNotContain(Log, line => line.Contains("defect", StringComparison.Ordinal));
    }

    private sealed class LogLines<T>(ConcurrentQueue<string> lines) : ILogger<T>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{eventId.Id} {logLevel} {formatter(state, exception)} {exception}");
    }
}
