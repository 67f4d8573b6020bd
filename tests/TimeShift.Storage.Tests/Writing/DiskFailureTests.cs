using TimeShift.Core.Media;
using TimeShift.Core.Packets;
using TimeShift.Storage.Index;
using TimeShift.Storage.Reels;

namespace TimeShift.Storage.Tests.Writing;

[Collection(nameof(MemoryTests))]
public sealed class DiskFailureTests
{
    [Fact]
    public async Task Live_goes_on_from_memory_when_nothing_can_be_written_and_numbers_go_on_after()
    {
        await using var archive = new TestArchive();
        var recorder = archive.Recorder(Footage.Other);
        recorder.Record(3);
        await archive.Stream.WhenWritten();
        // The next day's folder cannot be made.
        var nextDay = TestArchive.Start + TimeSpan.FromDays(1);
        var blocker = Path.Combine(archive.StreamFolder, "2026", "11", "23");
        File.WriteAllText(blocker, "in the way");
        recorder.StartReel(gap: nextDay - recorder.Now);
        recorder.Record(2);
        await archive.Stream.WhenWritten();
        Assert.True(recorder.Reel.IsBroken);
        recorder.Record(30);
        await archive.Stream.WhenWritten();
        var edge = archive.Stream.Edge.Segments;
        Assert.Equal(recorder.Segments[^1].Number, edge[^1].Info.Number);
        foreach (var segment in recorder.Segments.TakeLast(10)) Assert.Equal(segment.Track(0), TestArchive.Read(archive.Stream, segment.Number, null, 1));
        Assert.True(archive.Stream.DroppedBytes > 0);
        CheckNumbers(archive.Stream, 35);
        // What left the edge and was never written is gone, and says so.
        Assert.True(new SegmentLookup(archive.Stream).TryGet(5, out var gone) && gone.IsLost);
        Assert.Null(TrackContent.Open(archive.Stream, 5, null, 1));

        // A second try fails as well.
        recorder.StartReel();
        recorder.Record(2);
        await archive.Stream.WhenWritten();
        CheckNumbers(archive.Stream, 37);
        File.Delete(blocker);
        recorder.StartReel();
        recorder.Record(20);
        await archive.Stream.WhenWritten();
        Assert.False(recorder.Reel.IsBroken);
        CheckNumbers(archive.Stream, 57);
        recorder.Close();

        var stream = await archive.Reopen();
        CheckNumbers(stream, 57);
        Assert.Equal(57, stream.NextNumber);
        var segments = new List<SegmentInfo>();
        new SegmentLookup(stream).CopyTo(0, 57, segments);
        Assert.Equal(Enumerable.Range(0, 57).Select(n => n is >= 3 and < 37), segments.Select(s => s.IsLost));
        Assert.Equal(recorder.Segments.Select(s => s.Start), segments.Select(s => s.Start));
        Assert.Equal([3L, 35, 37], segments.Where(s => s.Discontinuity).Select(s => s.Number));
        Assert.Equal([0L, 1, 1, 2, 3], new[] { 2, 3, 34, 36, 37 }.Select(n => segments[n].DiscontinuitySequence));
        foreach (var segment in recorder.Segments.Where(s => s.Number is < 3 or >= 37)) Assert.Equal(segment.Track(1), TestArchive.Read(stream, segment.Number, null, 2));
        Assert.Equal(37, new SegmentLookup(stream).At(recorder.Segments[10].Start)!.Value.Number);
        Assert.Equal(2, new SegmentLookup(stream).Ranges().Count());
        foreach (var reel in archive.Reels()) Tool.Packets(reel);
    }

