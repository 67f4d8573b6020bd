using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using TimeShift.Core.Hub;
using TimeShift.Core.Media;
using TimeShift.Core.Packets;
using TimeShift.Formats.Rtp;
using TimeShift.Formats.Rtsp;
using TimeShift.Formats.Sdp;
using TimeShift.Protocols.Sockets;

namespace TimeShift.Protocols.Rtsp;

/// <summary>The stations of one connection: DESCRIBE, SETUP of each track, PLAY, then packets until the end; with its deadlines, keep-alives and receiver reports.</summary>
internal sealed class RtspPlayer : IDisposable
{
    private const int ReportInterval = 5;
    private static readonly TimeSpan _goodbye = TimeSpan.FromMilliseconds(300);
    private readonly StreamName _name;
    private readonly RtspPullOptions _options;
    private readonly PacketPool _pool;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly Action _onRunning;
    private readonly CancellationTokenSource _abort;
    private readonly RtspDialog _dialog;
    private readonly uint _ssrc = BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(4));
    private readonly long _opened;
    private readonly Channel[] _channels = new Channel[256];
    private List<RtspTrack> _tracks = [];
    private RtspPublication? _publication;
    private RtspUrl? _url;
    private string _aggregate = "";
    private long _lastMedia;
    private long _firstMedia;
    private long _lastAlive;
    private int _ticks;
    private volatile bool _playing;
    private volatile bool _closed;
    private bool _disposed;

    public RtspPlayer(
        RtspCredentials credentials, StreamName name, RtspPullOptions options, PacketPool pool, TimeProvider clock, ILogger logger, Action onRunning, CancellationToken stop)
    {
        (_name, _options, _pool, _clock, _logger, _onRunning) = (name, options, pool, clock, logger, onRunning);
        _abort = CancellationTokenSource.CreateLinkedTokenSource(stop);
        _dialog = new RtspDialog(credentials, OnPacket);
        _opened = clock.GetTimestamp();
    }

    private readonly record struct Channel(RtspTrack? Track, bool IsRtcp);

    public bool HadMedia => Volatile.Read(ref _firstMedia) != 0;

    public TimeSpan Lasted => HadMedia ? _clock.GetElapsedTime(Volatile.Read(ref _firstMedia)) : TimeSpan.Zero;

    /// <summary>Which deadline was missed; null while none was.</summary>
    public string? Overdue { get; private set; }

    /// <summary>Connects, and sets all tracks up.</summary>
    /// <returns>Where the server redirects to; null where it does not.</returns>
    public async Task<string?> OpenAsync(RtspUrl url)
    {
        _url = url;
        var stop = _abort.Token;
        await _dialog.ConnectAsync(url, stop).ConfigureAwait(false);
        var known = await _dialog.AskAsync("OPTIONS", url.RequestUri, stop).ConfigureAwait(false);
        if (known["Public"]?.Contains("GET_PARAMETER", StringComparison.OrdinalIgnoreCase) == true) _dialog.KeepAliveMethod = "GET_PARAMETER";
        var described = await _dialog.AskAsync("DESCRIBE", url.RequestUri, stop, "Accept: application/sdp").ConfigureAwait(false);
        if (described.Status is 301 or 302 or 303 or 307 && described["Location"] is { } location) return location;
        Expect(described, "DESCRIBE");
        var description = SessionDescription.Read(described.Body.Span);
        var root = described["Content-Base"] ?? described["Content-Location"] ?? url.RequestUri;
        if (!root.Contains("://", StringComparison.Ordinal)) root = url.RequestUri;
        _aggregate = RtspControl.Resolve(root, description.Control);
        _tracks = RtspTracks.Create(description, _name, _pool, _clock, _logger);
        for (var i = 0; i < _tracks.Count; i++) await SetUpAsync(_tracks[i], i, root, description).ConfigureAwait(false);
        return null;
    }

    /// <summary>Plays until the server closes the connection, or says good-bye.</summary>
    public async Task PlayAsync(Publisher publisher, ReceivePump pump)
    {
        _publication = new RtspPublication(publisher, _tracks, _clock, _logger);
        var answer = await _dialog.AskAsync("PLAY", _aggregate, _abort.Token, "Range: npt=0.000-").ConfigureAwait(false);
        Expect(answer, "PLAY");
        if (answer["RTP-Info"] is { } info) TakePlayTimes(info);
        Volatile.Write(ref _lastMedia, _clock.GetTimestamp());
        _lastAlive = _clock.GetTimestamp();
        _playing = true;
        await _dialog.ListenAsync(pump, _abort.Token).ConfigureAwait(false);
    }

    public void End(StreamEnd end)
    {
        _closed = true;
        _publication?.End(end);
        foreach (var track in _tracks.Where(t => t.Reception.Lost + t.Damaged > 0))
            Log.RtspLosses(_logger, _name, track.ToString(), track.Reception.Lost, track.Damaged, track.FirstDamage ?? "packets are missing");
        if (_dialog.Garbage > 0) Log.RtspGarbage(_logger, _name, _dialog.Garbage);
    }

    /// <summary>Says good-bye as far as that takes no time, and gives everything back.</summary>
    public async Task CloseAsync()
    {
        using var limit = new CancellationTokenSource(_goodbye, _clock);
        try
        {
            await _dialog.TeardownAsync(_aggregate, limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is RtspException or OperationCanceledException or ObjectDisposedException)
        {
            // The server is gone already.
        }

        Dispose();
    }

    public void Dispose()
    {
        if (_disposed) return;
        _disposed = _closed = true;
        _abort.Cancel();
        _abort.Dispose();
        _publication?.Dispose();
        foreach (var track in _tracks) track.Dispose();
        _tracks = [];
        _dialog.Dispose();
    }

    private static void Expect(RtspMessage answer, string method)
    {
        if (answer.Status is >= 200 and < 300) return;
        var fault = answer.Status switch
        {
            403 => RtspFault.AuthenticationFailed,
            404 or 410 => RtspFault.NotFound,
            461 => RtspFault.Unsupported,
            _ => RtspFault.Refused,
        };
        throw new RtspException(fault, $"the server answers {method} with {answer.Status} {answer.Reason}");
    }

    private async Task SetUpAsync(RtspTrack track, int index, string root, SessionDescription description)
    {
        // A track without an address of its own is all there is.
        var control = track.Media.Control ?? (description.Media.Length == 1 ? description.Control : null);
        var (rtp, rtcp) = ((byte)(2 * index), (byte)(2 * index + 1));
        var answer = await _dialog.AskAsync(
            "SETUP", RtspControl.Resolve(root, control), _abort.Token, string.Create(CultureInfo.InvariantCulture, $"Transport: RTP/AVP/TCP;unicast;interleaved={rtp}-{rtcp}")).ConfigureAwait(false);
        Expect(answer, "SETUP");
        var transport = answer["Transport"] ?? "";
        if (transport.Length > 0 && !transport.Contains("TCP", StringComparison.OrdinalIgnoreCase) && !transport.Contains("interleaved", StringComparison.OrdinalIgnoreCase))
            throw new RtspException(RtspFault.Unsupported, "the server sends over UDP only");
        if (RtspHeaders.ReadInterleaved(transport) is { } given) (rtp, rtcp) = given;
        _channels[rtp] = new Channel(track, false);
        _channels[rtcp] = new Channel(track, true);
    }

    private void TakePlayTimes(string info)
    {
        var streams = RtspHeaders.ReadRtpInfo(info);
        for (var i = 0; i < _tracks.Count; i++)
        {
            // By the end of the address, since servers write the rest in many ways; else by order.
            var control = _tracks[i].Media.Control;
            var stream = control is null ? default : streams.FirstOrDefault(s => s.Url.EndsWith(control[(control.LastIndexOf('/') + 1)..], StringComparison.OrdinalIgnoreCase));
            if (stream.Url is null && streams.Length == _tracks.Count) stream = streams[i];
            _tracks[i].PlayTime = stream.Time;
        }
    }

    private void OnPacket(byte number, ReadOnlySpan<byte> packet)
    {
        if (_publication is null) return;
        var channel = _channels[number];
        if (channel.Track is null) channel = Adopt(number, packet);
        if (channel.Track is not { } track) return;
        try
        {
            if (channel.IsRtcp || RtpPacket.IsRtcp(packet))
            {
                track.TakeRtcp(packet);
                if (track.SaidBye && _tracks.TrueForAll(t => t.SaidBye)) throw new RtspException(RtspFault.Finished, "the camera said good-bye (RTCP BYE)");
                return;
            }

            Volatile.Write(ref _lastMedia, _clock.GetTimestamp());
            if (!HadMedia)
            {
                Volatile.Write(ref _firstMedia, _clock.GetTimestamp());
                _onRunning();
            }

            track.TakeRtp(packet);
        }
        catch (RtpFormatException)
        {
            // One broken packet is a lost one: its number will be missed.
        }
    }

    // Some cameras use other channels than they said; the payload type tells what is meant.
    private Channel Adopt(byte number, ReadOnlySpan<byte> packet)
    {
        if (packet.Length < 2 || RtpPacket.IsRtcp(packet)) return default;
        var type = packet[1] & 0x7F;
        var track = _tracks.Find(t => t.Format.Type == type && !t.Reception.HasPackets);
        if (track is null) return default;
        if (number < 255 && _channels[number + 1].Track is null) _channels[number + 1] = new Channel(track, true);
        return _channels[number] = new Channel(track, false);
    }

    /// <summary>Once a second: deadlines, keep-alives, receiver reports.</summary>
    public void Tick()
    {
        if (_closed) return;
        if (!_playing)
        {
            if (_clock.GetElapsedTime(_opened) > _options.OpenTimeout) Miss(string.Create(CultureInfo.InvariantCulture, $"did not answer with media within {_options.OpenTimeout.TotalSeconds:0.#} s"));
            return;
        }

        if (_clock.GetElapsedTime(Volatile.Read(ref _lastMedia)) > _options.ReadTimeout)
        {
            Miss(string.Create(CultureInfo.InvariantCulture, $"has sent nothing for {_options.ReadTimeout.TotalSeconds:0.#} s"));
            return;
        }

        _ = KeepUpAsync();
    }

    private void Miss(string what)
    {
        Overdue = what;
        try
        {
            _abort.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // Over meanwhile.
        }
    }

    private async Task KeepUpAsync()
    {
        try
        {
            var stop = _abort.Token;
            // Twice in the time that the server waits, less a second for the way.
            var interval = TimeSpan.FromSeconds(Math.Clamp((_dialog.SessionTimeout - 1) / 2.0, 1, 30));
            if (_clock.GetElapsedTime(_lastAlive) >= interval)
            {
                _lastAlive = _clock.GetTimestamp();
                await _dialog.KeepAliveAsync(_aggregate, stop).ConfigureAwait(false);
            }

            if (++_ticks % ReportInterval != 0) return;
            for (var number = 0; number < _channels.Length; number++)
            {
                if (_channels[number] is not { Track: { Reception.HasPackets: true } track, IsRtcp: true }) continue;
                var report = track.Reception.MakeReport(_ssrc);
                var bytes = new byte[RtcpReceiverReport.SizeFor("timeshift"u8)];
                report.Write(bytes, "timeshift"u8);
                await _dialog.SendPacketAsync((byte)number, bytes, stop).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is RtspException or OperationCanceledException or ObjectDisposedException)
        {
            // Who receives from the connection learns of it there.
        }
    }
}
