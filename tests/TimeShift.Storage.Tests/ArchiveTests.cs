using TimeShift.Core.Media;
using TimeShift.Storage.Reels;

namespace TimeShift.Storage.Tests;

public sealed class ArchiveTests
{
    [Fact]
    public async Task Numbers_discontinuities_and_init_segments_go_on_over_reels_and_restarts()
    {
        await using var archive = new TestArchive();
        var recorder = archive.Recorder();
        recorder.Record(2);                          // the first reel: 0, 1
        recorder.StartReel(discontinuity: false);
        recorder.Record(2);                          // an hour is over: 2, 3
        recorder.StartReel(gap: TimeSpan.FromSeconds(5));
        recorder.Record(1);                          // a reconnect: 4
        recorder.StartReel(other: Footage.Other);
        recorder.Record(2);                          // another codec configuration: 5, 6
        recorder.Close();
        await archive.Reopen();
        var after = archive.Recorder(Footage.Other, recorder.Now + TimeSpan.FromMinutes(1));
        after.Record(2);                             // a restart: 7, 8
        after.StartReel(other: Footage.Normal);
        after.Record(1);                             // back to the first codecs: 9
        after.Close();

        foreach (var again in new[] { false, true })
        {
            var stream = again ? await archive.Reopen() : archive.Stream;
            Assert.Equal(
                [(0, 0, 0, false), (2, 0, 0, false), (4, 1, 0, true), (5, 2, 5, true), (7, 3, 5, true), (9, 4, 9, true)],
                stream.Reels.Select(r => (r.FirstNumber, r.Header.DiscontinuitySequence, r.Header.InitNumber, r.Header.Discontinuity)));
            Assert.Equal(10, stream.NextNumber);
            var segments = new List<SegmentInfo>();
            new SegmentLookup(stream).CopyTo(0, 100, segments);
            Assert.Equal(Enumerable.Range(0, 10).Select(n => (long)n), segments.Select(s => s.Number));
            Assert.Equal([4L, 5, 7, 9], segments.Where(s => s.Discontinuity).Select(s => s.Number));
            Assert.Equal([0L, 0, 0, 0, 1, 2, 2, 3, 3, 4], segments.Select(s => s.DiscontinuitySequence));
            Assert.Equal(recorder.Segments.Concat(after.Segments).Select(s => (s.Start, s.Duration)), segments.Select(s => (s.Start, s.DurationMicroseconds)));
            foreach (var segment in recorder.Segments.Concat(after.Segments))
                Assert.Equal(segment.Track(0), TestArchive.Read(stream, segment.Number, null, 1));
            var lookup = new SegmentLookup(stream);
            Assert.Equal(Footage.Normal.Tracks, lookup.ReelOfInit(0)!.Tracks);
            Assert.Equal(Footage.Other.Tracks, lookup.ReelOfInit(5)!.Tracks);
            Assert.Equal(Footage.Normal.Tracks, lookup.ReelOfInit(9)!.Tracks);
            Assert.Null(lookup.ReelOfInit(4));
        }
    }

    [Fact]
    public async Task Numbers_go_on_when_all_reels_are_gone()
    {
        await using var archive = new TestArchive();
        var recorder = archive.Recorder();
        recorder.Record(3);
        recorder.StartReel();
        recorder.Record(2);
        recorder.Close();
        await archive.CloseAsync();
        Directory.Delete(Path.Combine(archive.StreamFolder, "2026"), recursive: true);
        var stream = archive.Stream;
        Assert.Equal(5, stream.NextNumber);
        Assert.Null(stream.LastEnd);
        Assert.True(new SegmentLookup(stream).IsEmpty);
    }

