using Microsoft.Extensions.Logging.Abstractions;
using TimeShift.Core.Media;
using TimeShift.Formats.Mp4;
using TimeShift.Storage.Index;
using TimeShift.Storage.Reels;

namespace TimeShift.Storage.Tests;

public sealed class RecoveryTests
{
    // Small enough that every length of its last segments can be tried.
    private static readonly Footage _small = Footage.Make("32x32");

    [Fact]
    public async Task A_reel_cut_at_any_byte_keeps_its_whole_fragments()
    {
        await using var archive = new TestArchive();
        var (recorder, media, index) = await Record(archive, segments: 4);
        // Without the closing: as it is while it is recorded.
        var open = media.AsSpan(0, (int)Load(index).End!.Value.Offset).ToArray();
        var ends = FragmentEnds(open);
        var truth = Load(index).Records;
        var unclosed = index.AsSpan(0, IndexHeader.Bytes + 4 * SegmentRecord.Bytes).ToArray();
        // Records for what is missing must not fool it, nor may records that are missing.
        byte[][] indexes = [unclosed, unclosed[..^SegmentRecord.Bytes], unclosed[..^(SegmentRecord.Bytes + 7)], unclosed[..IndexHeader.Bytes], []];
        var folder = Path.GetDirectoryName(archive.Reels().Single())!;
        var path = Path.Combine(folder, "16-00-00.000Z");
        for (var length = (int)truth[3].Offset; length <= open.Length; length++)
        {
            var known = indexes[length % indexes.Length];
            var good = ends.Last(e => e <= length);
            if (length % 499 == 0)
            {
                Recover(archive, open.AsSpan(0, length), known);
                CheckSegments(archive.Stream, recorder, open, good);
                Tool.Packets(archive.Reels().Single());
                await archive.CloseAsync();
            }

            File.WriteAllBytes(path + ".mp4", open.AsSpan(0, length));
            File.WriteAllBytes(path + ".idx", known);
            Assert.True(ReelRecovery.TryClose(StreamName.Parse("live/cam"), path, NullLogger.Instance));
            var kept = File.ReadAllBytes(path + ".mp4");
            Assert.True(kept.AsSpan(0, good).SequenceEqual(open.AsSpan(0, good)), $"{length}");
            Assert.Equal(FourCc.Mfra, TypeAt(kept, good));
            var mended = IndexFile.Load(path + ".idx")!;
            Assert.True(mended.Whole);
            Assert.Equal(good, mended.End!.Value.Offset);
            Assert.Equal(good, mended.Records[^1].Offset + mended.Records[^1].Size);
            Assert.Equal(truth.Take(mended.Records.Length - 1), mended.Records.SkipLast(1));
        }
    }

    [Fact]
    public async Task A_reel_that_tears_at_each_byte_of_its_first_segment_is_kept_or_leaves_no_trace()
    {
        await using var archive = new TestArchive();
        var (recorder, media, index) = await Record(archive, segments: 1);
        var end = (int)Load(index).End!.Value.Offset;
        var first = FragmentEnds(media)[0];
        for (var length = 0; length <= end; length += length < 200 ? 1 : 29)
        {
            Recover(archive, media.AsSpan(0, length), index.AsSpan(0, IndexHeader.Bytes));
            if (length >= first) CheckSegments(archive.Stream, recorder, media, FragmentEnds(media).Last(e => e <= length));
            else Assert.Empty(archive.Stream.Reels);
            // Recording goes on with numbers of its own.
            var next = archive.Stream.StartReel(_small.Tracks, recorder.Now + TimeSpan.FromSeconds(1), true);
            Assert.Equal(length >= first ? 1 : 0, next.BeginSegment(recorder.Now + TimeSpan.FromSeconds(1), null, true));
            next.EndSegment(0);
            next.Close();
        }
    }

    [Fact]
    public async Task An_index_cut_at_any_byte_or_of_another_version_is_mended_from_the_reel()
    {
        await using var archive = new TestArchive();
        var (recorder, media, index) = await Record(archive, segments: 4);
        for (var length = 0; length <= index.Length; length++)
        {
            Recover(archive, media, index.AsSpan(0, length));
            Assert.Equal(4, archive.Stream.Reels.Single().Index.Count);
            await archive.CloseAsync();
            Assert.Equal(index, File.ReadAllBytes(Path.ChangeExtension(archive.Reels().Single(), ".idx")));
            Assert.Equal(media, File.ReadAllBytes(archive.Reels().Single()));
        }

        CheckSegments(archive.Stream, recorder, media, media.Length);
    }

    [Fact]
    public async Task A_closing_cut_at_any_byte_is_written_again()
    {
        await using var archive = new TestArchive();
        var (_, media, index) = await Record(archive, segments: 3);
        var end = (int)Load(index).End!.Value.Offset;
        for (var length = end; length < media.Length; length++)
        {
            Recover(archive, media.AsSpan(0, length), index);
            Assert.Equal(media, File.ReadAllBytes(archive.Reels().Single()));
            Assert.Equal(index, File.ReadAllBytes(Path.ChangeExtension(archive.Reels().Single(), ".idx")));
        }
    }

