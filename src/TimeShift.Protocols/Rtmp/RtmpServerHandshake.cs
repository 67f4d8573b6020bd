using System.Buffers;
using TimeShift.Formats.Rtmp;

namespace TimeShift.Protocols.Rtmp;

/// <summary>
/// The server's side of the handshake, fed as bytes arrive. C2 is passed over unchecked: what it echoes is nothing that a client could not know.
/// </summary>
internal sealed class RtmpServerHandshake
{
    private readonly byte[] _hello = new byte[RtmpHandshake.HelloLength];
    private int _received;

    /// <summary>The client's first byte has come.</summary>
    public bool HasBegun => _received > 0;

    public RtmpDigestSchema? Schema { get; private set; }

    /// <summary>Takes the handshake's bytes off the front, and writes S0, S1 and S2 once C1 is there.</summary>
    /// <returns>True when it is over; the bytes left are chunks.</returns>
    /// <exception cref="RtmpProtocolException">Not plain RTMP.</exception>
    public bool Receive(ref ReadOnlySpan<byte> bytes, IBufferWriter<byte> output, uint time)
    {
        if (bytes.IsEmpty) return false;
        if (_received == 0) RtmpHandshake.CheckVersion(bytes[0]);
        if (_received < RtmpHandshake.HelloLength)
        {
            var part = bytes[..Math.Min(bytes.Length, RtmpHandshake.HelloLength - _received)];
            part.CopyTo(_hello.AsSpan(_received));
            _received += part.Length;
            bytes = bytes[part.Length..];
            if (_received == RtmpHandshake.HelloLength) Answer(output, time);
        }

        var rest = Math.Min(bytes.Length, RtmpHandshake.AnswerLength - _received);
        _received += rest;
        bytes = bytes[rest..];
        return _received == RtmpHandshake.AnswerLength;
    }

    private void Answer(IBufferWriter<byte> output, uint time)
    {
        var answer = output.GetSpan(RtmpHandshake.AnswerLength)[..RtmpHandshake.AnswerLength];
        Random.Shared.NextBytes(answer);
        Schema = RtmpHandshake.WriteAnswer(_hello.AsSpan(1), time, answer);
        output.Advance(RtmpHandshake.AnswerLength);
    }
}
