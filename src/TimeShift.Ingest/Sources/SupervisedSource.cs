using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;
using TimeShift.Core.Hub;
using TimeShift.Core.Media;
using TimeShift.Ingest.Sessions;
using TimeShift.Protocols.Rtsp;

namespace TimeShift.Ingest.Sources;

/// <summary>Keeps one source running: a session runs once and ends, and after a pause that grows from failure to failure the next one begins, for ever.</summary>
internal sealed class SupervisedSource : IAsyncDisposable
{
    /// <summary>A session that lasted this long was a good one: the pauses begin anew.</summary>
    private static readonly TimeSpan _goodSession = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _stop = new();
    private readonly StreamHub _hub;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly RtspUrl? _rtspUrl;
    private readonly RtspSession? _rtsp;
    private readonly Task _running;
    private SourceState _state;

    public SupervisedSource(SourceOptions options, RtspPuller puller, StreamHub hub, TimeProvider clock, ILogger logger)
    {
        Options = options;
        _hub = hub;
        _clock = clock;
        _logger = logger;
        _state = new SourceState(options.Name, options.Source.ToString(), SourcePhase.Connecting, null, null, 0);
        if (RtspSession.TryTake(options, out var url))
        {
            _rtspUrl = url;
            _rtsp = new RtspSession(options, puller, hub, clock, logger, Running);
        }
        else if (options.Source.Scheme is "rtsp" or "rtsps")
        {
            Log.ReadByLibavformat(
                logger, options.Name, options.Source, options.Reader == SourceReader.Libavformat ? "Reader says so" : "only RTP in RTSP's own connection without TLS is read otherwise");
        }

        _running = Task.Run(RunAsync);
    }

    public SourceOptions Options { get; }

    public SourceState State => Volatile.Read(ref _state);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        var retry = new ResiliencePipelineBuilder<SessionEnd> { TimeProvider = _clock }.AddRetry(new RetryStrategyOptions<SessionEnd>
        {
            MaxRetryAttempts = int.MaxValue,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = TimeSpan.FromSeconds(1),
            MaxDelay = TimeSpan.FromSeconds(30),
            ShouldHandle = outcome => ValueTask.FromResult(outcome.Outcome.Result is { IsStopped: false } end && end.Lasted < _goodSession),
            OnRetry = outcome =>
            {
                Report(outcome.Outcome.Result!, outcome.RetryDelay);
                return ValueTask.CompletedTask;
            },
        }).Build();

        try
        {
            while (!_stop.IsCancellationRequested)
            {
                // The pipeline comes back after a good session, or when it is time to stop.
                var end = await retry.ExecuteAsync(_ => new ValueTask<SessionEnd>(SessionAsync()), _stop.Token).ConfigureAwait(false);
                if (end.IsStopped) break;
                var pause = TimeSpan.FromSeconds(1);
                Report(end, pause);
                await Task.Delay(pause, _clock, _stop.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped between two sessions.
        }

        Volatile.Write(ref _state, State with { Phase = SourcePhase.Stopped, NextTry = null });
    }

    private async Task<SessionEnd> SessionAsync()
    {
        Volatile.Write(ref _state, State with { Phase = SourcePhase.Connecting, NextTry = null, Sessions = State.Sessions + 1 });
        if (_rtsp is not null) return await _rtsp.RunAsync(_rtspUrl!, _stop.Token).ConfigureAwait(false);
        return await new SourceSession(Options, _hub, _clock, _logger, Running).RunAsync(_stop.Token).ConfigureAwait(false);
    }

    private void Running() => Volatile.Write(ref _state, State with { Phase = SourcePhase.Running, LastError = null });

    private void Report(SessionEnd end, TimeSpan pause)
    {
        Volatile.Write(ref _state, State with { Phase = SourcePhase.Waiting, LastError = end.Reason, NextTry = Instant.Now(_clock) + pause });
        Log.SessionEnded(_logger, Options.Name, Options.Source, end.Reason, pause.TotalSeconds);
    }
}
