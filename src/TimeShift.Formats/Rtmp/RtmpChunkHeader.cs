using System.Buffers.Binary;

namespace TimeShift.Formats.Rtmp;

/// <summary>
/// A chunk's header as it stands on the wire (RTMP 1.0 §5.3.1):
/// <code>
/// basic header    fmt (2 bits), csid (6)                     csid 2-63
///                 fmt, 0    csid - 64 (8)                    csid 64-319
///                 fmt, 1    csid - 64 (16, little-endian)    csid 64-65599
/// message header  fmt 0: timestamp (24), length (24), type (8), stream id (32, little-endian)
///                 fmt 1: delta (24), length (24), type (8)   fmt 2: delta (24)   fmt 3: nothing
/// extended        timestamp (32), where the 24 bits are all ones
/// </code>
/// On a chunk of format 3 the extended timestamp depends on what came before, and is not part of this header.
/// </summary>
/// <param name="Format">0 to 3: how much of the chunk stream's last header is repeated.</param>
/// <param name="Timestamp">Milliseconds: absolute in format 0, a difference in 1 and 2, 0 in 3; the extended value where there is one.</param>
/// <param name="MessageLength">Formats 0 and 1.</param>
/// <param name="Type">Formats 0 and 1.</param>
/// <param name="StreamId">Format 0.</param>
/// <param name="Length">Bytes of this header.</param>
public readonly record struct RtmpChunkHeader(
    int Format, int ChunkStreamId, uint Timestamp, bool IsExtended, int MessageLength, RtmpMessageType Type, uint StreamId, int Length)
{
    /// <summary>Basic header of 3, message header of 11, extended timestamp of 4 bytes.</summary>
    public const int MaxLength = 18;

    public const int MinChunkStreamId = 2;
    public const int MaxChunkStreamId = 65_599;

    /// <summary>In place of a timestamp: the extended one follows.</summary>
    public const int ExtendedMark = UInt24.MaxValue;

    /// <summary>Bytes that the header has as far as the bytes given can tell: a header is whole when it is not longer than they are.</summary>
    public static int KnownLength(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return 1;
        var basic = BasicLength(bytes[0]);
        var message = MessageHeaderLength(bytes[0] >> 6);
        var length = basic + message;
        return message > 0 && bytes.Length >= basic + 3 && UInt24.Read(bytes[basic..]) == ExtendedMark ? length + 4 : length;
    }

    /// <returns>False where the header goes on after the bytes.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out RtmpChunkHeader header)
    {
        header = default;
        var length = KnownLength(bytes);
        if (bytes.Length < length) return false;
        var format = bytes[0] >> 6;
        var basic = BasicLength(bytes[0]);
        var id = basic switch
        {
            1 => bytes[0] & 0x3F,
            2 => bytes[1] + 64,
            _ => BinaryPrimitives.ReadUInt16LittleEndian(bytes[1..]) + 64,
        };
        if (format == 3)
        {
            header = new RtmpChunkHeader(format, id, 0, false, 0, 0, 0, length);
            return true;
        }

        var fields = bytes[basic..];
        var timestamp = (uint)UInt24.Read(fields);
        var extended = timestamp == ExtendedMark;
        if (extended) timestamp = BinaryPrimitives.ReadUInt32BigEndian(bytes[(length - 4)..]);
        header = new RtmpChunkHeader(
            format,
            id,
            timestamp,
            extended,
            format <= 1 ? UInt24.Read(fields[3..]) : 0,
            format <= 1 ? (RtmpMessageType)fields[6] : 0,
            format == 0 ? BinaryPrimitives.ReadUInt32LittleEndian(fields[7..]) : 0,
            length);
        return true;
    }

    /// <summary>Writes the header in the shortest form of its chunk stream id; <see cref="IsExtended"/> and <see cref="Length"/> are worked out.</summary>
    /// <param name="destination">At least <see cref="MaxLength"/> bytes.</param>
    /// <param name="extendedOfFormat3">The extended timestamp that a chunk of format 3 repeats, where the message has one.</param>
    /// <returns>Bytes written.</returns>
    public int Write(Span<byte> destination, uint? extendedOfFormat3 = null)
    {
        var at = WriteBasic(destination);
        uint? extended = Format == 3 ? extendedOfFormat3 : Timestamp >= ExtendedMark ? Timestamp : null;
        if (Format <= 2)
        {
            UInt24.Write(destination[at..], extended is null ? (int)Timestamp : ExtendedMark);
            at += 3;
        }

        if (Format <= 1)
        {
            UInt24.Write(destination[at..], MessageLength);
            destination[at + 3] = (byte)Type;
            at += 4;
        }

        if (Format == 0)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(destination[at..], StreamId);
            at += 4;
        }

        if (extended is not { } value) return at;
        BinaryPrimitives.WriteUInt32BigEndian(destination[at..], value);
        return at + 4;
    }

    private int WriteBasic(Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ChunkStreamId, MinChunkStreamId);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ChunkStreamId, MaxChunkStreamId);
        var format = Format << 6;
        switch (ChunkStreamId)
        {
            case < 64:
                destination[0] = (byte)(format | ChunkStreamId);
                return 1;
            case < 320:
                destination[0] = (byte)format;
                destination[1] = (byte)(ChunkStreamId - 64);
                return 2;
            default:
                destination[0] = (byte)(format | 1);
                BinaryPrimitives.WriteUInt16LittleEndian(destination[1..], (ushort)(ChunkStreamId - 64));
                return 3;
        }
    }

    private static int BasicLength(byte first) => (first & 0x3F) switch { 0 => 2, 1 => 3, _ => 1 };

    private static int MessageHeaderLength(int format) => format switch { 0 => 11, 1 => 7, 2 => 3, _ => 0 };
}
