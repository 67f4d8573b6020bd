using System.Buffers;
using System.Net.Sockets;
using System.Security.Cryptography;
using TimeShift.Formats.Amf;
using TimeShift.Formats.Rtmp;

namespace TimeShift.LoadTest.Rtmp;

/// <summary>A connection on which a server has agreed to take a stream. Made with blocking calls; from then on its socket does not block.</summary>
/// <remarks>Blocking, so that the socket is never registered for asynchronous events, which would wake this process at every answer.</remarks>
internal sealed class RtmpPublisher : IDisposable
{
    private const int CommandStream = 3;
    private const int StepLimit = 15_000;

    // Room for about a second of 4 Mbit/s: with the kernel's own choice of megabytes, a server that falls behind would not be noticed for long.
    private const int SendBuffer = 512 << 10;
    private readonly RtmpReplyReader _replies = new();
    private readonly RtmpAddress _address;
    private byte[] _buffer = new byte[4096];
    private string _step = "TCP";

    private RtmpPublisher(RtmpAddress address)
    {
        _address = address;
        Socket = new Socket(address.EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, SendBufferSize = SendBuffer, SendTimeout = StepLimit, ReceiveTimeout = StepLimit };
    }

    public Socket Socket { get; }

    public uint StreamId { get; private set; }

    /// <summary>Connects, shakes hands, and asks to publish.</summary>
    /// <exception cref="PublishRefusedException">At whatever step it ended.</exception>
    public static RtmpPublisher Open(RtmpAddress address, int chunkSize)
    {
        var publisher = new RtmpPublisher(address);
        try
        {
            publisher.Open(chunkSize);
            return publisher;
        }
        catch (Exception e)
        {
            publisher.Dispose();
            if (e is not (SocketException or FormatException or IOException)) throw;
            throw new PublishRefusedException($"{address.App}/{address.Key}, {publisher._step}: {e.Message}", e);
        }
    }

    /// <summary>Takes what the server said since; answers pings. Never waits.</summary>
    /// <returns>Why the stream is over, or null.</returns>
    public string? Drain()
    {
        while (true)
        {
            var count = Socket.Receive(_buffer, SocketFlags.None, out var error);
            if (error == SocketError.WouldBlock) return null;
            if (error != SocketError.Success) return $"the connection was lost ({error})";
            if (count == 0) return "the server closed the connection";
            _replies.Append(_buffer.AsSpan(0, count));
            while (_replies.TryRead(out var reply))
            {
                if (Judge(reply.Value) is { } end) return end;
            }
        }
    }

    /// <summary>Says good-bye as encoders do.</summary>
    public void Close()
    {
        var bye = new ArrayBufferWriter<byte>();
        Command(bye, 0, "FCUnpublish", 6, AmfValue.Null, _address.Key);
        Command(bye, 0, "deleteStream", 7, AmfValue.Null, StreamId);
        Socket.Send(bye.WrittenSpan, SocketFlags.None, out _);
        Dispose();
    }

    public void Dispose() => Socket.Dispose();

    private void Open(int chunkSize)
    {
        Socket.Connect(_address.EndPoint);
        _step = "handshake";
        ShakeHands();

        _step = "connect";
        var output = new ArrayBufferWriter<byte>();
        var properties = AmfObject.Of(
            ("app", _address.App), ("type", "nonprivate"), ("flashVer", "FMLE/3.0 (compatible; TimeShift.LoadTest)"), ("tcUrl", _address.ConnectUrl));
        Command(output, 0, "connect", 1, properties);
        SendAll(output);
        Result(1);

        _step = "createStream";
        RtmpMessageWriter.WriteControl(output, RtmpMessageType.SetChunkSize, (uint)chunkSize);
        Command(output, 0, "releaseStream", 2, AmfValue.Null, _address.Key);
        Command(output, 0, "FCPublish", 3, AmfValue.Null, _address.Key);
        Command(output, 0, "createStream", 4, AmfValue.Null);
        SendAll(output);
        StreamId = (uint)((Result(4)[3] as AmfNumber)?.Value ?? 1);

        _step = "publish";
        Command(output, StreamId, "publish", 5, AmfValue.Null, _address.Key, "live");
        SendAll(output);
        while (Next() is var values)
        {
            if (values[0] is not AmfString { Value: "onStatus" }) continue;
            if (Status(values) is { } refusal) throw new IOException(refusal);
            break;
        }

        Socket.Blocking = false;
        // Only acknowledgements and pings come now, 200 times over.
        _buffer = new byte[256];
    }

