using System.Buffers.Binary;
using TimeShift.Formats.Simd;

namespace TimeShift.Formats.Nal;

/// <summary>How NAL units follow each other in an access unit.</summary>
public enum NalFraming : byte
{
    /// <summary>Start codes (Annex B of ITU-T H.264 and H.265), as MPEG-TS and RTSP sources give.</summary>
    AnnexB,

    /// <summary>A big-endian length of 4 bytes before each unit: the sample format inside the program (ISO/IEC 14496-15 §5.3.2).</summary>
    LengthPrefixed,
}

/// <summary>Walks the NAL units of an access unit with <c>foreach</c>; no unit is empty, nothing is copied.</summary>
public static class NalUnits
{
    /// <summary>
    /// Bytes before the first start code are no NAL unit and are passed over; zeros at the end of a unit are padding (Annex B.1), not
    /// part of it.
    /// </summary>
    public static AnnexBUnits InAnnexB(ReadOnlySpan<byte> accessUnit) => new(accessUnit);

    /// <param name="lengthSize">Bytes of each length: 1, 2, 3 or 4 (lengthSizeMinusOne + 1 of avcC and hvcC).</param>
    public static LengthPrefixedUnits InLengthPrefixed(ReadOnlySpan<byte> accessUnit, int lengthSize = 4) => new(accessUnit, lengthSize);
}

/// <inheritdoc cref="NalUnits.InAnnexB"/>
public ref struct AnnexBUnits
{
    private ReadOnlySpan<byte> _rest;

    internal AnnexBUnits(ReadOnlySpan<byte> accessUnit)
    {
        var first = StartCodes.IndexOf(accessUnit);
        _rest = first < 0 ? default : accessUnit[(first + StartCodes.Length)..];
    }

    public ReadOnlySpan<byte> Current { get; private set; }

    public readonly AnnexBUnits GetEnumerator() => this;

    public bool MoveNext()
    {
        while (!_rest.IsEmpty)
        {
            var next = StartCodes.IndexOf(_rest);
            var unit = next < 0 ? _rest : _rest[..next];
            _rest = next < 0 ? default : _rest[(next + StartCodes.Length)..];
            Current = unit.TrimEnd((byte)0);
            if (!Current.IsEmpty) return true;
        }

        return false;
    }
}

/// <inheritdoc cref="NalUnits.InLengthPrefixed"/>
public ref struct LengthPrefixedUnits
{
    private readonly int _lengthSize;
    private ReadOnlySpan<byte> _rest;

    internal LengthPrefixedUnits(ReadOnlySpan<byte> accessUnit, int lengthSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(lengthSize, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lengthSize, 4);
        _rest = accessUnit;
        _lengthSize = lengthSize;
    }

    public ReadOnlySpan<byte> Current { get; private set; }

    public readonly LengthPrefixedUnits GetEnumerator() => this;

    /// <exception cref="BitstreamException">A length is cut short, or says more bytes than there are.</exception>
    public bool MoveNext()
    {
        while (!_rest.IsEmpty)
        {
            if (_rest.Length < _lengthSize)
                throw new BitstreamException($"{_rest.Length} bytes are left after the last NAL unit; expected a length of {_lengthSize} bytes");
            var length = ReadLength(_rest);
            if (length > (uint)(_rest.Length - _lengthSize))
                throw new BitstreamException($"a NAL unit says that it has {length} bytes; only {_rest.Length - _lengthSize} are left in the access unit");
            Current = _rest.Slice(_lengthSize, (int)length);
            _rest = _rest[(_lengthSize + (int)length)..];
            if (!Current.IsEmpty) return true;
        }

        return false;
    }

    private readonly uint ReadLength(ReadOnlySpan<byte> data) => _lengthSize switch
    {
        4 => BinaryPrimitives.ReadUInt32BigEndian(data),
        3 => (uint)(data[0] << 16 | data[1] << 8 | data[2]),
        2 => BinaryPrimitives.ReadUInt16BigEndian(data),
        _ => data[0],
    };
}
