using Microsoft.Extensions.Logging;
using TimeShift.Core.Hub;
using TimeShift.Ingest.Sources;
using TimeShift.Protocols.Rtsp;

namespace TimeShift.Ingest.Sessions;

/// <summary>
/// Chooses for each session of an RTSP source who reads it: the program's own puller, which costs a fraction and no thread, or libavformat, which knows more
/// transports and payloads. One for the life of a source, so that what was learned of a camera is not asked again.
/// </summary>
internal sealed class RtspSession(SourceOptions options, RtspPuller puller, StreamHub hub, TimeProvider clock, ILogger logger, Action onRunning)
{
    private bool _isUnsupported;
    private bool _isOdd;

    /// <summary>True where the puller is to be tried: RTP in RTSP's own TCP connection, which is the default.</summary>
    public static bool TryTake(SourceOptions options, out RtspUrl url) =>
        RtspUrl.TryParse(options.Source, out url) && url.Transport is null or "tcp" && options.Reader == SourceReader.Auto;

    public async Task<SessionEnd> RunAsync(RtspUrl url, CancellationToken stop)
    {
        if (_isUnsupported) return await FallBackAsync(stop).ConfigureAwait(false);
        if (_isOdd)
        {
            // Either may fare better the next time.
            var other = await FallBackAsync(stop).ConfigureAwait(false);
            _isOdd = other.Lasted > TimeSpan.Zero;
            return other;
        }

        var end = await puller.RunAsync(url, options.Source.ToString(), options.Name, RtspPullOptions.Default, onRunning, stop).ConfigureAwait(false);
        switch (end.Fault)
        {
            case RtspFault.Unsupported when !end.HadMedia:
                _isUnsupported = true;
                Log.ReadByLibavformat(logger, options.Name, options.Source, end.Reason);
                return await FallBackAsync(stop).ConfigureAwait(false);
            case RtspFault.Protocol when !end.HadMedia:
                _isOdd = true;
                Log.NextByLibavformat(logger, options.Name, options.Source, end.Reason);
                break;
        }

        return new SessionEnd(end.Fault == RtspFault.Stopped, end.Reason, end.Lasted);
    }

    private Task<SessionEnd> FallBackAsync(CancellationToken stop) => new SourceSession(options, hub, clock, logger, onRunning).RunAsync(stop);
}