    [Fact]
    public async Task A_tail_of_zeros_or_of_garbage_is_cut_off()
    {
        await using var archive = new TestArchive();
        var (recorder, media, index) = await Record(archive, segments: 3);
        var end = (int)Load(index).End!.Value.Offset;
        var unclosed = index.AsSpan(0, index.Length - SegmentRecord.Bytes).ToArray();
        var random = new Random(7);
        for (var i = 0; i < 200; i++)
        {
            var tail = new byte[random.Next(1, 5000)];
            if (i > 2) random.NextBytes(tail);
            if (i % 3 == 1) media.AsSpan(800, Math.Min(tail.Length, 24)).CopyTo(tail);
            Recover(archive, [.. media.AsSpan(0, end), .. tail], unclosed);
            CheckSegments(archive.Stream, recorder, media, end);
        }
    }

    [Fact]
    public async Task Bad_bytes_anywhere_never_stop_the_archive_and_never_invent_segments()
    {
        await using var archive = new TestArchive();
        var (recorder, media, index) = await Record(archive, segments: 3);
        var random = new Random(3);
        for (var i = 0; i < 400; i++)
        {
            var bad = media.ToArray();
            for (var n = random.Next(1, 4); n > 0; n--) bad[random.Next(bad.Length)] = (byte)random.Next(256);
            Recover(archive, bad, i % 2 == 0 ? default : index.AsSpan(0, IndexHeader.Bytes + SegmentRecord.Bytes));
            var stream = archive.Stream;
            Assert.InRange(stream.NextNumber, 0, 3);
            Assert.All(stream.Reels, r => Assert.InRange(r.Index.Count, 1, 3));
            for (var number = 0; number < 3; number++) TestArchive.Read(stream, number, null, 1);
        }

        Assert.Equal(3, recorder.Segments.Count);
    }

    [Fact]
    public async Task What_is_no_reel_is_put_aside_and_not_deleted()
    {
        await using var archive = new TestArchive();
        var (_, media, index) = await Record(archive, segments: 2);
        Recover(archive, media, index);
        await archive.CloseAsync();
        var alien = Path.Combine(archive.StreamFolder, "2026", "11", "22", "17-00-00.000Z.mp4");
        File.WriteAllText(alien, "no reel at all");
        Assert.Equal(2, archive.Stream.NextNumber);
        Assert.Equal("no reel at all", File.ReadAllText(alien + ".unreadable"));
        Assert.Single(archive.Reels());
    }

    private static async Task<(TestRecorder Recorder, byte[] Media, byte[] Index)> Record(TestArchive archive, int segments)
    {
        var recorder = archive.Recorder(_small);
        recorder.Record(segments);
        recorder.Close();
        await archive.CloseAsync();
        var media = archive.Reels().Single();
        return (recorder, File.ReadAllBytes(media), File.ReadAllBytes(Path.ChangeExtension(media, ".idx")));
    }

    // Puts the files there as a crash left them and opens the archive.
    private static void Recover(TestArchive archive, ReadOnlySpan<byte> media, ReadOnlySpan<byte> index)
    {
        archive.CloseAsync().GetAwaiter().GetResult();
        var folder = Path.Combine(archive.StreamFolder, "2026", "11", "22");
        foreach (var file in Directory.EnumerateFiles(folder)) File.Delete(file);
        // The identity as it was before the crash: numbers come from the reels.
        var identity = StreamIdentity.Load(archive.StreamFolder)!;
        (identity with { NextSegment = 0, NextDiscontinuity = 0 }).Save(archive.StreamFolder);
        File.WriteAllBytes(Path.Combine(folder, "16-00-00.000Z.mp4"), media);
        if (!index.IsEmpty) File.WriteAllBytes(Path.Combine(folder, "16-00-00.000Z.idx"), index);
        Assert.True(archive.Archive.TryGet(StreamName.Parse("live/cam"), out _));
    }

    // Each segment that has a fragment before the good end is there, with the bytes that went in.
    private static void CheckSegments(StreamArchive stream, TestRecorder recorder, byte[] media, int good)
    {
        var records = stream.Reels.Single().Index.Records.ToArray();
        Assert.Equal(records.Length, stream.NextNumber);
        for (var i = 0; i < records.Length; i++)
        {
            Assert.Equal(recorder.Segments[i].Start, records[i].Start);
            for (var track = 0; track < 2; track++)
            {
                var whole = recorder.Segments[i].Track(track);
                var bytes = TestArchive.Read(stream, i, null, track + 1) ?? [];
                Assert.True(whole.AsSpan().StartsWith(bytes));
                if (i < records.Length - 1) Assert.Equal(whole.Length, bytes.Length);
            }
        }

        var last = records[^1];
        Assert.Equal(Math.Min(good, FragmentEnds(media)[^1]), last.Offset + last.Size);
    }

    private static uint TypeAt(byte[] file, int position) => Box.TryReadHeader(file.AsSpan(position), out var box) ? box.Type : 0;

    private static IndexFile.Contents Load(byte[] index)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, index);
            return IndexFile.Load(path)!;
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static List<int> FragmentEnds(byte[] file)
    {
        var ends = new List<int>();
        for (var position = 0; position + 8 <= file.Length && Box.TryReadHeader(file.AsSpan(position), out var box);)
        {
            position += (int)box.Size;
            if (box.Type == FourCc.Mdat) ends.Add(position);
        }

        return ends;
    }
}
