namespace TimeShift.Storage.Tests;

public sealed class LiveEdgeTests
{
    [Fact]
    public async Task A_part_can_be_read_as_soon_as_it_is_added_and_is_the_same_from_the_reel()
    {
        await using var archive = new TestArchive();
        var recorder = archive.Recorder();
        recorder.StartReel();
        recorder.Begin();
        var number = recorder.Segments[0].Number;
        Assert.Null(TrackContent.Open(archive.Stream, number, 0, 1));
        recorder.AddPart(2, 0);
        Assert.Equal(recorder.Segments[0].Parts[0][0], TestArchive.Read(archive.Stream, number, 0, 1));
        Assert.Null(TrackContent.Open(archive.Stream, number, 1, 1));
        Assert.Null(TrackContent.Open(archive.Stream, number, null, 1));
        Assert.Null(TrackContent.Open(archive.Stream, number, -1, 1));
        recorder.AddPart(2, 1);
        recorder.End();
        CheckAll(archive.Stream, recorder);
        recorder.Record(3);
        CheckAll(archive.Stream, recorder);
        await archive.Stream.WhenWritten();
        CheckAll(archive.Stream, recorder);
        recorder.Close();
        CheckAll(await archive.Reopen(), recorder);
    }

    [Fact]
    public async Task Content_can_be_read_from_any_position_in_any_portion()
    {
        await using var archive = new TestArchive();
        var recorder = archive.Recorder(Footage.Other);
        recorder.Record(1, parts: 3);
        foreach (var fromReel in new[] { false, true })
        {
            if (fromReel)
            {
                recorder.Close();
                await archive.Reopen();
            }

            foreach (var track in new[] { 0, 1 })
            {
                var expected = recorder.Segments[0].Track(track);
                using var content = TrackContent.Open(archive.Stream, recorder.Segments[0].Number, null, track + 1)!;
                Assert.Equal(expected.Length, content.Length);
                for (var position = 0; position <= expected.Length; position += 1 + position / 200)
                {
                    foreach (var size in new[] { 0, 1, 7, 64, 1021, expected.Length + 10 })
                    {
                        var buffer = new byte[size];
                        var count = content.Read(position, buffer);
                        Assert.Equal(Math.Min(size, expected.Length - position), count);
                        Assert.True(expected.AsSpan(position, count).SequenceEqual(buffer.AsSpan(0, count)), $"{count} bytes at {position}");
                    }
                }
            }
        }
    }

    [Fact]
    public async Task Who_waits_for_the_next_part_is_woken_by_it()
    {
        await using var archive = new TestArchive();
        var recorder = archive.Recorder();
        recorder.StartReel();
        var version = archive.Stream.Edge.Version;
        var waiting = archive.Stream.WhenNewer(version);
        Assert.False(waiting.IsCompleted);
        recorder.Begin();
        await waiting.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.True(archive.Stream.Edge.Version > version);
        Assert.True(archive.Stream.WhenNewer(version).IsCompletedSuccessfully);
        recorder.AddPart(1, 0);
        recorder.End();
        recorder.Close();
    }

    [Fact]
    public async Task Readers_get_the_same_bytes_while_recording_goes_on()
    {
        await using var archive = new TestArchive();
        var recorder = archive.Recorder(Footage.Other);
        recorder.Record(2);
        var stream = archive.Stream;
        using var stop = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 3).Select(seed => Task.Run(() =>
        {
            var random = new Random(seed);
            var seen = new Dictionary<(long, int?, int), byte[]>();
            while (!stop.IsCancellationRequested)
            {
                var lookup = new SegmentLookup(stream);
                var key = (random.NextInt64(Math.Max(lookup.First, lookup.End - 4), lookup.End), random.Next(3) is var p && p < 2 ? p : (int?)null, random.Next(1, 3));
                var bytes = TestArchive.Read(stream, key.Item1, key.Item2, key.Item3);
                Assert.NotNull(bytes);
                if (!seen.TryAdd(key, bytes)) Assert.Equal(seen[key], bytes);
            }

            return seen;
        })).ToList();
        for (var i = 0; i < 60; i++)
        {
            recorder.Record(1);
            await Task.Yield();
        }

        recorder.Close();
        await stop.CancelAsync();
        var truth = recorder.Segments.ToDictionary(s => s.Number);
        foreach (var seen in await Task.WhenAll(readers))
        {
            foreach (var ((number, part, track), bytes) in seen)
                Assert.Equal(part is { } p ? truth[number].Parts[p][track - 1] : truth[number].Track(track - 1), bytes);
        }
    }

    [Fact]
    public async Task The_edge_keeps_six_target_durations_and_no_more()
    {
        await using var archive = new TestArchive();
        var recorder = archive.Recorder(Footage.Other);
        for (var i = 0; i < 40; i++)
        {
            recorder.Record(1);
            await archive.Stream.WhenWritten();
        }

        Assert.InRange(archive.Stream.Edge.Segments.Length, 12, 14);
        recorder.Close();
    }

    [Fact]
    public async Task A_segment_that_got_no_part_gives_its_number_back()
    {
        await using var archive = new TestArchive();
        var recorder = archive.Recorder();
        recorder.Record(1);
        recorder.Reel.BeginSegment(recorder.Now, null, true);
        recorder.Reel.EndSegment(0);
        recorder.Record(1);
        Assert.Equal([0L, 1L], archive.Stream.Edge.Segments.Select(s => s.Info.Number));
        recorder.Close();
    }

    private static void CheckAll(StreamArchive archive, TestRecorder recorder)
    {
        foreach (var segment in recorder.Segments)
        {
            for (var track = 0; track < 2; track++)
            {
                Assert.Equal(segment.Track(track), TestArchive.Read(archive, segment.Number, null, track + 1));
                for (var part = 0; part < segment.Parts.Count; part++) Assert.Equal(segment.Parts[part][track], TestArchive.Read(archive, segment.Number, part, track + 1));
            }

            Assert.Null(TrackContent.Open(archive, segment.Number, null, 3));
            Assert.Null(TrackContent.Open(archive, segment.Number, segment.Parts.Count, 1));
        }
    }
}
