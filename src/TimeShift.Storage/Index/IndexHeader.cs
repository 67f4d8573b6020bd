using System.Buffers.Binary;
using TimeShift.Formats.Simd;

namespace TimeShift.Storage.Index;

/// <summary>The head of an index file: what the reel is, without reading the reel.</summary>
/// <remarks>
/// 64 bytes, little-endian:
/// <code>
///  0 "TSIX"   4 u16 version = 1   6 u16 bytes of this header   8 stream id (16)   24 i64 first segment number
/// 32 i64 discontinuity sequence   40 i64 init number           48 u32 flags (1 = begins after a discontinuity)   52 i64 media origin, µs   60 u32 CRC-32C
/// </code>
/// </remarks>
/// <param name="DiscontinuitySequence">Discontinuities of the stream up to and including the one this reel begins with.</param>
/// <param name="InitNumber">Number of the segment from which on the stream has had this reel's codecs: the name of its init segments.</param>
/// <param name="MediaOrigin">Media time of the stream, in microseconds, that the reel's decoding times count from; 0 in a reel that was made before this was so.</param>
public readonly record struct IndexHeader(
    Guid StreamId, long FirstNumber, long DiscontinuitySequence, long InitNumber, bool Discontinuity, long MediaOrigin = 0)
{
    public const int Bytes = 64;
    private const uint Magic = 0x58495354;
    private const ushort Version = 1;

    public void Write(Span<byte> destination)
    {
        destination[..Bytes].Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(destination, Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[4..], Version);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[6..], Bytes);
        StreamId.TryWriteBytes(destination[8..], bigEndian: true, out _);
        BinaryPrimitives.WriteInt64LittleEndian(destination[24..], FirstNumber);
        BinaryPrimitives.WriteInt64LittleEndian(destination[32..], DiscontinuitySequence);
        BinaryPrimitives.WriteInt64LittleEndian(destination[40..], InitNumber);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[48..], Discontinuity ? 1u : 0);
        BinaryPrimitives.WriteInt64LittleEndian(destination[52..], MediaOrigin);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[60..], Crc32C.Compute(destination[..60]));
    }

    /// <returns>False for bytes that are no index of a version that is known: it must be made anew from the reel.</returns>
    public static bool TryRead(ReadOnlySpan<byte> source, out IndexHeader header)
    {
        header = default;
        if (source.Length < Bytes
            || BinaryPrimitives.ReadUInt32LittleEndian(source) != Magic
            || BinaryPrimitives.ReadUInt16LittleEndian(source[4..]) != Version
            || BinaryPrimitives.ReadUInt32LittleEndian(source[60..]) != Crc32C.Compute(source[..60])) return false;
        header = new IndexHeader(
            new Guid(source.Slice(8, 16), bigEndian: true),
            BinaryPrimitives.ReadInt64LittleEndian(source[24..]),
            BinaryPrimitives.ReadInt64LittleEndian(source[32..]),
            BinaryPrimitives.ReadInt64LittleEndian(source[40..]),
            (BinaryPrimitives.ReadUInt32LittleEndian(source[48..]) & 1) != 0,
            BinaryPrimitives.ReadInt64LittleEndian(source[52..]));
        return true;
    }
}