    [Fact]
    public async Task Segments_are_found_by_number_and_by_instant()
    {
        await using var archive = new TestArchive();
        Assert.True(new SegmentLookup(archive.Stream).IsEmpty);
        Assert.Null(new SegmentLookup(archive.Stream).At(TestArchive.Start));
        Assert.False(new SegmentLookup(archive.Stream).TryGet(0, out _));
        var recorder = archive.Recorder();
        recorder.Record(1);
        Assert.Equal(0, new SegmentLookup(archive.Stream).At(TestArchive.Start)!.Value.Number);
        recorder.Record(2);
        recorder.StartReel(gap: TimeSpan.FromMinutes(10));
        recorder.Record(20);
        recorder.StartReel(discontinuity: false);
        recorder.Record(3);
        recorder.Close();
        foreach (var again in new[] { false, true })
        {
            var lookup = new SegmentLookup(again ? await archive.Reopen() : archive.Stream);
            Assert.Equal((0, 26), (lookup.First, lookup.End));
            foreach (var segment in recorder.Segments)
            {
                Assert.True(lookup.TryGet(segment.Number, out var found));
                Assert.Equal((segment.Start, segment.Duration, segment.Number), (found.Start, found.DurationMicroseconds, found.Number));
                Assert.Equal(segment.Number, lookup.At(segment.Start)!.Value.Number);
                Assert.Equal(segment.Number, lookup.At(new Instant(segment.Start.Microseconds + segment.Duration - 1))!.Value.Number);
            }

            Assert.Equal(0, lookup.At(TestArchive.Start - TimeSpan.FromDays(1))!.Value.Number);
            Assert.Equal(3, lookup.At(TestArchive.Start + TimeSpan.FromMinutes(5))!.Value.Number);
            Assert.Null(lookup.At(recorder.Now));
            Assert.False(lookup.TryGet(26, out _));
            Assert.False(lookup.TryGet(-1, out _));
            var part = new List<SegmentInfo>();
            lookup.CopyTo(2, 5, part);
            Assert.Equal([2L, 3, 4], part.Select(s => s.Number));
            Assert.Equal(
                [(recorder.Segments[0].Start, TestArchive.Start + TimeSpan.FromSeconds(3)), (recorder.Segments[3].Start, recorder.Now)], lookup.Ranges());
        }
    }

    [Fact]
    public async Task Reels_that_begin_within_a_millisecond_have_names_of_their_own()
    {
        await using var archive = new TestArchive();
        for (var i = 0; i < 3; i++)
        {
            var recorder = archive.Recorder(start: TestArchive.Start);
            recorder.Record(1);
            recorder.Close();
        }

        Assert.Equal(3, (await archive.Reopen()).Reels.Length);
    }

    [Fact]
    public async Task A_reel_without_a_segment_leaves_no_trace()
    {
        await using var archive = new TestArchive();
        var recorder = archive.Recorder();
        recorder.Record(1);
        recorder.StartReel(gap: TimeSpan.FromSeconds(1));
        recorder.StartReel(gap: TimeSpan.FromSeconds(1));
        recorder.Record(1);
        recorder.StartReel(gap: TimeSpan.FromSeconds(1));
        recorder.Close();
        Assert.Equal([0L, 1L], archive.Stream.Reels.Take(2).Select(r => r.Header.DiscontinuitySequence));
        Assert.Equal(2, (await archive.Reopen()).Reels.Length);
        Assert.Equal(2, archive.Reels().Length);
        Assert.Equal([0L, 1L], archive.Stream.Reels.Select(r => r.FirstNumber));
    }

