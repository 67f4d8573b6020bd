using System.Collections.Immutable;

namespace TimeShift.Core.Media;

/// <summary>The tracks of a stream between two changes of codec. Compared by content: a repeated parameter set is no change.</summary>
public sealed class TrackSet : IEquatable<TrackSet>
{
    /// <param name="tracks">Video before audio.</param>
    /// <exception cref="ArgumentException">No track, an ID used twice, or audio before video.</exception>
    public TrackSet(ImmutableArray<Track> tracks)
    {
        if (tracks.IsDefaultOrEmpty) throw new ArgumentException("A stream needs at least one track.", nameof(tracks));
        if (tracks.Select(t => t.Id).Distinct().Count() != tracks.Length) throw new ArgumentException("Track IDs must be unique.", nameof(tracks));
        if (!tracks.Zip(tracks.Skip(1)).All(pair => pair.First.Kind <= pair.Second.Kind)) throw new ArgumentException("Video tracks come before audio tracks.", nameof(tracks));
        Tracks = tracks;
        Lead = tracks.FirstOrDefault(t => t.Kind == MediaKind.Video) ?? tracks[0];
    }

    public ImmutableArray<Track> Tracks { get; }

    /// <summary>The track that decides where segments may be cut: the first video track, else the first track.</summary>
    public Track Lead { get; }

    public bool HasVideo => Lead.Kind == MediaKind.Video;

    public Track? Audio => Tracks.FirstOrDefault(t => t.Kind == MediaKind.Audio);

    public int IndexOf(Track track) => Tracks.IndexOf(track);

    public bool Equals(TrackSet? other) => other is not null && Tracks.AsSpan().SequenceEqual(other.Tracks.AsSpan());

    public override bool Equals(object? obj) => Equals(obj as TrackSet);

    public override int GetHashCode() => Tracks.Aggregate(0, (hash, t) => HashCode.Combine(hash, t));

    public override string ToString() => string.Join(", ", Tracks);
}
