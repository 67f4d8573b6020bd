using System.Buffers;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using TimeShift.Core.Media;
using TimeShift.Formats.Mp4;
using TimeShift.Storage.Index;

namespace TimeShift.Storage.Reels;

/// <summary>Closes a reel that a crash or a power cut left open: what is torn is cut off, what is whole is indexed, and the reel ends as if closed in order.</summary>
internal static class ReelRecovery
{
    public const string UnreadableExtension = ".unreadable";

    // Of half a second of one track, with room to spare.
    private const int MaxMovieFragmentBox = 64 << 10;

    /// <returns>False where nothing of the reel could be kept; it is out of the way then.</returns>
    public static bool TryClose(StreamName stream, string path, ILogger logger)
    {
        var media = path + ReelName.MediaExtension;
        var index = path + ReelName.IndexExtension;
        var known = IndexFile.Load(index);
        if (known is { End: { } end, Whole: true } && EndsInOrder(media, end.Offset)) return true;
        ReelScan scan;
        try
        {
            scan = ReelScanner.Scan(media, known);
        }
        catch (InvalidDataException e)
        {
            // Not even one fragment: there is no footage in it, but it is not ours to delete.
            Log.ReelUnreadable(logger, media, e.Message);
            File.Move(media, media + UnreadableExtension, overwrite: true);
            File.Delete(index);
            return false;
        }

        if (scan.Records.Length == 0)
        {
            Log.ReelRecovered(logger, stream, media, 0, scan.FileLength);
            File.Delete(media);
            File.Delete(index);
            return false;
        }

        if (!scan.IsClosed)
        {
            Close(media, scan);
            Log.ReelRecovered(logger, stream, media, scan.Records.Length - (known?.Records.Length ?? 0), scan.FileLength - scan.GoodLength);
        }

        var last = scan.Records[^1];
        IndexFile.Replace(index, scan.Header, scan.Records, new SegmentRecord(last.End, scan.GoodLength, 0, 0, scan.Records.Length, SegmentFlags.End));
        return true;
    }

    private static bool EndsInOrder(string media, long end)
    {
        using var file = File.OpenHandle(media, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        Span<byte> tail = stackalloc byte[Mfra.MfroSize];
        var length = RandomAccess.GetLength(file);
        return length >= end + tail.Length && RandomAccess.Read(file, tail, length - tail.Length) == tail.Length && Mfra.TryReadSize(tail, out _);
    }

    private static void Close(string media, ReelScan scan)
    {
        using var file = File.OpenHandle(media, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        RandomAccess.SetLength(file, scan.GoodLength);
        var points = new List<RandomAccessPoint>(scan.Records.Length);
        foreach (var record in scan.Records)
        {
            if ((record.Flags & (SegmentFlags.Lost | SegmentFlags.Independent)) == SegmentFlags.Independent && TryReadPoint(file, record, out var point)) points.Add(point);
        }

        var output = new ArrayBufferWriter<byte>();
        Mfra.Write(output, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(points));
        RandomAccess.Write(file, output.WrittenSpan, scan.GoodLength);
        RandomAccess.FlushToDisk(file);
    }

    private static bool TryReadPoint(SafeFileHandle file, in SegmentRecord record, out RandomAccessPoint point)
    {
        point = default;
        var offset = record.Offset + SegmentMark.BoxSize;
        var head = new byte[Math.Min(MaxMovieFragmentBox, record.Offset + record.Size - offset)];
        var moof = head.AsSpan(0, RandomAccess.Read(file, head, offset));
        try
        {
            if (!Box.TryReadHeader(moof, out var box) || box.Type != FourCc.Moof || box.Size > moof.Length) return false;
            var fragment = FragmentSummary.Read(moof[..(int)box.Size]);
            point = new RandomAccessPoint(fragment.TrackId, fragment.Time, offset);
            return true;
        }
        catch (Exception e) when (e is Mp4FormatException or InvalidDataException)
        {
            return false;
        }
    }
}
