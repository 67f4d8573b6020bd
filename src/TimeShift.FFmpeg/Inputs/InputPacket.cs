using TimeShift.Core.Media;

namespace TimeShift.FFmpeg.Inputs;

/// <summary>One access unit or audio frame, lent by the input until its next read.</summary>
public readonly ref struct InputPacket
{
    public int TrackIndex { get; init; }

    /// <summary>
    /// As the source has it: length-prefixed or with start codes for H.264 and H.265, with or without an ADTS header for AAC.
    /// </summary>
    public ReadOnlySpan<byte> Data { get; init; }

    /// <summary>On the track's clock; null where the source does not say.</summary>
    public MediaTime? Pts { get; init; }

    /// <inheritdoc cref="Pts"/>
    public MediaTime? Dts { get; init; }

    /// <summary>0 ticks where unknown.</summary>
    public MediaTime Duration { get; init; }

    public bool IsKey { get; init; }

    /// <summary>The source knows that bytes are missing or damaged.</summary>
    public bool IsCorrupt { get; init; }

    /// <summary>When the source's own clock says that this was captured (RTCP sender reports); null where it does not.</summary>
    public Instant? SourceInstant { get; init; }

    /// <summary>Not empty when the track's <see cref="InputTrack.Extradata"/> changes with this packet.</summary>
    public ReadOnlySpan<byte> NewExtradata { get; init; }
}
