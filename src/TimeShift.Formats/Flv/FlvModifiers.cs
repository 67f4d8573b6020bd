using System.Buffers.Binary;

namespace TimeShift.Formats.Flv;

/// <summary>
/// ModEx of enhanced RTMP v2, any number in a row: <c>size - 1 (8 bits; 255: 16 more)  data  modifier (4 bits)  next packet type (4 bits)</c>.
/// </summary>
internal static class FlvModifiers
{
    /// <returns>False where a modifier goes on after the bytes.</returns>
    public static bool TrySkip(ReadOnlySpan<byte> bytes, ref int at, ref int packetType, int modExType, int max)
    {
        for (var count = 0; packetType == modExType; count++)
        {
            if (count == max) throw new FlvFormatException($"more than {max} modifiers before a packet of enhanced RTMP");
            if (bytes.Length < at + 1) return false;
            var size = bytes[at++] + 1;
            if (size == 256)
            {
                if (bytes.Length < at + 2) return false;
                size = BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]) + 1;
                at += 2;
            }

            if (bytes.Length < at + size + 1) return false;
            at += size;
            packetType = bytes[at++] & 0x0F;
        }

        return true;
    }
}