    private void ShakeHands()
    {
        var hello = new byte[RtmpHandshake.HelloLength];
        RandomNumberGenerator.Fill(hello.AsSpan(9));
        hello[0] = RtmpHandshake.Version;
        SendAll(hello);
        var answer = new byte[RtmpHandshake.AnswerLength];
        for (var read = 0; read < answer.Length;) read += Receive(answer.AsSpan(read));
        RtmpHandshake.CheckVersion(answer[0]);
        // C2 repeats S1.
        SendAll(answer.AsSpan(1, RtmpHandshake.PacketLength));
    }

    private static void Command(IBufferWriter<byte> output, uint streamId, params ReadOnlySpan<AmfValue> values)
    {
        var body = new ArrayBufferWriter<byte>();
        Amf0Writer.Write(body, values);
        RtmpMessageWriter.Write(output, CommandStream, RtmpMessageType.CommandAmf0, streamId, 0, body.WrittenSpan, RtmpMessageWriter.InitialChunkSize);
    }

    private IReadOnlyList<AmfValue> Result(double transaction)
    {
        while (true)
        {
            var values = Next();
            if (values[1] is not AmfNumber number || number.Value != transaction) continue;
            if (values[0] is AmfString { Value: "_result" }) return values;
            if (values[0] is AmfString { Value: "_error" }) throw new IOException(Status(values) ?? "the server answered _error");
        }
    }

    // The next command with four values at least.
    private IReadOnlyList<AmfValue> Next()
    {
        while (true)
        {
            while (_replies.TryRead(out var reply))
            {
                if (Judge(reply.Value) is { } end) throw new IOException(end);
                if (reply.Value.Type == RtmpMessageType.CommandAmf0 && Amf0Reader.ReadAll(reply.Value.Body) is { Length: >= 4 } values) return values;
            }

            _replies.Append(_buffer.AsSpan(0, Receive(_buffer)));
        }
    }

    private string? Judge(in RtmpReply reply)
    {
        if (reply.Type == RtmpMessageType.UserControl && reply.Body.Length >= 6 && reply.Body[1] == (byte)RtmpUserControl.PingRequest)
        {
            var pong = new ArrayBufferWriter<byte>();
            RtmpMessageWriter.WriteUserControl(pong, RtmpUserControl.PingResponse, System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(reply.Body.AsSpan(2)));
            Pong = pong.WrittenSpan.ToArray();
        }

        if (reply.Type != RtmpMessageType.CommandAmf0) return null;
        var values = Amf0Reader.ReadAll(reply.Body);
        return values.Length >= 4 && values[0] is AmfString { Value: "onStatus" } ? Status(values) : null;
    }

    /// <summary>The answer to a ping, to be sent between two messages; null where there is none.</summary>
    public byte[]? Pong { get; set; }

    // Null: all is well.
    private static string? Status(IReadOnlyList<AmfValue> values) =>
        values[3] is AmfObject status && status.Text("level") == "error" ? $"the server answered {status.Text("code")}: {status.Text("description")}" : null;

    private void SendAll(ArrayBufferWriter<byte> output)
    {
        SendAll(output.WrittenSpan);
        output.ResetWrittenCount();
    }

    private void SendAll(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty) bytes = bytes[Socket.Send(bytes)..];
    }

    private int Receive(Span<byte> buffer) => Socket.Receive(buffer) is > 0 and var count ? count : throw new IOException("the server closed the connection");
}
