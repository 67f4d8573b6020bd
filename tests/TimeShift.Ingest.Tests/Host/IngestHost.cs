using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using TimeShift.Core.Hub;
using TimeShift.Core.Media;
using TimeShift.FFmpeg.Libraries;
using TimeShift.Ingest.Sources;
using TimeShift.Protocols.Rtmp;
using TimeShift.Recording;
using TimeShift.Storage;

namespace TimeShift.Ingest.Tests.Host;

/// <summary>The program without HTTP: sources and an RTMP server, the hub, the recorder and an archive in a folder of its own.</summary>
internal sealed class IngestHost : IAsyncDisposable
{
    private static readonly ConcurrentQueue<string> FFmpegLines = new();
    private static readonly FFmpegLog FFmpegLogging = StartFFmpegLog();
    private readonly RtmpServer _rtmp;
    private readonly bool _ownsFolder;
    private bool _stopped;

    private IngestHost(string? folder)
    {
        _ownsFolder = folder is null;
        Folder = folder ?? Directory.CreateTempSubdirectory("timeshift-ingest-").FullName;
        Archive = new Archive(new ArchiveOptions { Root = Folder, Flush = FlushPolicy.None }, TimeProvider.System, new LogLines<Archive>(Log));
        Hub = new StreamHub(TimeProvider.System, new LogLines<StreamHub>(Log));
        var options = new RecordingOptions { SegmentSeconds = 1, PartMilliseconds = 250 };
        new Recorder(Archive, options, TimeProvider.System, new LogLines<Recorder>(Log)).Attach(Hub);
        Sources = new SourceSupervisor(Hub, TimeProvider.System, new LogLines<SourceSupervisor>(Log));
        _rtmp = new RtmpServer(
            new RtmpServerOptions { Listen = new IPEndPoint(IPAddress.Loopback, 0) }, Hub, TimeProvider.System, new LogLines<RtmpServer>(Log));
    }

    public string Folder { get; }

    public Archive Archive { get; }

    public StreamHub Hub { get; }

    public SourceSupervisor Sources { get; }

    public ConcurrentQueue<string> Log { get; } = new();

    /// <summary>What FFmpeg itself logged in this process.</summary>
    public static IEnumerable<string> FFmpegLog => FFmpegLines;

    public int RtmpPort => _rtmp.EndPoint!.Port;

    /// <param name="folder">An archive to go on with, which then stays; null for a new one.</param>
    public static async Task<IngestHost> StartAsync(string? folder = null)
    {
        Assert.NotNull(FFmpegLogging);
        var host = new IngestHost(folder);
        await host._rtmp.StartAsync();
        return host;
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public static SourceOptions Source(string name, string source, bool enabled = true) => new(StreamName.Parse(name), new SourceUrl(source), enabled);

    public Task ApplyAsync(params (string Name, string Source)[] sources) => Sources.ApplyAsync(sources.Select(s => Source(s.Name, s.Source)));

    public SourceState State(string name) => Sources.States.Single(s => s.Name.Value == name);

    public long Packets(string name) => Hub.TryGet(StreamName.Parse(name), out var stream) ? stream.Packets : 0;

    public StreamArchive Kept(string name)
    {
        Assert.True(Archive.TryGet(StreamName.Parse(name), out var kept), $"no archive of {name}\n{Said()}");
        return kept;
    }

    /// <summary>Segments that are whole, over all reels.</summary>
    public int Segments(string name) =>
        Archive.TryGet(StreamName.Parse(name), out var kept) ? kept.Reels.Sum(r => r.Index.Count) : 0;

    public Task UntilAsync(Func<bool> condition, string what) => Eventually.TrueAsync(condition, () => $"{what}: did not happen\n{Said()}");

    public Task UntilSegmentsAsync(string name, int count) => UntilAsync(() => Segments(name) >= count, $"{count} segments of {name}");

    public Task UntilPacketsAsync(string name, long count) => UntilAsync(() => Packets(name) >= count, $"{count} packets of {name}");

    /// <summary>Stops all and waits for the disk.</summary>
    public async Task StopAsync()
    {
        if (_stopped) return;
        _stopped = true;
        await Sources.DisposeAsync();
        await _rtmp.DisposeAsync();
        await Archive.DisposeAsync();
    }

    /// <summary>Stops all; the stream's reels, oldest first, each checked with ffprobe.</summary>
    public async Task<string[]> ReelsAsync(string name, bool checkPictures = true)
    {
        await StopAsync();
        string[] reels = [.. Kept(name).Reels.Select(r => r.MediaPath)];
        Assert.True(reels.Length > 0, $"no reel of {name}\n{Said()}");
        if (!checkPictures) return reels;
        foreach (var reel in reels) await Probe.CleanAsync(reel);
        return reels;
    }

    public string Said() => string.Join('\n', Log) + "\n" + string.Join('\n', Sources.States);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (_ownsFolder) Directory.Delete(Folder, recursive: true);
        // A sink that failed, or a session that threw what it should not, is a defect whatever the test looks at.
        Assert.DoesNotContain(Log, l => l.StartsWith("1003 ", StringComparison.Ordinal) || l.StartsWith("4003 ", StringComparison.Ordinal));
    }

    private static FFmpegLog StartFFmpegLog()
    {
        FFmpegLibraries.Check();
        return FFmpeg.Libraries.FFmpegLog.Start(new LogLines<IngestHost>(FFmpegLines));
    }
}
