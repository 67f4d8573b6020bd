using System.Buffers.Binary;
using TimeShift.Core.Media;
using TimeShift.Core.Packets;
using TimeShift.Formats.Nal;

namespace TimeShift.Formats.Rtp;

/// <summary>An access unit in MP4's sample format (4-byte lengths, no parameter sets), owned by whoever took it.</summary>
/// <param name="Time">Unwrapped RTP time.</param>
/// <param name="IsKey">Decoding may start here.</param>
/// <param name="AfterGap">Something between this and the last one is missing.</param>
public readonly record struct AccessUnit(OwnedPacket Packet, long Time, bool IsKey, bool AfterGap);

/// <summary>
/// Puts the NAL units of RTP payloads together to access units, straight into pooled packet buffers: one copy, no allocation. A unit of which a byte is missing is
/// dropped whole. One instance per track; not for several threads at once.
/// </summary>
public sealed class AccessUnitBuilder : IDisposable
{
    private const int PrefixSize = 4;
    private const int SmallestUnit = 4 << 10;
    private const int MaxUnit = PacketPool.MaxPooledSize;
    private readonly Codec _codec;
    private readonly PacketPool _pool;
    private readonly ParameterSets _sets;
    private readonly int _headerSize;
    private byte[] _newSets = new byte[512];
    private int _newSetsLength;
    private OwnedPacket _unit;
    private int _length;
    private Target _target;
    private int _nalStart;
    private long _time = long.MinValue;
    private bool _open;
    private bool _hasSlice;
    private bool _isKey;
    private bool _damaged;
    private bool _suspect;
    private bool _gap;
    private bool _markersLie;
    private int _keySize = SmallestUnit;
    private int _usualSize = SmallestUnit;

    /// <param name="codec">H.264 or H.265.</param>
    public AccessUnitBuilder(Codec codec, PacketPool pool)
    {
        (_codec, _pool, _sets) = (codec, pool, new ParameterSets(codec));
        _headerSize = codec == Codec.H264 ? 1 : 2;
    }

    private enum Target : byte
    {
        None,
        Unit,
        Sets,
        Nothing,
    }

    /// <summary>The configuration record of the parameter sets seen so far; empty while one kind is missing.</summary>
    public ReadOnlyMemory<byte> Config => _sets.Config;

    /// <summary>Access units that were dropped, since a part of them was missing or broken.</summary>
    public long Dropped { get; private set; }

    /// <summary>Takes a parameter set from elsewhere (the SDP); one that is broken is passed over.</summary>
    public void AddParameterSet(ReadOnlySpan<byte> nal)
    {
        if (nal.Length <= _headerSize || NalRoles.Of(_codec, nal) != NalRole.ParameterSet) return;
        StoreSet(default, nal);
        CloseSet(0);
        ApplySets();
    }

    /// <summary>Whether a packet of this time belongs to another access unit than the last one, which is then to be taken first.</summary>
    public bool IsNext(long time) => _open && time != _time;

    /// <summary>Something is missing before the next payload.</summary>
    public void Lose()
    {
        if (_open || _target != Target.None) _damaged = true;
        _suspect = _gap = true;
    }

    /// <summary>Adds a packet's payload. <see cref="IsNext"/> must be false.</summary>
    /// <exception cref="RtpFormatException">The payload is broken; the access unit will be dropped.</exception>
    public void Add(ReadOnlySpan<byte> payload, long time)
    {
        var sameTime = time == _time;
        _open = true;
        _time = time;
        try
        {
            foreach (var piece in NalPieces.Of(_codec, payload)) Add(piece, sameTime);
        }
        catch (RtpFormatException)
        {
            _damaged = true;
            throw;
        }
    }

    /// <summary>What a marker bit does: it ends the access unit, unless nothing of a picture has come yet, or this sender sets it anywhere.</summary>
    public bool EndsAtMarker => _open && _hasSlice && !_markersLie;

    /// <summary>Ends the access unit.</summary>
    /// <returns>False where there is none: nothing but parameter sets came, or it is damaged and was dropped.</returns>
    public bool TryEnd(out AccessUnit unit)
    {
        unit = default;
        if (_target != Target.None) _damaged = true;
        if (_target == Target.Sets) _newSetsLength = _nalStart;
        ApplySets();
        var whole = !_damaged && _hasSlice;
        if (whole)
        {
            _unit.Packet.SetPayload(0, _length);
            unit = new AccessUnit(_unit, _time, _isKey, _gap);
            if (_isKey) _keySize = _length;
            else _usualSize = _length;
            _unit = default;
            _gap = false;
        }
        else if (_damaged)
        {
            Dropped++;
            _gap = true;
        }

        Reset();
        return whole;
    }

    public void Dispose() => Reset();

    private void Reset()
    {
        _unit.Dispose();
        _unit = default;
        _length = 0;
        _target = Target.None;
        _open = _hasSlice = _isKey = _damaged = false;
    }

