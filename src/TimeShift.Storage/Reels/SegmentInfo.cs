using TimeShift.Core.Media;
using TimeShift.Storage.Index;

namespace TimeShift.Storage.Reels;

/// <summary>One segment as playlists and manifests want it.</summary>
/// <param name="Number">EXT-X-MEDIA-SEQUENCE's number: names these bytes for ever.</param>
/// <param name="Discontinuity">Media time, tracks or codecs do not go on from the segment before.</param>
public readonly record struct SegmentInfo(Reel Reel, long Number, Instant Start, uint DurationMicroseconds, uint Size, SegmentFlags Flags, bool Discontinuity)
{
    public Instant End => new(Start.Microseconds + DurationMicroseconds);

    public TimeSpan Duration => TimeSpan.FromMicroseconds(DurationMicroseconds);

    /// <summary>EXT-X-DISCONTINUITY-SEQUENCE of a playlist that begins with this segment.</summary>
    public long DiscontinuitySequence => Reel.DiscontinuitySequenceOf(Number);

    public bool IsIndependent => (Flags & SegmentFlags.Independent) != 0;

    public bool IsLost => (Flags & SegmentFlags.Lost) != 0;

    /// <summary>The track has packets in it; always so while the segment is open.</summary>
    public bool Has(Track track) => !IsLost && (Flags & SegmentTracks.Without(Reel.Tracks.IndexOf(track))) == 0;
}
