using System.Collections.Concurrent;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using TimeShift.Core.Hub;
using TimeShift.Core.Media;
using TimeShift.Core.Packets;
using TimeShift.Protocols.Rtsp;
using TimeShift.Protocols.Tests.Rtmp;

namespace TimeShift.Protocols.Tests.Rtsp;

/// <summary>A hub with one puller, and what came of it.</summary>
internal sealed class PullHost : ILogger<StreamHub>
{
    public const string Password = "s3cr3t";

    public CollectingSink Sink { get; } = new();

    public PacketPool Pool { get; } = new();

    public ConcurrentQueue<string> Lines { get; } = new();

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public RtspPullOptions Options { get; init; } = RtspPullOptions.Default;

    public int Running { get; private set; }

    public IPacketSink? OtherSink { get; init; }

    public async Task<RtspEnd> PullAsync(string url, CancellationToken stop = default)
    {
        Assert.True(RtspUrl.TryParse(url, out var parsed));
        var name = StreamName.Parse("cam");
        var hub = new StreamHub(Clock, this) { StreamAdded = stream => stream.AddSink(OtherSink ?? Sink) };
        using var puller = new RtspPuller(hub, Clock, this, Pool);
        var end = await puller.RunAsync(parsed, new SourceUrl(url).ToString(), name, Options, () => Running++, stop);
        Assert.Equal(0, Pool.Outstanding);
        Assert.DoesNotContain(Lines, l => l.StartsWith("3023", StringComparison.Ordinal));
        Assert.DoesNotContain(Password, end + string.Join('\n', Lines), StringComparison.Ordinal);
        return end;
    }

    /// <summary>Plays a camera to its end.</summary>
    public async Task<RtspEnd> PlayAsync(ScriptedCamera camera, params IEnumerable<byte[]> frames)
    {
        camera.ClosesAfterPlay = true;
        camera.Play = async (stream, stop) =>
        {
            foreach (var frame in frames) await stream.WriteAsync(frame, stop);
        };
        return await PullAsync(camera.Url, TestContext.Current.CancellationToken);
    }

    public static int ClosedPort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        return ((System.Net.IPEndPoint)socket.LocalEndPoint!).Port;
    }

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Enqueue($"{eventId.Id} {formatter(state, exception)} {exception}");
}
