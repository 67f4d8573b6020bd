using System.Buffers.Binary;

namespace TimeShift.Formats.Rtp;

/// <summary>Field widths of the AU headers, from the SDP (RFC 3640 §4.1); the defaults are those of AAC-hbr (§3.3.6).</summary>
public readonly record struct AacLayout(int SizeLength = 13, int IndexLength = 3, int IndexDeltaLength = 3)
{
    public static readonly AacLayout HighBitRate = new(13, 3, 3);

    /// <summary>What is read here: no interleaving, no further fields.</summary>
    public bool IsValid => SizeLength is > 0 and <= 16 && IndexLength is >= 0 and <= 16 && IndexDeltaLength is >= 0 and <= 16;
}

/// <summary>Walks the AAC frames of an RTP payload (RFC 3640 §3.2). A frame longer than its packet comes alone, in fragments that all name the whole length.</summary>
public ref struct AacFrames
{
    private readonly AacLayout _layout;
    private readonly ReadOnlySpan<byte> _headers;
    private readonly int _headerBits;
    private ReadOnlySpan<byte> _rest;
    private int _bit;

    /// <exception cref="RtpFormatException">The headers are cut short.</exception>
    public AacFrames(ReadOnlySpan<byte> payload, AacLayout layout)
    {
        _layout = layout;
        _headerBits = payload.Length < 2 ? 0 : BinaryPrimitives.ReadUInt16BigEndian(payload);
        var bytes = (_headerBits + 7) / 8;
        if (_headerBits == 0 || payload.Length < 2 + bytes)
            throw new RtpFormatException($"RTP: AU headers of {_headerBits} bits in a payload of {payload.Length} bytes");
        _headers = payload.Slice(2, bytes);
        _rest = payload[(2 + bytes)..];
    }

    /// <summary>The frame, or the fragment of it that this packet has.</summary>
    public ReadOnlySpan<byte> Current { get; private set; }

    /// <summary>Bytes of the whole frame.</summary>
    public int FrameLength { get; private set; }

    /// <summary>Frames since the packet's first; its time is the packet's and that many frames.</summary>
    public int Index { get; private set; }

    /// <exception cref="RtpFormatException">A header is cut short, or several frames do not fit their packet.</exception>
    public bool MoveNext()
    {
        var first = _bit == 0;
        var indexBits = first ? _layout.IndexLength : _layout.IndexDeltaLength;
        var bits = _layout.SizeLength + indexBits;
        // Padding to a byte, or to more by senders that count it in.
        if (_headerBits - _bit < bits) return false;
        FrameLength = Read(_layout.SizeLength);
        var delta = Read(indexBits);
        Index = first ? 0 : Index + 1 + delta;
        if (FrameLength == 0) throw new RtpFormatException("RTP: an AAC frame of no bytes");
        if (FrameLength > _rest.Length && (!first || _headerBits - _bit >= _layout.SizeLength + _layout.IndexDeltaLength || _rest.IsEmpty))
            throw new RtpFormatException($"RTP: an AAC frame of {FrameLength} bytes where {_rest.Length} are left");
        var length = Math.Min(FrameLength, _rest.Length);
        Current = _rest[..length];
        _rest = _rest[length..];
        return true;
    }

    private int Read(int count)
    {
        var value = 0;
        for (var i = 0; i < count; i++, _bit++) value = value << 1 | _headers[_bit >> 3] >> (7 - (_bit & 7)) & 1;
        return value;
    }
}
