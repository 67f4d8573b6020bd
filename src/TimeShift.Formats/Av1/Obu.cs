namespace TimeShift.Formats.Av1;

/// <summary>obu_type (AV1 specification §6.2.2).</summary>
public enum ObuType : byte
{
    SequenceHeader = 1,
    TemporalDelimiter = 2,
    FrameHeader = 3,
    TileGroup = 4,
    Metadata = 5,
    Frame = 6,
    RedundantFrameHeader = 7,
    TileList = 8,
    Padding = 15,
}

/// <summary>One open bitstream unit (AV1 specification §5.3): header, optional extension, optional size, payload.</summary>
/// <remarks><code>forbidden 0 | obu_type (4) | extension_flag | has_size_field | reserved     temporal_id (3) | spatial_id (2) | reserved (3)</code></remarks>
public readonly ref struct Obu
{
    internal Obu(ObuType type, int temporalId, int spatialId, bool hasSize, ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> payload)
    {
        Type = type;
        TemporalId = temporalId;
        SpatialId = spatialId;
        HasSize = hasSize;
        Bytes = bytes;
        Payload = payload;
    }

    public ObuType Type { get; }

    public int TemporalId { get; }

    public int SpatialId { get; }

    /// <summary>False where the unit goes to the end of the data.</summary>
    public bool HasSize { get; }

    /// <summary>Header, size and payload.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    public ReadOnlySpan<byte> Payload { get; }

    /// <summary>
    /// Walks the units of a temporal unit in the low-overhead format (§5.2), which is also MP4's sample format, with <c>foreach</c>.
    /// </summary>
    public static ObuSequence In(ReadOnlySpan<byte> temporalUnit) => new(temporalUnit);
}

/// <inheritdoc cref="Obu.In"/>
public ref struct ObuSequence
{
    private ReadOnlySpan<byte> _rest;

    internal ObuSequence(ReadOnlySpan<byte> temporalUnit) => _rest = temporalUnit;

    public Obu Current { get; private set; }

    public readonly ObuSequence GetEnumerator() => this;

    /// <exception cref="BitstreamException">The forbidden bit is set, or a unit is longer than the data.</exception>
    public bool MoveNext()
    {
        if (_rest.IsEmpty) return false;
        var header = _rest[0];
        if ((header & 0x80) != 0) throw new BitstreamException($"an OBU begins with 0x{header:X2}; expected the forbidden bit to be 0");
        var extension = (header & 4) != 0;
        var offset = extension ? 2 : 1;
        if (_rest.Length < offset) throw new BitstreamException("an OBU ends before its extension header");
        var hasSize = (header & 2) != 0;
        var payload = hasSize ? Leb128.Read(_rest, ref offset) : (uint)(_rest.Length - offset);
        if (payload > (uint)(_rest.Length - offset))
            throw new BitstreamException($"an OBU says that it has {payload} bytes; only {_rest.Length - offset} are left");
        var size = offset + (int)payload;
        var (temporal, spatial) = extension ? (_rest[1] >> 5, _rest[1] >> 3 & 3) : (0, 0);
        Current = new Obu((ObuType)(header >> 3 & 0xF), temporal, spatial, hasSize, _rest[..size], _rest[offset..size]);
        _rest = _rest[size..];
        return true;
    }
}
