using TimeShift.Core.Media;
using TimeShift.Storage.Index;

namespace TimeShift.Storage.Tests.Index;

public sealed class IndexFileTests : IDisposable
{
    private static readonly IndexHeader _header = new(Guid.Parse("00112233-4455-6677-8899-aabbccddeeff"), 7, 3, 5, true);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("timeshift-index-");

    private string Path => System.IO.Path.Combine(_folder.FullName, "a.idx");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void The_head_is_read_as_written_and_every_flipped_bit_is_found()
    {
        var bytes = new byte[IndexHeader.Bytes];
        _header.Write(bytes);
        Assert.True(IndexHeader.TryRead(bytes, out var read));
        Assert.Equal(_header, read);
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << bit % 8);
            Assert.False(IndexHeader.TryRead(bytes, out _));
            bytes[bit / 8] ^= (byte)(1 << bit % 8);
        }
    }

    [Fact]
    public void A_file_cut_anywhere_gives_the_records_before_the_cut()
    {
        SegmentRecord[] records = [.. Enumerable.Range(0, 5).Select(i => new SegmentRecord(new Instant(i * 2_000_000), i * 1000, 1000, 2_000_000, i, SegmentFlags.Independent))];
        var end = new SegmentRecord(new Instant(10_000_000), 5000, 0, 0, 5, SegmentFlags.End);
        IndexFile.Replace(Path, _header, records, end);
        var whole = File.ReadAllBytes(Path);
        var loaded = IndexFile.Load(Path)!;
        Assert.Equal((_header, end, true), (loaded.Header, loaded.End!.Value, loaded.Whole));
        Assert.Equal(records, loaded.Records);
        for (var length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(Path, whole.AsSpan(0, length));
            var cut = IndexFile.Load(Path);
            if (length < IndexHeader.Bytes)
            {
                Assert.Null(cut);
                Assert.Null(IndexFile.LoadHeader(Path));
                continue;
            }

            var kept = (length - IndexHeader.Bytes) / SegmentRecord.Bytes;
            Assert.Equal(records.Take(kept), cut!.Records);
            Assert.Null(cut.End);
            Assert.Equal((length - IndexHeader.Bytes) % SegmentRecord.Bytes == 0, cut.Whole);
            Assert.Equal(_header, IndexFile.LoadHeader(Path));
        }
    }

    [Fact]
    public void A_damaged_record_ends_the_list_and_the_file_is_not_whole()
    {
        SegmentRecord[] records = [.. Enumerable.Range(0, 3).Select(i => new SegmentRecord(new Instant(i), i, 1, 1, i, SegmentFlags.None))];
        IndexFile.Replace(Path, _header, records, null);
        var bytes = File.ReadAllBytes(Path);
        bytes[IndexHeader.Bytes + SegmentRecord.Bytes + 3] ^= 0x40;
        File.WriteAllBytes(Path, bytes);
        Assert.Equal([records[0]], IndexFile.Load(Path)!.Records);
        Assert.False(IndexFile.Load(Path)!.Whole);
    }

    [Fact]
    public void No_file_is_no_index()
    {
        Assert.Null(IndexFile.Load(Path));
        Assert.Null(IndexFile.LoadHeader(Path));
        Assert.Null(IndexFile.Load(System.IO.Path.Combine(_folder.FullName, "no", "folder.idx")));
    }
}
