using TimeShift.Core.Packets;

namespace TimeShift.Formats.Rtp;

/// <summary>Puts the fragments of a long AAC frame together (RFC 3640 §3.2.3.1).</summary>
public sealed class AacAssembler(PacketPool pool) : IDisposable
{
    private const int MaxFrame = 64 << 10;
    private OwnedPacket _frame;
    private int _length;
    private int _expected;

    /// <summary>Something is missing before the next payload.</summary>
    /// <returns>True where a frame was dropped for it.</returns>
    public bool Lose()
    {
        var had = !_frame.IsDefault;
        Dispose();
        return had;
    }

    /// <summary>Takes a frame or a fragment of one.</summary>
    /// <param name="length">Of the whole frame.</param>
    /// <returns>False where fragments are still missing.</returns>
    /// <exception cref="RtpFormatException">It does not go with the fragments before it, which are dropped.</exception>
    public bool TryAdd(ReadOnlySpan<byte> data, int length, out OwnedPacket packet)
    {
        packet = default;
        if (_frame.IsDefault)
        {
            if (length > MaxFrame) throw new RtpFormatException($"RTP: an AAC frame of {length} bytes; expected at most {MaxFrame}");
            (_frame, _length, _expected) = (pool.Rent(length), 0, length);
        }

        if (length != _expected || _length + data.Length > _expected)
        {
            Dispose();
            throw new RtpFormatException($"RTP: a fragment of an AAC frame of {length} bytes among those of one of {_expected}");
        }

        data.CopyTo(_frame.Packet.Buffer[_length..]);
        _length += data.Length;
        if (_length < _expected) return false;
        _frame.Packet.SetPayload(0, _length);
        (packet, _frame) = (_frame, default);
        return true;
    }

    public void Dispose()
    {
        _frame.Dispose();
        _frame = default;
    }
}
