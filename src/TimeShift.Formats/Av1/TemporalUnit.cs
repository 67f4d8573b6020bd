namespace TimeShift.Formats.Av1;

/// <summary>
/// A temporal unit: all OBUs of one presentation time (AV1 specification §7.5), which is one MP4 sample (AV1 in ISOBMFF §2.4).
/// </summary>
public static class TemporalUnit
{
    /// <summary>
    /// True where decoding may start: the first frame is a key frame and is shown (AV1 in ISOBMFF §2.4). One that only shows a frame from
    /// before is none, even where that was a key frame.
    /// </summary>
    /// <exception cref="BitstreamException">The OBUs are broken.</exception>
    public static bool IsKeyFrame(ReadOnlySpan<byte> temporalUnit)
    {
        var reduced = false;
        foreach (var obu in Obu.In(temporalUnit))
        {
            switch (obu.Type)
            {
                case ObuType.SequenceHeader:
                    // seq_profile (3), still_picture, reduced_still_picture_header: a reduced frame header does not say what it is
                    // (§5.9.2).
                    reduced = obu.Payload is [var first, ..] && (first & 0x08) != 0;
                    break;
                case ObuType.FrameHeader or ObuType.Frame:
                    if (reduced) return true;
                    // show_existing_frame, frame_type (2; 0 is KEY_FRAME), show_frame
                    return obu.Payload is [var header, ..] && (header >> 4) == 0b0001;
            }
        }

        return false;
    }

    /// <summary>Exactly the bytes that <see cref="ToSample"/> writes.</summary>
    /// <exception cref="BitstreamException">The OBUs are broken.</exception>
    public static int SampleSize(ReadOnlySpan<byte> temporalUnit)
    {
        var size = 0;
        foreach (var obu in Obu.In(temporalUnit))
        {
            if (IsKept(obu.Type)) size += obu.Bytes.Length;
        }

        return size;
    }

    /// <summary>
    /// Copies the OBUs but temporal delimiters, tile lists and padding, which a sample is not to hold (AV1 in ISOBMFF §2.4).
    /// </summary>
    /// <param name="destination">As long as the temporal unit is always enough.</param>
    /// <returns>Bytes written.</returns>
    /// <exception cref="BitstreamException">The OBUs are broken.</exception>
    public static int ToSample(ReadOnlySpan<byte> temporalUnit, Span<byte> destination)
    {
        var written = 0;
        foreach (var obu in Obu.In(temporalUnit))
        {
            if (!IsKept(obu.Type)) continue;
            obu.Bytes.CopyTo(destination[written..]);
            written += obu.Bytes.Length;
        }

        return written;
    }

    /// <summary>The sequence header's bytes, or an empty span where the temporal unit has none.</summary>
    internal static ReadOnlySpan<byte> FindSequenceHeader(ReadOnlySpan<byte> temporalUnit)
    {
        foreach (var obu in Obu.In(temporalUnit))
        {
            if (obu.Type == ObuType.SequenceHeader) return obu.Bytes;
        }

        return default;
    }

    /// <summary>One OBU with a size field, as av1C wants it.</summary>
    internal static byte[] WithSizes(ReadOnlySpan<byte> obuBytes)
    {
        foreach (var obu in Obu.In(obuBytes))
        {
            if (obu.HasSize) break;
            if (obu.Payload.Length > 0x3FFF)
                throw new BitstreamException($"a sequence header has {obu.Payload.Length} bytes; expected a few dozen");
            var headerSize = obu.Bytes.Length - obu.Payload.Length;
            return
            [
                (byte)(obuBytes[0] | 2), .. obuBytes[1..headerSize],
                (byte)(obu.Payload.Length & 0x7F | 0x80), (byte)(obu.Payload.Length >> 7), .. obu.Payload,
            ];
        }

        return obuBytes.ToArray();
    }

    private static bool IsKept(ObuType type) => type is not (ObuType.TemporalDelimiter or ObuType.TileList or ObuType.Padding);
}
