using Microsoft.Win32.SafeHandles;
using TimeShift.Core.Media;
using TimeShift.Formats;
using TimeShift.Formats.Mp4;
using TimeShift.Storage.Index;

namespace TimeShift.Storage.Reels;

/// <summary>What a reel says of itself when it is read from end to end.</summary>
/// <param name="GoodLength">Bytes up to the end of the last whole fragment.</param>
/// <param name="FileLength">More than <paramref name="GoodLength"/> where the tail is torn, or where an <c>mfra</c> follows.</param>
/// <param name="IsClosed">The reel ends with an <c>mfra</c>: it was closed in order.</param>
public sealed record ReelScan(
    TrackSet Tracks, IndexHeader Header, SegmentRecord[] Records, long GoodLength, long FileLength, bool IsClosed)
{
    public SegmentRecord? EndRecord => IsClosed && Records is [.., var last]
        ? new SegmentRecord(last.End, GoodLength, 0, 0, Records.Length & SegmentRecord.MaxOrdinal, SegmentFlags.End)
        : null;
}

/// <summary>Reads a reel's boxes by positional reads: for recovery of a torn tail, for an index that is lost, for <c>timeshift reindex</c>.</summary>
public static class ReelScanner
{
    private const int MaxMovieBox = 1 << 20;
    private const int MaxMovieFragmentBox = 4 << 20;

    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is no reel.</exception>
    public static TrackSet ReadTracks(string path)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return ReadTracks(file, path);
    }

    private static TrackSet ReadTracks(SafeFileHandle file, string path)
    {
        long position = 0;
        while (TryReadHeader(file, position, out var box))
        {
            if (box.Type == FourCc.Moov)
            {
                if (box.Size > MaxMovieBox) throw new InvalidDataException($"{path}: its moov has {box.Size} bytes; at most {MaxMovieBox} are expected");
                var moov = ReadExactly(file, position, (int)box.Size) ?? throw new InvalidDataException($"{path}: ends within its moov");
                return Tracks(moov, path);
            }

            position += box.Size;
        }

        throw new InvalidDataException($"{path}: no moov box; expected a reel (a fragmented MP4)");
    }

    /// <summary>The whole reel, or only what lies behind the segments that <paramref name="known"/> vouches for.</summary>
    /// <exception cref="InvalidDataException">It has no tracks, or no segment that says whose it is.</exception>
    public static ReelScan Scan(string path, IndexFile.Contents? known = null)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var tracks = ReadTracks(file, path);
        var length = RandomAccess.GetLength(file);
        var segments = new SegmentAccumulator(tracks, known, length);
        var position = segments.Position;
        var closed = false;
        while (TryReadHeader(file, position, out var box) && position + box.Size <= length && !closed)
        {
            if (box.Type == FourCc.Uuid && box.Size == SegmentMark.BoxSize)
            {
                if (ReadExactly(file, position, SegmentMark.BoxSize) is { } bytes && SegmentMark.TryRead(bytes, out var mark)) segments.Begin(mark, position);
            }
            else if (box.Type == FourCc.Moof)
            {
                // A fragment counts when its mdat is whole too.
                if (box.Size > MaxMovieFragmentBox
                    || !TryReadHeader(file, position + box.Size, out var mdat)
                    || mdat.Type != FourCc.Mdat
                    || position + box.Size + mdat.Size > length
                    || ReadExactly(file, position, (int)box.Size) is not { } moof) break;
                try
                {
                    segments.Add(moof, position, (int)(box.Size + mdat.Size));
                }
                catch (InvalidDataException)
                {
                    // Boxes go on behind it: bytes went bad within it alone, and what follows is still good.
                }

                position += mdat.Size;
            }
            else if (box.Type == FourCc.Mfra)
            {
                closed = true;
                break;
            }
            else if (box.Type is FourCc.Ftyp or FourCc.Moov)
            {
                segments.AddHead(position + box.Size);
            }
            else if (box.Type != FourCc.Free)
            {
                break;
            }

            position += box.Size;
        }

        return segments.Finish(path, length, closed);
    }

    /// <summary>The fragments of one segment, in order; the part they belong to is in the sequence number.</summary>
    internal static List<SegmentFragment> ScanSegment(Reel reel, long offset, long size)
    {
        var found = new List<SegmentFragment>();
        var end = offset + size;
        while (offset < end && TryReadHeader(reel, offset, out var box) && offset + box.Size <= end)
        {
            if (box.Type != FourCc.Moof)
            {
                offset += box.Size;
                continue;
            }

            if (box.Size > MaxMovieFragmentBox || !TryReadHeader(reel, offset + box.Size, out var mdat)) break;
            var whole = box.Size + mdat.Size;
            var moof = new byte[box.Size];
            if (offset + whole > end || reel.Read(offset, moof) < moof.Length) break;
            try
            {
                var fragment = FragmentSummary.Read(moof);
                found.Add(new SegmentFragment(fragment.SequenceNumber, fragment.TrackId, offset, (int)whole));
            }
            catch (InvalidDataException)
            {
                // As in a scan of the whole reel.
            }

            offset += whole;
        }

        return found;
    }

    /// <summary>Media time, in microseconds, at which the presentation of the reel's last segment ends; null where it has none that can be read.</summary>
    internal static MediaTime? MediaEnd(Reel reel)
    {
        if (reel.Index.Records is not [.., var last] || (last.Flags & SegmentFlags.Lost) != 0) return null;
        MediaTime? latest = null;
        foreach (var place in ScanSegment(reel, last.Offset, last.Size))
        {
            if (!TryReadHeader(reel, place.Offset, out var box) || reel.Tracks.Tracks.FirstOrDefault(t => t.Id == place.TrackId) is not { } track) continue;
            var moof = new byte[box.Size];
            if (reel.Read(place.Offset, moof) < moof.Length) continue;
            var end = new MediaTime(FragmentSummary.PresentationEnd(moof) + reel.OriginOf(track), track.Timescale).Rescale(Timescale.Microseconds);
            if (latest is not { } known || end > known) latest = end;
        }

        return latest;
    }

    private static bool TryReadHeader(Reel reel, long position, out BoxHeader box)
    {
        Span<byte> bytes = stackalloc byte[BoxHeader.MaxSize];
        return TryReadHeader(bytes[..reel.Read(position, bytes)], out box);
    }

    private static TrackSet Tracks(ReadOnlySpan<byte> moov, string path)
    {
        try
        {
            Track[] known = [.. MovieReader.Read(moov).Where(t => t.Codec is not null).Select(TrackFactory.Create)];
            return known.Length > 0 ? new TrackSet([.. known]) : throw new InvalidDataException($"{path}: its moov has no track of a known codec");
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            throw new InvalidDataException($"{path}: its moov is broken: {e.Message}", e);
        }
    }

    private static bool TryReadHeader(SafeFileHandle file, long position, out BoxHeader box)
    {
        Span<byte> bytes = stackalloc byte[BoxHeader.MaxSize];
        return TryReadHeader(bytes[..RandomAccess.Read(file, bytes, position)], out box);
    }

    // Not of a box that goes on to the end of the file: a reel has none, and zeros look like one.
    private static bool TryReadHeader(ReadOnlySpan<byte> bytes, out BoxHeader box)
    {
        box = default;
        try
        {
            return Box.TryReadHeader(bytes, out box) && box.Size >= box.HeaderSize;
        }
        catch (Mp4FormatException)
        {
            return false;
        }
    }

    private static byte[]? ReadExactly(SafeFileHandle file, long position, int size)
    {
        var bytes = new byte[size];
        return RandomAccess.Read(file, bytes, position) == size ? bytes : null;
    }
}

/// <summary>One fragment of a segment, and where it lies in the reel.</summary>
internal readonly record struct SegmentFragment(uint Sequence, int TrackId, long Offset, int Size);
