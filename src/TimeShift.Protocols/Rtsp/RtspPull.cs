using Microsoft.Extensions.Logging;
using TimeShift.Core.Hub;
using TimeShift.Core.Media;
using TimeShift.Core.Packets;
using TimeShift.Protocols.Sockets;

namespace TimeShift.Protocols.Rtsp;

/// <summary>Fetches one stream from a camera over RTSP 1.0 with RTP interleaved in its TCP connection (RFC 2326 §10.12), and publishes it. Runs once; has neither thread nor timer of its own.</summary>
/// <param name="peer">The masked address, for people.</param>
/// <param name="onRunning">Called at the first packet.</param>
internal sealed class RtspPull(
    RtspUrl url, string peer, StreamName name, RtspPullOptions options, StreamHub hub, PacketPool pool, ReceivePump pump, TimeProvider clock, ILogger logger, Action onRunning)
{
    private const int MaxRedirects = 5;
    private RtspUrl _url = url;
    private Publisher? _publisher;
    private RtspPlayer? _player;

    /// <summary>Once a second.</summary>
    public void Tick() => Volatile.Read(ref _player)?.Tick();

    /// <summary>Until the session ends; never throws. Ends within a second of the token's cancellation.</summary>
    public async Task<RtspEnd> RunAsync(CancellationToken stop)
    {
        RtspPlayer? player = null;
        RtspEnd End(RtspFault fault, string reason)
        {
            if (stop.IsCancellationRequested) (fault, reason) = (RtspFault.Stopped, "stopped");
            player?.End(StreamEndOf(fault));
            _publisher?.End(StreamEndOf(fault));
            return new RtspEnd(fault, SourceUrl.Mask(reason), player?.HadMedia == true, player?.Lasted ?? TimeSpan.Zero);
        }

        try
        {
            if (pump.IsSaturated) return End(RtspFault.Refused, "this server is at its limit: what its cameras send waits too long to take one more");
            for (var redirects = 0; ; redirects++)
            {
                player?.Dispose();
                _player = player = new RtspPlayer(new RtspCredentials(_url.User, _url.Password), name, options, pool, clock, logger, onRunning, stop);
                if (await player.OpenAsync(_url).ConfigureAwait(false) is not { } location) break;
                if (redirects == MaxRedirects) return End(RtspFault.Refused, $"the server redirects more than {MaxRedirects} times");
                if (!_url.TryRedirect(location, out var next)) return End(RtspFault.Unsupported, "the server redirects to an address that is not rtsp://");
                _url = next;
            }

            if (!hub.TryPublish(name, new PublisherInfo("rtsp", peer), out _publisher, out var refusal)) return End(RtspFault.Occupied, refusal);
            await player.PlayAsync(_publisher, pump).ConfigureAwait(false);
            return End(RtspFault.Finished, "the server closed the connection");
        }
        catch (RtspException e)
        {
            return End(e.Fault, $"{_url}: {e.Message}");
        }
        catch (OperationCanceledException)
        {
            return End(RtspFault.Timeout, $"{_url} {player?.Overdue ?? "did not answer in time"}");
        }
        catch (FormatException e)
        {
            return End(RtspFault.Protocol, $"{_url}: {e.Message}");
        }
#pragma warning disable CA1031 // a session's defect ends that session; its supervisor tries again
        catch (Exception e)
#pragma warning restore CA1031
        {
            Log.RtspSessionFailed(logger, e, name);
            return End(RtspFault.Protocol, $"{e.GetType().Name}: {e.Message}");
        }
        finally
        {
            if (player is not null) await player.CloseAsync().ConfigureAwait(false);
        }
    }

    private static StreamEnd StreamEndOf(RtspFault fault) => fault switch
    {
        RtspFault.Stopped => StreamEnd.Stopped,
        RtspFault.Finished => StreamEnd.Finished,
        RtspFault.Protocol => StreamEnd.Fault,
        _ => StreamEnd.Lost,
    };
}
