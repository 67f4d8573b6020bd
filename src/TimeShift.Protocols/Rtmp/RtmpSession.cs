using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using Microsoft.Extensions.Logging;
using TimeShift.Core.Hub;
using TimeShift.Core.Packets;
using TimeShift.Formats.Amf;
using TimeShift.Formats.Flv;
using TimeShift.Formats.Rtmp;

namespace TimeShift.Protocols.Rtmp;

internal enum RtmpPhase
{
    Handshake,
    Connecting,
    Connected,
    Publishing,

    /// <summary>The peer was refused and told why; what it still sends is thrown away.</summary>
    Closing,
}

/// <summary>
/// The server's side of one RTMP connection without its socket: bytes go in, replies come out in <paramref name="output"/>, media goes to the hub. Runs once.
/// Used by one thread at a time, but for <see cref="Overdue"/>.
/// </summary>
/// <param name="admit">Asked at each publish: why nobody more is let in, or null.</param>
internal sealed class RtmpSession(
    RtmpServerOptions options, StreamHub hub, PacketPool pool, TimeProvider clock, ILogger logger, string peer, IBufferWriter<byte> output, Func<string?> admit)
{
    /// <summary>Time for the peer to read why it was refused, and to go away by itself.</summary>
    private static readonly TimeSpan _lingerTimeout = TimeSpan.FromSeconds(2);

    private readonly RtmpChunkReader _chunks = new(pool);
    private readonly RtmpReplies _replies = new(output);
    private readonly long _created = clock.GetTimestamp();
    private RtmpServerHandshake? _handshake = new();
    private RtmpPublication? _publication;
    private string _app = "";
    private uint _streams;
    private long _acknowledged;
    private long _window = RtmpReplies.Window;
    private long _phaseSince = clock.GetTimestamp();
    private long _lastMessage;
    private volatile RtmpPhase _phase;

    public RtmpPhase Phase => _phase;

    /// <summary>Bytes received.</summary>
    public long Received { get; private set; }

    public TimeSpan Age => clock.GetElapsedTime(_created);

    /// <summary>The stream that is or was last published; a dash before.</summary>
    public string StreamText { get; private set; } = "-";

    /// <summary>Why the peer was refused, or that it said good-bye; null while neither.</summary>
    public string? EndReason { get; private set; }

    /// <summary>Takes bytes as they arrive, in pieces of any size.</summary>
    /// <exception cref="FormatException">The peer broke the protocol: the session is over.</exception>
    public void Receive(ReadOnlySpan<byte> bytes)
    {
        Received += bytes.Length;
        if (_handshake is not null)
        {
            if (!_handshake.Receive(ref bytes, output, (uint)Age.TotalMilliseconds)) return;
            _handshake = null;
            // What follows is within the same deadline: the clock of the phase runs on.
            _phase = RtmpPhase.Connecting;
        }

        while (_phase != RtmpPhase.Closing && _chunks.TryRead(ref bytes, out var message))
        {
            Volatile.Write(ref _lastMessage, clock.GetTimestamp());
            Take(message);
        }

        if (Received - _acknowledged < _window || _phase is RtmpPhase.Closing or RtmpPhase.Connecting) return;
        _acknowledged = Received;
        _replies.Acknowledge((uint)Received);
    }

    /// <summary>Why the session is to be broken off now, or null. May be called by any thread.</summary>
    public string? Overdue()
    {
        var inPhase = clock.GetElapsedTime(Volatile.Read(ref _phaseSince));
        switch (_phase)
        {
            case RtmpPhase.Publishing:
                return clock.GetElapsedTime(Volatile.Read(ref _lastMessage)) > options.IdleTimeout
                    ? $"no message was completed for {Seconds(options.IdleTimeout)} s while publishing"
                    : null;
            case RtmpPhase.Closing:
                return inPhase > _lingerTimeout ? "" : null;
            default:
                if (inPhase <= options.HandshakeTimeout) return null;
                var what = _phase switch
                {
                    RtmpPhase.Handshake => _handshake is { HasBegun: true } ? "the handshake was begun and not finished" : "nothing was said",
                    RtmpPhase.Connecting => "no connect command came after the handshake",
                    _ => "nothing was published after connect",
                };
                return $"{what} within {Seconds(options.HandshakeTimeout)} s";
        }
    }

    /// <summary>Gives everything back; the publication, if there is one, ends.</summary>
    public void End(StreamEnd end)
    {
        _publication?.End(end);
        _publication = null;
        _chunks.Dispose();
    }

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture);

    private void Enter(RtmpPhase phase)
    {
        Volatile.Write(ref _phaseSince, clock.GetTimestamp());
        _phase = phase;
    }

    private void Take(in RtmpMessage message)
    {
        switch (message.Type)
        {
            case RtmpMessageType.Video when _publication is { } publication:
                publication.Video(message.Body, message.Timestamp);
                return;
            case RtmpMessageType.Audio when _publication is { } publication:
                publication.Audio(message.Body, message.Timestamp);
                return;
        }

        using (message.Body)
        {
            var body = message.Payload;
            switch (message.Type)
            {
                case RtmpMessageType.CommandAmf0:
                    Command(Amf0Reader.ReadAll(body).AsSpan(), message.StreamId);
                    break;
                case RtmpMessageType.CommandAmf3:
                    // One byte of format, then AMF0 as ever: what Flash's "AMF3" encoders send.
                    Command(Amf0Reader.ReadAll(body.IsEmpty ? body : body[1..]).AsSpan(), message.StreamId);
                    break;
                case RtmpMessageType.DataAmf0:
                    Data(body);
                    break;
                case RtmpMessageType.DataAmf3 when !body.IsEmpty && body[0] == 0:
                    Data(body[1..]);
                    break;
                case RtmpMessageType.Aggregate when _publication is { } publication:
                    Aggregate(publication, message);
                    break;
                default:
                    Control(message.Type, body);
                    break;
            }
        }
    }

    private void Control(RtmpMessageType type, ReadOnlySpan<byte> body)
    {
        switch (type)
        {
            case RtmpMessageType.SetChunkSize:
                var size = Number(type, body);
                if (size is 0 or > RtmpChunkReader.MaxChunkSize)
                    throw new RtmpProtocolException($"Set Chunk Size {size}; expected 1 to {RtmpChunkReader.MaxChunkSize}");
                _chunks.ChunkSize = (int)size;
                break;
            case RtmpMessageType.Abort:
                _chunks.Abort((int)Math.Min(Number(type, body), int.MaxValue));
                break;
            case RtmpMessageType.WindowAcknowledgementSize:
                _window = Math.Max(1, Number(type, body));
                break;
            case RtmpMessageType.SetPeerBandwidth:
                if (Number(type, body) != RtmpReplies.Window) _replies.AnnounceWindow();
                break;
            case RtmpMessageType.UserControl when body.Length >= 6 && BinaryPrimitives.ReadUInt16BigEndian(body) == (ushort)RtmpUserControl.PingRequest:
                _replies.Pong(BinaryPrimitives.ReadUInt32BigEndian(body[2..]));
                break;
        }
    }

    private static uint Number(RtmpMessageType type, ReadOnlySpan<byte> body) => body.Length >= 4
        ? BinaryPrimitives.ReadUInt32BigEndian(body)
        : throw new RtmpProtocolException($"a message {type} has {body.Length} bytes; expected 4");

    // [@setDataFrame] onMetaData {...}; other data (cue points, captions) has no place in the hub yet.
    private void Data(ReadOnlySpan<byte> body)
    {
        if (_publication is null) return;
        var values = Amf0Reader.ReadAll(body);
        var at = values.Length > 0 && values[0] is AmfString { Value: "@setDataFrame" } ? 1 : 0;
        if (values.Length > at + 1 && values[at] is AmfString { Value: "onMetaData" } && values[at + 1] is AmfObject metadata) _publication.Metadata(metadata);
    }

    // FLV tags one after the other (§7.1.6); their times are moved so that the first has the message's.
    private void Aggregate(RtmpPublication publication, in RtmpMessage message)
    {
        var rest = message.Payload;
        uint? first = null;
        while (!rest.IsEmpty)
        {
            if (!FlvTagHeader.TryRead(rest, out var tag) || rest.Length < FlvTagHeader.Length + tag.DataSize)
                throw new RtmpProtocolException($"an aggregate message ends within a tag: {rest.Length} bytes are left");
            first ??= tag.Timestamp;
            var timestamp = message.Timestamp + (tag.Timestamp - first.Value);
            var data = rest.Slice(FlvTagHeader.Length, tag.DataSize);
            rest = rest[Math.Min(rest.Length, FlvTagHeader.Length + tag.DataSize + FlvTagHeader.TrailerLength)..];
            switch (tag.Type)
            {
                case FlvTagType.Video:
                    publication.Video(Copy(data), timestamp);
                    break;
                case FlvTagType.Audio:
                    publication.Audio(Copy(data), timestamp);
                    break;
                case FlvTagType.Script:
                    Data(data);
                    break;
            }
        }
    }

    private OwnedPacket Copy(ReadOnlySpan<byte> data)
    {
        var owned = pool.Rent(data.Length);
        data.CopyTo(owned.Packet.Buffer);
        owned.Packet.SetPayload(0, data.Length);
        return owned;
    }

    private void Command(ReadOnlySpan<AmfValue> values, uint streamId)
    {
        if (values.Length == 0 || values[0] is not AmfString { Value: var name })
            throw new RtmpProtocolException($"a command begins with {(values.Length == 0 ? "nothing" : values[0].GetType().Name)}; expected its name as a string");
        var transaction = values.Length > 1 && values[1] is AmfNumber number ? number.Value : 0;
        var argument = values.Length > 3 ? (values[3] as AmfString)?.Value : null;
        if (_phase == RtmpPhase.Connecting && name != "connect")
            throw new RtmpProtocolException($"the first command is '{Shown(name)}'; expected connect");
        switch (name)
        {
            case "connect":
                Connect(transaction, values.Length > 2 ? values[2] as AmfObject : null);
                break;
            case "createStream":
                _replies.Result(transaction, ++_streams);
                break;
            case "publish":
                Publish(argument ?? "", streamId);
                break;
            case "FCUnpublish" or "closeStream" or "deleteStream":
                Unpublish(name, streamId);
                break;
            case "play" or "play2":
                Refuse(
                    streamId,
                    "NetStream.Play.Failed",
                    $"'{Shown(argument ?? "")}' cannot be played over RTMP: this server only takes streams in; its web page lists where to play them");
                break;
            case "releaseStream" or "FCPublish" or "_checkbw" or "FCSubscribe":
                if (transaction != 0) _replies.Result(transaction, AmfValue.Undefined);
                break;
            case "getStreamLength":
                _replies.Result(transaction, 0);
                break;
            case "_result" or "_error" or "onStatus":
                break;
            default:
                Log.RtmpUnknownCommand(logger, peer, Shown(name));
                if (transaction != 0) _replies.CallFailed(transaction, $"command '{Shown(name)}' is not known here");
                break;
        }
    }

    private void Connect(double transaction, AmfObject? properties)
    {
        if (_phase != RtmpPhase.Connecting) throw new RtmpProtocolException("connect came a second time");
        if (properties is null) throw new RtmpProtocolException("connect has no command object; expected one with 'app'");
        _app = properties.Text("app") ?? AppOf(properties.Text("tcUrl"));
        _replies.Connected(transaction, properties.Number("objectEncoding") ?? 0);
        _phase = RtmpPhase.Connected;
    }

    // rtmp://host[:port]/app
    private static string AppOf(string? url) => Uri.TryCreate(url, UriKind.Absolute, out var parsed) ? parsed.AbsolutePath : "";

    private void Publish(string key, uint streamId)
    {
        if (_publication is not null)
        {
            Refuse(streamId, "NetStream.Publish.BadName", $"this connection publishes '{StreamText}' already; use one connection for each stream");
            return;
        }

        if (admit() is { } full)
        {
            Refuse(streamId, "NetStream.Publish.Denied", full);
            return;
        }

        if (!RtmpStreamName.TryMake(_app, key, out var name, out var error)
            || !hub.TryPublish(name, new PublisherInfo("rtmp", peer), out var publisher, out error))
        {
            Refuse(streamId, "NetStream.Publish.BadName", error);
            return;
        }

        StreamText = name.Value;
        EndReason = null;
        _publication = new RtmpPublication(publisher, pool, clock, logger);
        (_chunks.MaxMessageLength, _chunks.RentAhead) = (options.MaxMessageBytes, true);
        Enter(RtmpPhase.Publishing);
        _replies.StreamBegin(streamId);
        _replies.OnStatus(streamId, "status", "NetStream.Publish.Start", $"'{name}' is now published.");
    }

    private void Unpublish(string command, uint streamId)
    {
        if (_publication is null) return;
        _publication.End(StreamEnd.Finished);
        _publication = null;
        EndReason = $"the publisher finished ({command})";
        (_chunks.MaxMessageLength, _chunks.RentAhead) = (64 << 10, false);
        Enter(RtmpPhase.Connected);
        _replies.OnStatus(streamId, "status", "NetStream.Unpublish.Success", $"'{StreamText}' is no longer published.");
    }

    private void Refuse(uint streamId, string code, string reason)
    {
        _replies.OnStatus(streamId, "error", code, reason);
        // A publisher that asks for a second name loses its place too: the connection ends.
        _publication?.End(StreamEnd.Fault);
        _publication = null;
        EndReason = $"refused: {reason}";
        Enter(RtmpPhase.Closing);
    }

    // A peer's text in a log or a reply: short, and no control characters.
    private static string Shown(string text) => string.Concat(text.Take(80).Select(c => char.IsControl(c) ? '?' : c));
}
