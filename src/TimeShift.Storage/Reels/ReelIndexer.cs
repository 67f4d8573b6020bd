using TimeShift.Storage.Index;

namespace TimeShift.Storage.Reels;

/// <summary>Makes an index anew from its reel. What only the index knows, that segments were lost before the reel began, is kept where the old index can be read.</summary>
public static class ReelIndexer
{
    /// <param name="path">The reel, without extension.</param>
    /// <returns>Segments in the new index.</returns>
    /// <exception cref="InvalidDataException">The file is no reel.</exception>
    public static int Reindex(string path) => Rebuild(path).Records.Length;

    internal static IndexFile.Contents Rebuild(string path)
    {
        var index = path + ReelName.IndexExtension;
        var scan = ReelScanner.Scan(path + ReelName.MediaExtension);
        var lost = IndexFile.Load(index)?.Records.TakeWhile(r => (r.Flags & SegmentFlags.Lost) != 0).ToArray() ?? [];
        var header = lost.Length == 0 ? scan.Header : scan.Header with { FirstNumber = scan.Header.FirstNumber - lost.Length };
        SegmentRecord[] records = [.. lost, .. scan.Records.Select(r => r with { Ordinal = r.Ordinal + lost.Length })];
        var end = scan.EndRecord is { } closing ? closing with { Ordinal = records.Length } : (SegmentRecord?)null;
        IndexFile.Replace(index, header, records, end);
        return new IndexFile.Contents(header, records, end, true);
    }
}
