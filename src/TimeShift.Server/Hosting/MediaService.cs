using TimeShift.Core.Hub;
using TimeShift.FFmpeg.Libraries;
using TimeShift.Ingest;
using TimeShift.Protocols.Rtmp;
using TimeShift.Recording;

namespace TimeShift.Server.Hosting;

/// <summary>Starts the way of a packet from its end to its beginning, and stops it the other way round: nothing comes in before there is a place for it.</summary>
internal sealed class MediaService(
    ServerSettings settings,
    IConfiguration configuration,
    StreamHub hub,
    Recorder recorder,
    SourceSupervisor sources,
    RtmpServer? rtmp,
    ServerState state,
    ILogger<MediaService> logger,
    ILoggerFactory loggers) : IHostedService
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
        _reload = Microsoft.Extensions.Primitives.ChangeToken.OnChange(configuration.GetReloadToken, Reload);
        state.Ready();
    }

    public async Task StopAsync(CancellationToken cancel)
    {
        state.Stopping();
        _reload?.Dispose();
        await sources.ApplyAsync([]).ConfigureAwait(false);
        if (rtmp is not null) await rtmp.StopAsync(cancel).ConfigureAwait(false);
        if (_ffmpegLog is not null) await _ffmpegLog.DisposeAsync().ConfigureAwait(false);
    }

    // Streams follow the file at once; what listens or is open does at the next start.
    private void Reload()
    {
        var next = SettingsReader.Read(configuration, out var faults);
        if (faults.Count > 0)
        {
            Log.ConfigurationRefused(logger, string.Join("; ", faults));
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
