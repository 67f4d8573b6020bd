using System.Buffers.Binary;

namespace TimeShift.Formats.Mp4;

/// <summary>Writes boxes into a span from front to back; a box's size is filled in when it ends.</summary>
internal ref struct BoxWriter(Span<byte> destination)
{
    private readonly Span<byte> _destination = destination;

    public int Position { get; private set; }

    /// <returns>Where the box starts, for <see cref="End"/>.</returns>
    public int Begin(uint type)
    {
        var start = Position;
        Position += 4;
        U32(type);
        return start;
    }

    /// <summary>A FullBox (§4.2.2): version and 24 bits of flags follow the header.</summary>
    public int Begin(uint type, byte version, uint flags)
    {
        var start = Begin(type);
        U32((uint)version << 24 | flags);
        return start;
    }

    public readonly void End(int start) => BinaryPrimitives.WriteUInt32BigEndian(_destination[start..], (uint)(Position - start));

    public void U8(byte value) => _destination[Position++] = value;

    public void U16(ushort value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(_destination[Position..], value);
        Position += 2;
    }

    public void U32(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_destination[Position..], value);
        Position += 4;
    }

    public void U64(ulong value)
    {
        BinaryPrimitives.WriteUInt64BigEndian(_destination[Position..], value);
        Position += 8;
    }

    public void Bytes(ReadOnlySpan<byte> value)
    {
        value.CopyTo(_destination[Position..]);
        Position += value.Length;
    }

    public void Zeros(int count)
    {
        _destination.Slice(Position, count).Clear();
        Position += count;
    }

    public void Guid(Guid value)
    {
        value.TryWriteBytes(_destination[Position..], bigEndian: true, out var written);
        Position += written;
    }

    /// <summary>The rest of the destination, for a loop that writes many fields of one size; <see cref="Skip"/> says how much it
    /// took.</summary>
    public readonly Span<byte> Rest => _destination[Position..];

    public void Skip(int count) => Position += count;
}
