using TimeShift.Core.Hub;
using TimeShift.Core.Media;
using TimeShift.FFmpeg.Libraries;
using TimeShift.Ingest;
using TimeShift.Protocols.Rtmp;
using TimeShift.Recording;

namespace TimeShift.Server.Hosting;

/// <summary>Starts the way of a packet from its end to its beginning, and stops it the other way round: nothing comes in before there is a place for it.</summary>
internal sealed class MediaService(
    ServerSettings settings,
    ConfigurationManager configuration,
    StreamHub hub,
    Recorder recorder,
    SourceSupervisor sources,
    RtmpServer? rtmp,
    ServerState state,
    ILogger<MediaService> logger,
    ILoggerFactory loggers) : IHostedLifecycleService
{
    private FFmpegLog? _ffmpegLog;
    private IDisposable? _reload;

    public async Task StartAsync(CancellationToken cancel)
    {
        if (settings.FFmpegDirectory is { } folder) FFmpegLibraries.UseDirectory(folder);
        FFmpegLibraries.Check();
        _ffmpegLog = FFmpegLog.Start(loggers.CreateLogger("FFmpeg"));
        recorder.Attach(hub);
        if (rtmp is not null) await rtmp.StartAsync(cancel).ConfigureAwait(false);
        await sources.ApplyAsync(settings.Streams).ConfigureAwait(false);
        // A file that breaks while the server runs is told by Reload, which asks each file.
        foreach (var source in ((IConfigurationBuilder)configuration).Sources.OfType<FileConfigurationSource>()) source.OnLoadException = broken => broken.Ignore = true;
        _reload = Microsoft.Extensions.Primitives.ChangeToken.OnChange(((IConfiguration)configuration).GetReloadToken, Reload);
        state.Ready();
    }

    public Task StartingAsync(CancellationToken cancel) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancel) => Task.CompletedTask;

    /// <summary>Recording ends before HTTP does: a viewer who reads slowly must not keep reels open.</summary>
    public async Task StoppingAsync(CancellationToken cancel)
    {
        state.Stopping();
        _reload?.Dispose();
        await sources.ApplyAsync([]).ConfigureAwait(false);
        if (rtmp is not null) await rtmp.StopAsync(cancel).ConfigureAwait(false);
    }

    public Task StopAsync(CancellationToken cancel) => Task.CompletedTask;

    public async Task StoppedAsync(CancellationToken cancel)
    {
        if (_ffmpegLog is not null) await _ffmpegLog.DisposeAsync().ConfigureAwait(false);
    }

    // Streams follow the file at once; what listens or is open does at the next start.
    private void Reload()
    {
        if (SettingsFile.FindBroken(configuration) is { } broken)
        {
            Log.ConfigurationRefused(logger, broken);
            return;
        }

        var next = SettingsReader.Read(configuration, out var faults);
        if (faults.Count > 0)
        {
            Log.ConfigurationRefused(logger, SourceUrl.Mask(string.Join("; ", faults)));
            return;
        }

        _ = ApplyAsync(next);
    }

    private async Task ApplyAsync(ServerSettings next)
    {
        try
        {
            await sources.ApplyAsync(next.Streams).ConfigureAwait(false);
            Log.ConfigurationApplied(logger, next.Streams.Count);
        }
        catch (ObjectDisposedException)
        {
            // The server stopped meanwhile.
        }
    }
}
