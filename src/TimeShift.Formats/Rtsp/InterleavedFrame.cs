using System.Buffers.Binary;

namespace TimeShift.Formats.Rtsp;

/// <summary>Binary data between messages (RFC 2326 §10.12): <c>$</c>, channel (1), length (2, big-endian), a packet of RTP or RTCP.</summary>
public static class InterleavedFrame
{
    public const byte Magic = (byte)'$';
    public const int HeaderSize = 4;

    /// <summary>Longest frame with its header.</summary>
    public const int MaxSize = HeaderSize + ushort.MaxValue;

    /// <param name="data">Begins with the frame; more may follow it.</param>
    /// <returns>False where more bytes are needed.</returns>
    /// <exception cref="RtspFormatException">It does not begin with <c>$</c>.</exception>
    public static bool TryRead(ReadOnlySpan<byte> data, out byte channel, out ReadOnlySpan<byte> packet)
    {
        channel = 0;
        packet = default;
        if (data.Length > 0 && data[0] != Magic) throw new RtspFormatException($"an interleaved frame begins with {data[0]:X2}; expected 24");
        if (data.Length < HeaderSize) return false;
        var length = BinaryPrimitives.ReadUInt16BigEndian(data[2..]);
        if (data.Length < HeaderSize + length) return false;
        channel = data[1];
        packet = data.Slice(HeaderSize, length);
        return true;
    }
}