    [Fact]
    public async Task A_disk_that_fills_up_loses_what_did_not_fit_and_nothing_else()
    {
        var room = Directory.CreateTempSubdirectory("timeshift-full-").FullName;
        if (!TryMount(room)) Assert.Skip("A file system of its own can only be mounted by root.");
        try
        {
            await using var archive = new TestArchive(change: o => o with { Root = room });
            var stream = archive.Archive.GetOrAdd(StreamName.Parse("live/cam"), 2);
            var recorder = new TestRecorder(stream, Footage.Normal, TestArchive.Start);
            recorder.StartReel();
            var filler = Path.Combine(room, "filler");
            recorder.Record(5);
            await stream.WhenWritten();
            Fill(filler);
            recorder.Record(15);
            await stream.WhenWritten();
            Assert.True(recorder.Reel.IsBroken);
            CheckNumbers(stream, 20);
            foreach (var segment in recorder.Segments.TakeLast(12)) Assert.Equal(segment.Track(0), TestArchive.Read(stream, segment.Number, null, 1));
            recorder.StartReel();
            recorder.Record(1);
            await stream.WhenWritten();
            Assert.True(recorder.Reel.IsBroken);
            File.Delete(filler);
            recorder.StartReel();
            recorder.Record(5);
            recorder.Close();
            await stream.WhenWritten();
            CheckNumbers(stream, 26);
            await archive.CloseAsync();

            stream = archive.Archive.GetOrAdd(StreamName.Parse("live/cam"), 2);
            CheckNumbers(stream, 26);
            var segments = new List<SegmentInfo>();
            new SegmentLookup(stream).CopyTo(0, 26, segments);
            Assert.True(segments.Count(s => !s.IsLost) >= 10);
            foreach (var info in segments)
            {
                if (info.IsLost) Assert.Null(TrackContent.Open(stream, info.Number, null, 1));
                else Assert.Equal(recorder.Segments[(int)info.Number].Track(0), TestArchive.Read(stream, info.Number, null, 1));
            }
        }
        finally
        {
            Tool.Run("umount", "-l", room);
            Directory.Delete(room);
        }

        static bool TryMount(string path)
        {
            try
            {
                using var mount = System.Diagnostics.Process.Start(
                    new System.Diagnostics.ProcessStartInfo("mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", path]) { RedirectStandardError = true })!;
                mount.WaitForExit();
                return mount.ExitCode == 0;
            }
            catch (System.ComponentModel.Win32Exception)
            {
                return false;
            }
        }

