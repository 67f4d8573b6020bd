namespace TimeShift.Formats.Nal;

/// <summary>
/// Reads bits, most significant first, and the Exp-Golomb codes of ITU-T H.264 §9.1. Every read past the end is a <see
/// cref="BitstreamException"/>.
/// </summary>
/// <param name="data">An RBSP (see <see cref="Rbsp"/>), or the payload of a format that has no emulation prevention.</param>
public ref struct BitReader(ReadOnlySpan<byte> data)
{
    private readonly ReadOnlySpan<byte> _data = data;

    /// <summary>Bits read so far.</summary>
    public long Position { get; private set; }

    public readonly long BitsLeft => _data.Length * 8L - Position;

    public bool ReadFlag() => ReadBits(1) != 0;

    /// <param name="count">0 to 32.</param>
    /// <exception cref="BitstreamException">Fewer than <paramref name="count"/> bits are left.</exception>
    public uint ReadBits(int count)
    {
        Require(count);
        ulong value = 0;
        for (var left = count; left > 0;)
        {
            var free = 8 - (int)(Position & 7);
            var taken = Math.Min(free, left);
            var bits = _data[(int)(Position >> 3)] >> (free - taken) & (1 << taken) - 1;
            value = value << taken | (uint)bits;
            Position += taken;
            left -= taken;
        }

        return (uint)value;
    }

    public void Skip(long count)
    {
        Require(count);
        Position += count;
    }

    public void AlignToByte() => Position = Position + 7 & ~7L;

    /// <summary>ue(v): 0 to 2^32-2.</summary>
    public uint ReadUnsignedExpGolomb()
    {
        var zeros = 0;
        while (!ReadFlag())
        {
            if (++zeros > 31) throw new BitstreamException("an Exp-Golomb code has more than 31 leading zeros; its value fits no 32 bits");
        }

        return (uint)((1UL << zeros) - 1 + ReadBits(zeros));
    }

    /// <summary>ue(v) that must not be above a limit, which the name of the element goes with into the message.</summary>
    public uint ReadUnsignedExpGolomb(uint max, string element)
    {
        var value = ReadUnsignedExpGolomb();
        return value <= max ? value : throw new BitstreamException($"{element} is {value}; expected at most {max}");
    }

    /// <summary>se(v): -(2^31-1) to 2^31-1.</summary>
    public int ReadSignedExpGolomb()
    {
        var code = ReadUnsignedExpGolomb();
        var magnitude = (int)((code + 1UL) / 2);
        return (code & 1) != 0 ? magnitude : -magnitude;
    }

    private readonly void Require(long count)
    {
        if (count > BitsLeft)
            throw new BitstreamException($"the data ends after {_data.Length} bytes; {count} bits more are expected at bit {Position}");
    }
}
