using System.Buffers.Binary;
using TimeShift.Formats.Mp4;
using TimeShift.Storage.Live;
using TimeShift.Storage.Reels;

namespace TimeShift.Storage;

/// <summary>
/// The bytes of one track of one segment or part, ready to be read at any position: from memory where the disk does not have them yet, from the reel otherwise.
/// Holds references to parts in memory until disposed.
/// </summary>
/// <remarks>
/// A reel is a file that begins near 0; a stream's media time never begins anew. The decoding time of each fragment, 64 bits at a known place, is made the stream's as
/// the bytes are copied out: nothing moves, and no length changes.
/// </remarks>
public sealed class TrackContent : IDisposable
{
    private readonly Reel _reel;
    private readonly List<Slice> _slices = new(4);
    private readonly long _origin;

    private TrackContent(Reel reel, int trackId)
    {
        _reel = reel;
        foreach (var track in reel.Tracks.Tracks)
        {
            if (track.Id == trackId) _origin = reel.OriginOf(track);
        }
    }

    public long Length { get; private set; }

    /// <summary>One track of a whole segment, or of one of its parts.</summary>
    /// <param name="part">Position of the part in the segment; null for the whole segment.</param>
    /// <returns>Null where there is no such segment or part (yet, or any more), or the track has nothing in it.</returns>
    public static TrackContent? Open(StreamArchive archive, long number, int? part, int trackId)
    {
        var lookup = new SegmentLookup(archive);
        if ((lookup.Edge.Find(number) ?? archive.Waiting(number)) is { } live)
        {
            if (part is null && !live.IsComplete || part < 0 || part >= live.Parts.Length) return null;
            return FromEdge(live, part, trackId);
        }

        return lookup.TryGet(number, out var segment) && !segment.IsLost ? FromReel(segment, part, trackId) : null;
    }

    /// <summary>Copies bytes from <paramref name="position"/> on.</summary>
    /// <returns>Bytes copied: 0 at the end, and fewer than asked for only where the reel is shorter than its index says.</returns>
    public int Read(long position, Span<byte> destination)
    {
        var total = 0;
        foreach (var slice in _slices)
        {
            if (total == destination.Length) break;
            if (position >= slice.Size)
            {
                position -= slice.Size;
                continue;
            }

            var want = (int)Math.Min(slice.Size - position, destination.Length - total);
            var target = destination.Slice(total, want);
            var read = Read(slice, position, target);
            if (_origin != 0 && position < Fragment.DecodeTimeEnd) MoveDecodeTime(slice, (int)position, target[..read]);
            total += read;
            if (read < want) break;
            position = 0;
        }

        return total;
    }

    private int Read(in Slice slice, long position, Span<byte> target) =>
        slice.Fragment is { } fragment ? fragment.Read((int)position, target) : _reel.Read(slice.Offset + position, target);

    // What was read may begin or end anywhere, within the 64 bits too.
    private void MoveDecodeTime(in Slice slice, int position, Span<byte> bytes)
    {
        Span<byte> head = stackalloc byte[Fragment.DecodeTimeEnd];
        if (position == 0 && bytes.Length >= head.Length) bytes[..head.Length].CopyTo(head);
        else head = head[..Read(slice, 0, head[..Math.Min(head.Length, slice.Size)])];
        if (!Fragment.TryFindDecodeTime(head, out var at)) return;
        var value = head.Slice(at, sizeof(long));
        BinaryPrimitives.WriteInt64BigEndian(value, BinaryPrimitives.ReadInt64BigEndian(value) + _origin);
        var from = Math.Max(at, position);
        var end = Math.Min(at + sizeof(long), position + bytes.Length);
        if (from < end) value[(from - at)..(end - at)].CopyTo(bytes[(from - position)..]);
    }

    public void Dispose()
    {
        foreach (var slice in _slices) slice.Part?.Release();
        _slices.Clear();
    }

    private static TrackContent? FromEdge(EdgeSegment segment, int? part, int trackId)
    {
        var content = new TrackContent(segment.Info.Reel, trackId);
        for (var i = part ?? 0; i < (part + 1 ?? segment.Parts.Length); i++)
        {
            if (segment.Parts[i].Fragment(trackId) is not { } range) continue;
            var memory = segment.Parts[i].Open();
            if (memory is null && !segment.Parts[i].IsWritten)
            {
                // It left the edge while this was looked at, and the disk never got it.
                content.Dispose();
                return null;
            }

            content.Add(new Slice(range.Offset, range.Size, memory, Find(memory, trackId)));
        }

        return content.OrNull();
    }

    private static PartFragment? Find(LivePart? part, int trackId)
    {
        if (part is null) return null;
        foreach (var fragment in part.Fragments)
        {
            if (fragment.TrackId == trackId) return fragment;
        }

        return null;
    }

    private static TrackContent? FromReel(SegmentInfo segment, int? part, int trackId)
    {
        var records = segment.Reel.Index.Records;
        var position = segment.Number - segment.Reel.FirstNumber;
        if (position < 0 || position >= records.Length) return null;
        var record = records[(int)position];
        var content = new TrackContent(segment.Reel, trackId);
        uint? current = null;
        var index = -1;
        foreach (var fragment in segment.Reel.Fragments(record))
        {
            var ordinal = FragmentSequence.PartOf(fragment.Sequence);
            if (ordinal != current) (current, index) = (ordinal, index + 1);
            if (fragment.TrackId == trackId && (part is null || part == index)) content.Add(new Slice(fragment.Offset, fragment.Size, null, null));
        }

        return content.OrNull();
    }

    private void Add(in Slice slice)
    {
        _slices.Add(slice);
        Length += slice.Size;
    }

    private TrackContent? OrNull()
    {
        if (Length > 0) return this;
        Dispose();
        return null;
    }

    private readonly record struct Slice(long Offset, int Size, LivePart? Part, PartFragment? Fragment);
}
