using System.Buffers.Binary;
using TimeShift.Core.Media;

namespace TimeShift.Formats.Rtp;

/// <summary>A NAL unit, or a part of one, in an RTP payload.</summary>
public readonly ref struct NalPiece
{
    /// <summary>The unit's header where the payload does not have it as such: 1 byte (H.264) or 2 (H.265), big-endian.</summary>
    public ushort Header { get; init; }

    /// <summary>Bytes of <see cref="Header"/>; 0 where <see cref="Data"/> has the header or continues a unit.</summary>
    public int HeaderSize { get; init; }

    public ReadOnlySpan<byte> Data { get; init; }

    /// <summary>The unit begins here.</summary>
    public bool Starts { get; init; }

    /// <summary>The unit ends here.</summary>
    public bool Ends { get; init; }
}

/// <summary>
/// Walks the NAL units of an RTP payload: single units, aggregates and fragments of H.264 (RFC 6184 §5.6-5.8, STAP-A and FU-A) and H.265 (RFC 7798 §4.4, without DONL).
/// </summary>
public ref struct NalPieces
{
    private const int StapA = 24;
    private const int FuA = 28;
    private const int Ap = 48;
    private const int Fu = 49;
    private readonly bool _isAggregate;
    private ReadOnlySpan<byte> _rest;
    private NalPiece _only;

    private NalPieces(ReadOnlySpan<byte> aggregate, NalPiece only)
    {
        _rest = aggregate;
        _only = only;
        _isAggregate = only.Data.IsEmpty;
    }

    public NalPiece Current { get; private set; }

    public readonly NalPieces GetEnumerator() => this;

    /// <param name="codec">H.264 or H.265.</param>
    /// <exception cref="RtpFormatException">Cut short, or a kind that only interleaved mode has.</exception>
    public static NalPieces Of(Codec codec, ReadOnlySpan<byte> payload) => codec switch
    {
        Codec.H264 => OfH264(payload),
        Codec.H265 => OfH265(payload),
        _ => throw new ArgumentOutOfRangeException(nameof(codec), codec, "Only H.264 and H.265 have NAL units."),
    };

    /// <exception cref="RtpFormatException">An aggregate is cut short.</exception>
    public bool MoveNext()
    {
        if (!_isAggregate)
        {
            Current = _only;
            var any = !_only.Data.IsEmpty;
            _only = default;
            return any;
        }

        if (_rest.IsEmpty) return false;
        var size = _rest.Length < 2 ? 0 : BinaryPrimitives.ReadUInt16BigEndian(_rest);
        if (size == 0 || size > _rest.Length - 2) throw new RtpFormatException($"RTP: a unit of {size} bytes in an aggregate that has {_rest.Length} left");
        Current = new NalPiece { Data = _rest.Slice(2, size), Starts = true, Ends = true };
        _rest = _rest[(2 + size)..];
        return true;
    }

    private static NalPieces OfH264(ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty) throw new RtpFormatException("RTP: an H.264 payload is empty");
        switch (payload[0] & 0x1F)
        {
            case >= 1 and < StapA:
                return Whole(payload);
            case StapA:
                return new NalPieces(payload[1..], default);
            case FuA when payload.Length > 2:
                // F and NRI of the indicator with the type of the FU header (§5.8).
                return Fragment(payload[2..], payload[1], (ushort)(payload[0] & 0xE0 | payload[1] & 0x1F), 1);
            default:
                throw new RtpFormatException($"RTP: an H.264 payload of {payload.Length} bytes has type {payload[0] & 0x1F}; expected 1 to 23, 24 or 28");
        }
    }

    private static NalPieces OfH265(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < 3) throw new RtpFormatException($"RTP: an H.265 payload has {payload.Length} bytes; expected at least 3");
        switch (payload[0] >> 1 & 0x3F)
        {
            case < Ap:
                return Whole(payload);
            case Ap:
                return new NalPieces(payload[2..], default);
            case Fu when payload.Length > 3:
                return Fragment(payload[3..], payload[2], (ushort)((payload[0] & 0x81 | (payload[2] & 0x3F) << 1) << 8 | payload[1]), 2);
            default:
                throw new RtpFormatException($"RTP: an H.265 payload of {payload.Length} bytes has type {payload[0] >> 1 & 0x3F}; expected at most 49");
        }
    }

    private static NalPieces Whole(ReadOnlySpan<byte> data) => new(default, new NalPiece { Data = data, Starts = true, Ends = true });

    // FU header: S, E, and the type.
    private static NalPieces Fragment(ReadOnlySpan<byte> data, byte fu, ushort header, int headerSize)
    {
        var starts = (fu & 0x80) != 0;
        return new(default, new NalPiece { Data = data, Starts = starts, Ends = (fu & 0x40) != 0, Header = header, HeaderSize = starts ? headerSize : 0 });
    }
}