    [Fact]
    public async Task Footage_of_another_stream_is_refused_and_left_alone()
    {
        await using var archive = new TestArchive();
        var recorder = archive.Recorder();
        recorder.Record(1);
        recorder.Close();
        await archive.CloseAsync();
        Directory.Move(archive.StreamFolder, Path.Combine(archive.Root, "live", "door"));
        Assert.False(archive.Archive.TryGet(StreamName.Parse("live/door"), out _));
        var error = Assert.Throws<IOException>(() => archive.Archive.GetOrAdd(StreamName.Parse("live/door"), 2));
        Assert.Contains("live/cam", error.Message, StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(Path.Combine(archive.Root, "live", "door"), "*.mp4", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{\"name\":\"live/cam\"}")]
    [InlineData("{\"format\":2,\"id\":\"00112233-4455-6677-8899-aabbccddeeff\",\"name\":\"live/cam\",\"created\":\"2026-01-01T00:00:00Z\",\"targetDuration\":2}")]
    public async Task An_identity_that_is_not_understood_is_never_overwritten(string text)
    {
        await using var archive = new TestArchive();
        Directory.CreateDirectory(archive.StreamFolder);
        var path = Path.Combine(archive.StreamFolder, StreamIdentity.FileName);
        File.WriteAllText(path, text);
        Assert.Empty(archive.Archive.Streams);
        Assert.Throws<IOException>(() => archive.Stream);
        Assert.Equal(text, File.ReadAllText(path));
    }

    [Fact]
    public async Task The_identity_is_replaced_in_one_step()
    {
        await using var archive = new TestArchive();
        var folder = Directory.CreateDirectory(archive.StreamFolder).FullName;
        var identity = new StreamIdentity { Id = Guid.NewGuid(), Name = "live/cam", Created = TestArchive.Start.ToDateTimeOffset(), TargetDuration = 2 };
        identity.Save(folder);
        using var stop = new CancellationTokenSource();
        var reader = Task.Run(() =>
        {
            var last = 0L;
            while (!stop.IsCancellationRequested)
            {
                var read = StreamIdentity.Load(folder)!;
                Assert.True(read.NextSegment >= last);
                last = read.NextSegment;
            }
        });
        for (var i = 0; i < 200; i++) (identity with { NextSegment = i }).Save(folder);
        await stop.CancelAsync();
        await reader;
        // A crash between writing and renaming leaves a file that nobody looks at.
        File.WriteAllText(Path.Combine(folder, StreamIdentity.FileName + ".new"), "{");
        Assert.Equal(identity with { NextSegment = 199 }, StreamIdentity.Load(folder));
        Assert.Equal(199, archive.Stream.NextNumber);
    }

    [Fact]
    public async Task The_target_duration_only_grows_and_outlives_a_restart()
    {
        await using var archive = new TestArchive();
        Assert.Equal(2, archive.Stream.TargetDuration);
        archive.Stream.RaiseTarget(5);
        archive.Stream.RaiseTarget(3);
        Assert.Equal(5, archive.Stream.TargetDuration);
        Assert.Equal(5, (await archive.Reopen()).TargetDuration);
    }

    [Fact]
    public async Task All_streams_are_found_whatever_their_names()
    {
        await using var archive = new TestArchive();
        string[] names = ["2026", "2026/11", "a", "live/2026", "live/2026/cam", "live/cam", "x/y/z"];
        foreach (var name in names)
        {
            var recorder = new TestRecorder(archive.Archive.GetOrAdd(StreamName.Parse(name), 2), Footage.Other, TestArchive.Start);
            recorder.Record(1);
            recorder.Close();
        }

        await archive.CloseAsync();
        Assert.Equal(names, archive.Archive.Streams.Select(s => s.Name.Value).Order(StringComparer.Ordinal));
        Assert.All(archive.Archive.Streams, s => Assert.Equal(1, s.NextNumber));
        Assert.All(archive.Archive.Streams, s => Assert.Single(s.Reels));
    }

    [Fact]
    public void Options_say_what_is_wrong_with_them()
    {
        Assert.Empty(new ArchiveOptions { Root = "a" }.Faults());
        Assert.Equal(5, new ArchiveOptions { Root = " ", MaxReelLength = TimeSpan.FromSeconds(1), MaxPendingBytes = 5, MaxPendingBytesInAll = 5, WriterThreads = 0 }.Faults().Count());
    }
}
