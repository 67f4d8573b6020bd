using System.Buffers.Binary;
using System.Collections.Immutable;

namespace TimeShift.Formats.H265;

/// <summary>The NAL units of one type in hvcC.</summary>
/// <param name="Complete">All of this type are here and none comes in band; <c>hvc1</c> wants it so for parameter sets.</param>
/// <param name="Units">NAL units with their headers.</param>
public sealed record HevcArray(int NalType, bool Complete, ImmutableArray<byte[]> Units)
{
    private const int HeaderSize = 3;

    internal int Size => HeaderSize + Units.Sum(unit => 2 + unit.Length);

    /// <exception cref="BitstreamException">Cut short.</exception>
    internal static ImmutableArray<HevcArray> ReadAll(ReadOnlySpan<byte> data, int count)
    {
        var arrays = ImmutableArray.CreateBuilder<HevcArray>(count);
        for (var i = 0; i < count; i++)
        {
            if (data.Length < HeaderSize)
                throw new BitstreamException($"hvcC is cut short in array {i + 1} of {count}; {data.Length} bytes are left");
            var header = data[0];
            int units = BinaryPrimitives.ReadUInt16BigEndian(data[1..]);
            data = data[HeaderSize..];
            arrays.Add(new HevcArray(header & 0x3F, (header & 0x80) != 0, ReadUnits(ref data, units)));
        }

        return arrays.DrainToImmutable();
    }

    private static ImmutableArray<byte[]> ReadUnits(ref ReadOnlySpan<byte> data, int count)
    {
        var units = ImmutableArray.CreateBuilder<byte[]>();
        for (var i = 0; i < count; i++)
        {
            var length = data.Length < 2 ? int.MaxValue : BinaryPrimitives.ReadUInt16BigEndian(data);
            if (length > data.Length - 2)
                throw new BitstreamException($"hvcC is cut short in NAL unit {i + 1} of {count}; {data.Length} bytes are left");
            if (length > 0) units.Add(data.Slice(2, length).ToArray());
            data = data[(2 + length)..];
        }

        return units.DrainToImmutable();
    }

    /// <returns>Bytes written.</returns>
    internal int Write(Span<byte> destination)
    {
        if (Units.Length > ushort.MaxValue) throw new BitstreamException($"{Units.Length} NAL units are too many for hvcC");
        destination[0] = (byte)((Complete ? 0x80 : 0) | NalType);
        BinaryPrimitives.WriteUInt16BigEndian(destination[1..], (ushort)Units.Length);
        var written = HeaderSize;
        foreach (var unit in Units)
        {
            if (unit.Length > ushort.MaxValue)
                throw new BitstreamException($"a NAL unit has {unit.Length} bytes; at most {ushort.MaxValue} fit hvcC");
            BinaryPrimitives.WriteUInt16BigEndian(destination[written..], (ushort)unit.Length);
            unit.CopyTo(destination[(written + 2)..]);
            written += 2 + unit.Length;
        }

        return written;
    }
}
