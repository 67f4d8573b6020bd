namespace TimeShift.Storage.Index;

/// <summary>An index file: header, then records, append-only.</summary>
public static class IndexFile
{
    /// <summary>Contents of an index that could be read, up to the first record that is torn or damaged.</summary>
    /// <param name="Whole">False where something was left out: the reel knows better.</param>
    /// <param name="End">The closing record; null while the reel is open, or where it was cut off.</param>
    public sealed record Contents(IndexHeader Header, SegmentRecord[] Records, SegmentRecord? End, bool Whole);

    /// <returns>Null where there is no file, or no header that is understood.</returns>
    public static Contents? Load(string path)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }

        if (!IndexHeader.TryRead(bytes, out var header)) return null;
        var records = new List<SegmentRecord>((bytes.Length - IndexHeader.Bytes) / SegmentRecord.Bytes);
        var position = IndexHeader.Bytes;
        for (; SegmentRecord.TryRead(bytes.AsSpan(position), out var record); position += SegmentRecord.Bytes)
        {
            if ((record.Flags & SegmentFlags.End) != 0)
                return new Contents(header, [.. records], record, position + SegmentRecord.Bytes == bytes.Length);
            if (record.Ordinal != records.Count) break;
            records.Add(record);
        }

        return new Contents(header, [.. records], null, position == bytes.Length);
    }

    /// <summary>The header alone: 64 bytes read, whatever the size.</summary>
    public static IndexHeader? LoadHeader(string path)
    {
        try
        {
            using var file = File.OpenHandle(path);
            Span<byte> bytes = stackalloc byte[IndexHeader.Bytes];
            return RandomAccess.Read(file, bytes, 0) == bytes.Length && IndexHeader.TryRead(bytes, out var header) ? header : null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Writes a whole index and puts it in place in one step.</summary>
    public static void Replace(string path, IndexHeader header, ReadOnlySpan<SegmentRecord> records, SegmentRecord? end)
    {
        var bytes = new byte[IndexHeader.Bytes + (records.Length + (end is null ? 0 : 1)) * SegmentRecord.Bytes];
        header.Write(bytes);
        var position = IndexHeader.Bytes;
        foreach (var record in records)
        {
            record.Write(bytes.AsSpan(position));
            position += SegmentRecord.Bytes;
        }

        end?.Write(bytes.AsSpan(position));
        var next = path + ".new";
        using (var file = File.OpenHandle(next, FileMode.Create, FileAccess.Write))
        {
            RandomAccess.Write(file, bytes, 0);
            RandomAccess.FlushToDisk(file);
        }

        File.Move(next, path, overwrite: true);
    }
}