        static void Fill(string path)
        {
            using var file = File.Create(path);
            try
            {
                while (true)
                {
                    file.Write(new byte[4096]);
                    file.Flush();
                }
            }
            catch (IOException)
            {
                // Full.
            }
        }
    }

    [Theory]
    [InlineData(400_000, long.MaxValue)]
    [InlineData(int.MaxValue, 400_000)]
    public async Task A_stalled_disk_costs_a_bounded_piece_of_memory_and_what_waits_can_be_played(int ofOne, long inAll)
    {
        using var logger = new BlockingLogger("stall");
        await using var archive = new TestArchive(logger, o => o with { WriterThreads = 1, MaxPendingBytes = ofOne, MaxPendingBytesInAll = inAll });
        using var unblock = logger.Unblocking();
        var stall = archive.Archive.GetOrAdd(StreamName.Parse("stall"), 2);
        File.WriteAllText(Path.Combine(archive.Root, "stall", "2026"), "in the way");
        stall.StartReel(Footage.Other.Tracks, TestArchive.Start, false);
        logger.Blocked.Wait(TestContext.Current.CancellationToken);

        var recorder = archive.Recorder(Footage.Other);
        recorder.Record(1);
        while (!recorder.Reel.IsBroken)
        {
            recorder.Record(1);
            // Far behind the edge's usual length, and still in memory alone.
            foreach (var segment in recorder.Segments) Assert.Equal(segment.Track(0), TestArchive.Read(archive.Stream, segment.Number, null, 1));
        }

        Assert.True(recorder.Segments.Count > 20, $"{recorder.Segments.Count} segments only; the test wants more than the edge keeps");
        Assert.InRange(archive.Stream.PendingBytes, 1, 400_000);
        var outstanding = PacketPool.Shared.Outstanding;
        recorder.Record(100);
        Assert.InRange(archive.Stream.PendingBytes, 1, 400_000);
        Assert.True(archive.Stream.DroppedBytes > 0);
        CheckNumbers(archive.Stream, recorder.Segments.Count);
        Assert.InRange(archive.Stream.Edge.Segments.Length, 12, 14);
        Assert.InRange(PacketPool.Shared.Outstanding - outstanding, 0, 15 * 80);

        logger.Release();
        await archive.Stream.WhenWritten();
        Assert.Equal(0, archive.Stream.PendingBytes);
        recorder.StartReel();
        recorder.Record(5);
        recorder.Close();
        CheckNumbers(archive.Stream, recorder.Segments.Count);
        var stream = await archive.Reopen();
        CheckNumbers(stream, recorder.Segments.Count);
        foreach (var segment in recorder.Segments)
        {
            Assert.True(new SegmentLookup(stream).TryGet(segment.Number, out var info));
            if (!info.IsLost) Assert.Equal(segment.Track(0), TestArchive.Read(stream, segment.Number, null, 1));
        }

        foreach (var reel in archive.Reels())
        {
            Tool.Packets(reel);
            var index = File.ReadAllBytes(Path.ChangeExtension(reel, ".idx"));
            ReelIndexer.Reindex(reel[..^4]);
            Assert.Equal(index, File.ReadAllBytes(Path.ChangeExtension(reel, ".idx")));
        }
    }

    [Fact]
    public async Task Parts_of_a_segment_that_was_given_up_stay_readable_at_the_edge_and_are_no_footage_after()
    {
        using var logger = new BlockingLogger("stall");
        await using var archive = new TestArchive(logger, o => o with { WriterThreads = 1, MaxPendingBytes = 60_000 });
        using var unblock = logger.Unblocking();
        var recorder = archive.Recorder(Footage.Other);
        recorder.Record(2);
        recorder.Begin();
        recorder.AddPart(10, 0);
        await archive.Stream.WhenWritten();
        var stall = archive.Archive.GetOrAdd(StreamName.Parse("stall"), 2);
        File.WriteAllText(Path.Combine(archive.Root, "stall", "2026"), "in the way");
        stall.StartReel(Footage.Other.Tracks, TestArchive.Start, false);
        logger.Blocked.Wait(TestContext.Current.CancellationToken);
        for (var part = 1; part < 10; part++) recorder.AddPart(10, part);
        recorder.End();
        while (!recorder.Reel.IsBroken) recorder.Record(1);
        logger.Release();
        await archive.Stream.WhenWritten();
        var last = recorder.Segments.Count - 1;
        recorder.StartReel();
        await archive.Stream.WhenWritten();
        recorder.Record(1);
        foreach (var segment in recorder.Segments) Assert.Equal(segment.Track(0), TestArchive.Read(archive.Stream, segment.Number, null, 1));
        recorder.Close();
        var stream = await archive.Reopen();
        Assert.True(new SegmentLookup(stream).TryGet(last, out var info) && info.IsLost);
        var first = archive.Reels()[0];
        Tool.Packets(first);
        Assert.Equal(IndexFile.Load(Path.ChangeExtension(first, ".idx"))!.Records, ReelScanner.Scan(first).Records);
        CheckNumbers(stream, recorder.Segments.Count);
    }

    // Every number is there once, in order, whatever became of its bytes.
    private static void CheckNumbers(StreamArchive stream, int count)
    {
        var lookup = new SegmentLookup(stream);
        Assert.Equal((0, count), (lookup.First, lookup.End));
        var segments = new List<SegmentInfo>();
        lookup.CopyTo(0, count, segments);
        Assert.Equal(Enumerable.Range(0, count).Select(n => (long)n), segments.Select(s => s.Number));
        foreach (var (a, b) in segments.Zip(segments.Skip(1))) Assert.True(a.Start < b.Start && a.End <= b.Start + TimeSpan.FromMicroseconds(1), $"{a} then {b}");
    }
}
