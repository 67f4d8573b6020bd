using System.Net;
using System.Net.Sockets;
using TimeShift.Core.Packets;
using TimeShift.Formats.Amf;
using TimeShift.Formats.Rtmp;
using TimeShift.Protocols.Rtmp;

namespace TimeShift.Protocols.Tests.Rtmp;

/// <summary>A publisher that does as it is told, and reads what the server answers.</summary>
internal sealed class RtmpTestClient : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly RtmpChunkReader _chunks = new(new PacketPool()) { MaxMessageLength = 1 << 20 };
    private byte[]? _buffer;
    private ReadOnlyMemory<byte> _rest;

    public static async Task<RtmpTestClient> ConnectAsync(IPEndPoint endPoint)
    {
        var client = new RtmpTestClient();
        await client._socket.ConnectAsync(endPoint);
        return client;
    }

    /// <summary>The handshake, connect and publish, with every answer checked.</summary>
    public static async Task<RtmpTestClient> PublishAsync(IPEndPoint endPoint, PublishScript script, string app, string key)
    {
        var client = await ConnectAsync(endPoint);
        await client.HandshakeAsync();
        await client.SendAsync(script.Connect(app).Publish(key).Take());
        Assert.Equal("NetStream.Publish.Start", await client.StatusAsync());
        return client;
    }

    /// <param name="schema">Null for the simple handshake.</param>
    public async Task HandshakeAsync(RtmpDigestSchema? schema = null)
    {
        var hello = new byte[RtmpHandshake.HelloLength];
        new Random(7).NextBytes(hello.AsSpan(9));
        hello[0] = RtmpHandshake.Version;
        if (schema is { } complex)
        {
            hello[5] = 10;
            RtmpHandshake.SignClientHello(hello.AsSpan(1), complex);
        }

        await SendAsync(hello);
        var answer = await ReadRawAsync(RtmpHandshake.AnswerLength);
        var s1 = answer[1..RtmpHandshake.HelloLength];
        var s2 = answer[RtmpHandshake.HelloLength..];
        var c2 = (byte[])s1.Clone();
        if (schema is null)
        {
            Assert.Equal(hello[9..], s2[8..]);
        }
        else
        {
            Assert.True(RtmpHandshake.HasServerDigest(s1));
            Assert.True(RtmpHandshake.IsServerReply(s2, hello.AsSpan(1)));
            RtmpHandshake.SignClientReply(c2, s1);
        }

        await SendAsync(c2);
    }

    /// <param name="pieceSize">Bytes of one write.</param>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes, int pieceSize = int.MaxValue)
    {
        while (!bytes.IsEmpty)
        {
            var piece = bytes[..Math.Min(pieceSize, bytes.Length)];
            var sent = await _socket.SendAsync(piece);
            bytes = bytes[sent..];
        }
    }

    /// <summary>Bytes as they come.</summary>
    public async Task<byte[]> ReadRawAsync(int length)
    {
        var bytes = new byte[length];
        for (var read = 0; read < length;)
        {
            var count = await _socket.ReceiveAsync(bytes.AsMemory(read)).AsTask().WaitAsync(Limit);
            Assert.NotEqual(0, count);
            read += count;
        }

        return bytes;
    }

    /// <summary>The next message; null at the end of the connection.</summary>
    public async Task<(RtmpMessageType Type, byte[] Body)?> ReadAsync()
    {
        while (true)
        {
            if (TryTake(out var message)) return message;
            int count;
            try
            {
                count = await _socket.ReceiveAsync((_buffer ??= new byte[64 << 10]).AsMemory()).AsTask().WaitAsync(Limit);
            }
            catch (SocketException)
            {
                return null;
            }

            if (count == 0) return null;
            _rest = _buffer.AsMemory(0, count);
        }
    }

    /// <summary>The code of the next onStatus; null at the end of the connection.</summary>
    public async Task<string?> StatusAsync() => (await StatusObjectAsync())?.Text("code");

    public async Task<AmfObject?> StatusObjectAsync()
    {
        while (await ReadAsync() is { } message)
        {
            if (message.Type != RtmpMessageType.CommandAmf0) continue;
            var values = Amf0Reader.ReadAll(message.Body);
            if (values[0] is AmfString { Value: "onStatus" }) return (AmfObject)values[3];
        }

        return null;
    }

    public async Task UntilClosedAsync()
    {
        while (await ReadAsync() is not null)
        {
        }
    }

    public void Dispose()
    {
        _chunks.Dispose();
        _socket.Dispose();
    }

    private bool TryTake(out (RtmpMessageType Type, byte[] Body)? result)
    {
        var span = _rest.Span;
        var whole = _chunks.TryRead(ref span, out var message);
        _rest = _rest[^span.Length..];
        result = null;
        if (!whole) return false;
        result = (message.Type, message.Payload.ToArray());
        if (message.Type == RtmpMessageType.SetChunkSize) _chunks.ChunkSize = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(message.Payload);
        message.Body.Dispose();
        return true;
    }
}