    private void Add(in NalPiece piece, bool sameTime)
    {
        if (piece.Starts) Start(piece, sameTime);
        else if (_target == Target.None) _damaged = true;
        _suspect = false;
        switch (_target)
        {
            case Target.Unit:
                Append(piece.Data);
                break;
            case Target.Sets:
                AppendSet(piece.Data);
                break;
        }

        if (!piece.Ends) return;
        if (_target == Target.Unit) BinaryPrimitives.WriteInt32BigEndian(_unit.Packet.Buffer[_nalStart..], _length - _nalStart - PrefixSize);
        else if (_target == Target.Sets) CloseSet(_nalStart);
        _target = Target.None;
    }

    private void Start(in NalPiece piece, bool sameTime)
    {
        // A fragmented unit that never ended.
        if (_target != Target.None) _damaged = true;
        Span<byte> header = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(header, piece.HeaderSize == 1 ? (ushort)(piece.Header << 8) : piece.Header);
        var nal = piece.HeaderSize > 0 ? header : piece.Data;
        if (nal.Length < _headerSize) throw new RtpFormatException($"RTP: a NAL unit of {nal.Length} bytes");
        var role = NalRoles.Of(_codec, nal);
        var isSlice = IsSlice(nal[0]);
        var body = piece.HeaderSize > 0 ? piece.Data : piece.Data[_headerSize..];
        // The first bit of a slice says that it is the picture's first (first_mb_in_slice, first_slice_segment_in_pic_flag).
        var isFirst = !isSlice || !body.IsEmpty && (body[0] & 0x80) != 0;
        if (!isFirst && !_hasSlice)
        {
            // Its beginning was lost, or was ended by a marker that came too early.
            if (sameTime && !_suspect) _markersLie = true;
            _damaged = true;
        }

        if (role == NalRole.ParameterSet)
        {
            _nalStart = _newSetsLength;
            _target = Target.Sets;
            StoreSet(header[..piece.HeaderSize], default);
            return;
        }

        _target = role == NalRole.Discardable || _damaged ? Target.Nothing : Target.Unit;
        if (_target != Target.Unit) return;
        _hasSlice |= isSlice;
        _isKey |= role == NalRole.KeySlice;
        if (_unit.IsDefault) _unit = _pool.Rent(ExpectedSize(role == NalRole.KeySlice || _newSetsLength > 0, piece.Data.Length));
        _nalStart = _length;
        Reserve(PrefixSize + piece.HeaderSize);
        _length += PrefixSize;
        header[..piece.HeaderSize].CopyTo(_unit.Packet.Buffer[_length..]);
        _length += piece.HeaderSize;
    }

    private bool IsSlice(byte header) => _codec == Codec.H264 ? (header & 0x1F) is >= 1 and <= 5 : (header >> 1 & 0x3F) < 32;

    // A little more than the last of its kind had, so that a buffer hardly ever has to grow.
    private int ExpectedSize(bool isKey, int least) => Math.Max(least + 2 * PrefixSize, (isKey ? _keySize : _usualSize) * 5 / 4);

    private void Append(ReadOnlySpan<byte> data)
    {
        if (_damaged) return;
        Reserve(data.Length);
        data.CopyTo(_unit.Packet.Buffer[_length..]);
        _length += data.Length;
    }

    private void Reserve(int more)
    {
        if (_length + more <= _unit.Packet.Buffer.Length) return;
        if (_length + more > MaxUnit) throw new RtpFormatException($"RTP: an access unit has more than {MaxUnit} bytes");
        var larger = _pool.Rent(Math.Min(MaxUnit, Math.Max(2 * (_length + more), _keySize)));
        _unit.Packet.Buffer[.._length].CopyTo(larger.Packet.Buffer);
        _unit.Dispose();
        _unit = larger;
    }

    private void StoreSet(ReadOnlySpan<byte> header, ReadOnlySpan<byte> nal)
    {
        _newSetsLength += PrefixSize;
        AppendSet(header);
        AppendSet(nal);
    }

    // What no real parameter set reaches is left out by its length.
    private void AppendSet(ReadOnlySpan<byte> data)
    {
        if (_newSetsLength + data.Length > ushort.MaxValue) throw new RtpFormatException("RTP: the parameter sets of an access unit have more than 65535 bytes");
        if (_newSetsLength + data.Length > _newSets.Length) Array.Resize(ref _newSets, 2 * (_newSetsLength + data.Length));
        data.CopyTo(_newSets.AsSpan(_newSetsLength));
        _newSetsLength += data.Length;
    }

    private void CloseSet(int start) => BinaryPrimitives.WriteInt32BigEndian(_newSets.AsSpan(start), _newSetsLength - start - PrefixSize);

    private void ApplySets()
    {
        if (_newSetsLength > 0)
        {
            try
            {
                _sets.TryUpdate(_newSets.AsSpan(0, _newSetsLength), NalFraming.LengthPrefixed, out _);
            }
            catch (BitstreamException)
            {
                // What was known before stays.
            }
        }

        _newSetsLength = 0;
    }
}
