using TimeShift.Core.Hub;
using TimeShift.Core.Media;
using TimeShift.Core.Packets;
using TimeShift.Formats.Mp4;
using TimeShift.Recording.Tests.Fixtures;
using TimeShift.Storage.Index;
using TimeShift.Storage.Reels;

namespace TimeShift.Recording.Tests;

/// <summary>What becomes of a stream that begins late, stops, comes back, changes or falls partly silent.</summary>
public class StreamRecorderTests
{
    [Fact]
    public async Task Audio_before_the_first_key_frame_is_kept_and_video_is_counted_as_skipped()
    {
        await using var studio = new Studio();
        var archive = studio.Archive.GetOrAdd(Studio.Name, 2);
        studio.Hub.StreamAdded = null;
        var recorder = new StreamRecorder(archive, studio.Recording, studio.Clock, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        studio.Live.AddSink(recorder);
        using (var camera = new ScriptedCamera(studio, TestTracks.SmallWithAudio))
        {
            camera.IsKey = frame => frame % 50 == 20;
            camera.Play(8);
        }

        Assert.Equal(20, recorder.Skipped);
        var packets = await RecordedAsync(studio);
        Assert.Equal(200 - 20, packets.Count(p => p.Track == 0));
        Assert.Equal(375, packets.Count(p => p.Track == 1));
        Assert.True(packets.First(p => p.Track == 0).IsKey);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task G711_is_still_known_after_a_restart(bool hasVideo)
    {
        var tracks = hasVideo ? TestTracks.SmallWithG711 : TestTracks.G711Alone;
        await using var studio = new Studio();
        using (var camera = new ScriptedCamera(studio, tracks)) camera.Play(10);
        await studio.Stream.WhenWritten();
        var segments = CutRuleTests.Segments(studio).Count;
        await studio.RestartAsync();
        _ = studio.Live;
        Assert.Equal(tracks, Assert.Single(studio.Stream.Reels).Tracks);
        Assert.Equal("alaw ulaw".Split(' ')[hasVideo ? 0 : 1], studio.Stream.Reels[0].Tracks.Audio!.CodecString);
        using (var camera = new ScriptedCamera(studio, tracks)) camera.Play(10);
        Assert.InRange(CutRuleTests.Segments(studio).Count, segments + 4, segments + 7);
        await AssertFilesAsync(studio);
    }

    [Fact]
    public async Task A_lead_without_a_key_frame_does_not_hold_the_others_back_for_ever()
    {
        await using var studio = new Studio();
        using (var camera = new ScriptedCamera(studio, TestTracks.SmallWithAudio))
        {
            camera.IsKey = frame => frame >= 250 && frame % 50 == 0;
            camera.Play(20);
        }

        CutRuleTests.AssertTargets(studio, 0.5, 25);
        // Ten seconds without a key frame say nothing of the length of a group of pictures.
        Assert.Equal(2, studio.Stream.TargetDuration);
        var packets = await RecordedAsync(studio);
        Assert.Equal(250, packets.Count(p => p.Track == 0));
        Assert.Equal(938, packets.Count(p => p.Track == 1));
        var segments = CutRuleTests.Segments(studio);
        var first = segments.Find(s => s.Has(TestTracks.Small));
        Assert.True(first.IsIndependent && first.Discontinuity);
        Assert.All(segments.TakeWhile(s => s != first), s => Assert.True(s.Has(TestTracks.SmallWithAudio.Audio!)));
        await AssertFilesAsync(studio);
    }

    [Fact]
    public async Task Audio_goes_on_being_cut_when_video_dies_and_video_comes_back()
    {
        await using var studio = new Studio();
        using (var camera = new ScriptedCamera(studio, TestTracks.SmallWithAudio))
        {
            camera.Play(10);
            camera.SendsVideo = false;
            camera.Play(15);
            camera.SendsVideo = true;
            camera.Play(10);
        }

        CutRuleTests.AssertTargets(studio, 0.5, 25);
        var segments = CutRuleTests.Segments(studio);
        Assert.Equal(35, segments.Sum(s => s.Duration.TotalSeconds), 0.1);
        var without = segments.Where(s => !s.Has(TestTracks.Small)).ToList();
        Assert.InRange(without.Sum(s => s.Duration.TotalSeconds), 12, 15);
        Assert.True(segments.TrueForAll(s => s.Has(TestTracks.SmallWithAudio.Audio!)));
        Assert.True(segments[^1].Has(TestTracks.Small));
        Assert.Equal(2, studio.Stream.TargetDuration);
        await AssertFilesAsync(studio);
    }

    [Fact]
    public async Task Segments_say_where_audio_is_missing_also_after_a_reindex()
    {
        await using var studio = new Studio();
        using (var camera = new ScriptedCamera(studio, TestTracks.SmallWithAudio))
        {
            camera.Play(6);
            camera.SendsAudio = false;
            camera.Play(8);
        }

        await studio.Stream.WhenWritten();
        var segments = CutRuleTests.Segments(studio);
        var audio = TestTracks.SmallWithAudio.Audio!;
        Assert.Equal([true, true, true, false, false, false, false], segments.Take(7).Select(s => s.Has(audio)));
        Assert.True(segments.TrueForAll(s => s.Has(TestTracks.Small)));
        Assert.All(studio.Seen.Values, s => Assert.Equal(segments.Find(i => i.Number == s.Info.Number).Flags, s.Info.Flags));
        var reel = studio.Stream.Reels[0];
        var flags = reel.Index.Records.ToArray().Select(r => r.Flags);
        File.Delete(reel.IndexPath);
        await studio.RestartAsync();
        Assert.Equal(flags, studio.Stream.Reels[0].Index.Records.ToArray().Select(r => r.Flags));
    }

    [Fact]
    public async Task A_publisher_that_comes_back_goes_on_with_the_numbers_after_a_discontinuity()
    {
        await using var studio = new Studio();
        for (var i = 0; i < 3; i++)
        {
            using (var camera = new ScriptedCamera(studio, TestTracks.SmallWithAudio)) camera.Play(5);
            Assert.False(studio.Stream.IsRecording);
            studio.Clock.Advance(TimeSpan.FromSeconds(30));
            if (i == 1) await studio.RestartAsync();
        }

        var segments = CutRuleTests.Segments(studio);
        Assert.Equal(0, segments[0].Number);
        Assert.Equal(3, studio.Stream.Reels.Length);
        Assert.Equal([false, true, true], studio.Stream.Reels.Select(r => r.Header.Discontinuity));
        Assert.Equal([0L, 1, 2], studio.Stream.Reels.Select(r => r.Header.DiscontinuitySequence));
        Assert.Equal([0L, 0, 0], studio.Stream.Reels.Select(r => r.Header.InitNumber));
        Assert.Equal(2, segments.Count(s => s.Discontinuity));
        for (var i = 1; i < segments.Count; i++)
        {
            var gap = (segments[i].Start - segments[i - 1].End).TotalSeconds;
            Assert.InRange(gap, segments[i].Discontinuity ? 29 : -0.002, segments[i].Discontinuity ? 31 : 0.002);
        }
    }

    [Fact]
    public async Task A_change_of_codec_begins_a_reel_without_a_gap()
    {
        await using var studio = new Studio();
        using (var camera = new ScriptedCamera(studio, TestTracks.SmallWithAudio))
        {
            camera.Play(5);
            camera.Change(TestTracks.LargeAlone);
            camera.Play(5);
            camera.Change(TestTracks.LargeWithAudio);
            camera.Play(5);
        }

        var segments = CutRuleTests.Segments(studio);
        Assert.Equal([640, 320], studio.Stream.Reels.Select(r => r.Tracks.Lead.Width).Distinct().OrderDescending());
        Assert.Equal(3, studio.Stream.Reels.Length);
        Assert.Equal(studio.Stream.Reels.Select(r => r.FirstNumber), studio.Stream.Reels.Select(r => r.Header.InitNumber));
        for (var i = 1; i < segments.Count; i++) Assert.InRange((segments[i].Start - segments[i - 1].End).TotalSeconds, -0.002, 0.2);
        await AssertFilesAsync(studio);
    }

    [Fact]
    public async Task A_source_that_leaps_ahead_begins_a_reel_and_one_whose_clock_is_set_does_not()
    {
        await using var studio = new Studio();
        using (var camera = new ScriptedCamera(studio, TestTracks.SmallAlone))
        {
            camera.Play(5);
            camera.SendsVideo = false;
            camera.Play(20);
            camera.SendsVideo = true;
            camera.Play(5);
        }

        var reels = studio.Stream.Reels;
        Assert.Equal(2, reels.Length);
        Assert.True(reels[1].Header.Discontinuity);
        Assert.InRange((reels[1].NominalStart - reels[0].End).TotalSeconds, 19, 21);
    }

    [Fact]
    public async Task A_reel_of_the_longest_length_is_followed_by_one_that_goes_on_with_its_times()
    {
        await using var studio = new Studio(reelLength: TimeSpan.FromSeconds(10));
        using (var camera = new ScriptedCamera(studio, TestTracks.SmallWithAudio)) camera.Play(35);
        var reels = studio.Stream.Reels;
        Assert.Equal(4, reels.Length);
        Assert.True(reels.All(r => !r.Header.Discontinuity && r.Header.DiscontinuitySequence == 0 && r.Header.InitNumber == 0));
        Assert.All(CutRuleTests.Segments(studio), s => Assert.False(s.Discontinuity));
        var packets = await RecordedAsync(studio);
        var video = packets.Where(p => p.Track == 0).Select(p => p.Dts).ToList();
        Assert.All(video.Zip(video.Skip(1)), pair => Assert.Equal(3600, pair.Second - pair.First));
        await AssertFilesAsync(studio);
    }

    [Fact]
    public async Task Media_time_goes_by_utc_and_never_back_over_reconnects_changes_of_codec_reels_and_restarts()
    {
        await using var studio = new Studio(reelLength: TimeSpan.FromSeconds(10));
        using (var camera = new ScriptedCamera(studio, TestTracks.SmallWithAudio) { CompositionOffset = 7200 })
        {
            camera.Play(25);
            camera.Change(TestTracks.LargeAlone);
            camera.Play(5);
        }

        // At once, and by a clock that was set back meanwhile.
        using (var camera = new ScriptedCamera(studio, TestTracks.SmallWithAudio)) camera.Play(5);
        await studio.RestartAsync();
        using (var camera = new ScriptedCamera(studio, TestTracks.SmallWithAudio) { CompositionOffset = 3600 }) camera.Play(5);
        studio.Clock.Advance(TimeSpan.FromMinutes(10));
        using (var camera = new ScriptedCamera(studio, TestTracks.SmallWithAudio) { CompositionOffset = 7200 }) camera.Play(5);
        var packets = await RecordedAsync(studio);
        foreach (var track in packets.GroupBy(p => p.Track))
            Assert.All(track.Zip(track.Skip(1)), pair => Assert.True(pair.Second.Dts > pair.First.Dts, $"{pair.First} then {pair.Second}"));
        Assert.All(packets, p => Assert.True(p.CompositionOffset >= 0));
        foreach (var reel in studio.Stream.Reels)
        {
            var first = Footage.Read(File.ReadAllBytes(reel.MediaPath)).Packets.First(p => p.Track == 0);
            // A reel is a file that begins at 1 s; behind footage from before with decoding and presentation at once, else as the source has it.
            var isFirst = reel == studio.Stream.Reels[0];
            var shown = first.Dts + first.CompositionOffset;
            Assert.InRange(isFirst ? shown : first.Dts, 90_000 - 1, 90_000 + 5_000);
            if (!reel.Header.Discontinuity && !isFirst) continue;
            Assert.Equal(isFirst ? 7200 : 0, first.CompositionOffset);
            Assert.Equal(reel.Segment(0).Start.Microseconds, reel.Header.MediaOrigin + (long)Math.Round(shown / 0.09), 60_000.0);
        }

        await AssertFilesAsync(studio);
        AssertIndexesFromReels(studio);
    }

    [Fact]
    public async Task Pictures_from_before_the_first_key_frame_in_order_of_showing_are_left_out()
    {
        await using var studio = new Studio();
        using (var publisher = studio.Publish())
        {
            publisher.SetTracks(TestTracks.SmallAlone);
            // An open group of pictures: two that are decoded behind its key frame are shown before it.
            long[] shown = [2, 0, 1, 5, 3, 4];
            for (var i = 0; i < 6; i++) publisher.Publish(Packet(i, 2 + shown[i], i == 0));
        }

        var packets = await RecordedAsync(studio);
        Assert.Equal([0, 3, 1, 2], packets.Select(p => (p.Dts + p.CompositionOffset - packets[0].Dts - packets[0].CompositionOffset) / 3600));
    }

    [Fact]
    public async Task An_encoder_that_never_sends_a_second_key_frame_still_changes_reels()
    {
        await using var studio = new Studio(reelLength: TimeSpan.FromSeconds(10));
        using (var camera = new ScriptedCamera(studio, TestTracks.SmallWithAudio) { IsKey = frame => frame == 0 }) camera.Play(160);
        Assert.Equal(3, studio.Stream.Reels.Length);
        CutRuleTests.AssertTargets(studio, 0.5, 25);
    }

    [Fact]
    public async Task Every_packet_goes_back_to_the_pool()
    {
        var before = PacketPool.Shared.Outstanding;
        await using (var studio = new Studio())
        {
            using (var camera = new ScriptedCamera(studio, TestTracks.SmallWithAudio))
            {
                camera.IsKey = frame => frame % 50 == 20;
                camera.Play(7);
                camera.Change(TestTracks.LargeWithAudio);
                camera.Play(5);
                camera.SendsVideo = false;
                camera.Play(10);
                camera.End(StreamEnd.Lost);
            }

            await studio.RestartAsync();
            // Only video that cannot be decoded, and the audio that waits for it.
            using (var camera = new ScriptedCamera(studio, TestTracks.SmallWithAudio) { IsKey = _ => false }) camera.Play(1);
        }

        Assert.Equal(before, PacketPool.Shared.Outstanding);
        Assert.Empty(PacketPool.Shared.Unreturned());
    }

    [Fact]
    public async Task Nothing_is_allocated_for_a_packet_between_two_cuts()
    {
        await using var studio = new Studio(new RecordingOptions { SegmentSeconds = 60, PartMilliseconds = 5000 });
        using var publisher = studio.Publish();
        publisher.SetTracks(TestTracks.SmallAlone);
        var sent = 0L;
        while (sent < 1000) publisher.Publish(Packet(sent++));
        for (var version = studio.Stream.Edge.Version; studio.Stream.Edge.Version == version;) publisher.Publish(Packet(sent++));
        await studio.Stream.WhenWritten();

        // A part has 125 frames.
        var packets = Enumerable.Range(0, 100).Select(i => Packet(sent + i)).ToArray();
        var edge = studio.Stream.Edge.Version;
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var packet in packets) publisher.Publish(packet);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(edge, studio.Stream.Edge.Version);
    }

    // What a scan makes of a reel is what the recorder put into its index.
    private static void AssertIndexesFromReels(Studio studio)
    {
        foreach (var reel in studio.Stream.Reels)
        {
            var scan = ReelScanner.Scan(reel.MediaPath);
            Assert.Equal(reel.Header, scan.Header);
            Assert.Equal(reel.Index.Records.ToArray(), scan.Records);
        }
    }

    private static OwnedPacket Packet(long frame, long shown, bool isKey)
    {
        var owned = Packet(frame);
        owned.Packet.Pts = new MediaTime(shown * 3600, owned.Packet.Pts.Scale);
        owned.Packet.Flags = isKey ? PacketFlags.Key : PacketFlags.None;
        return owned;
    }

    private static OwnedPacket Packet(long frame)
    {
        var owned = PacketPool.Shared.Rent(2000);
        owned.Packet.Dts = owned.Packet.Pts = new(frame * 3600, TestTracks.Small.Timescale);
        owned.Packet.Flags = frame % 1500 == 0 ? PacketFlags.Key : PacketFlags.None;
        owned.Packet.SetPayload(0, 2000);
        return owned;
    }

    /// <summary>All packets with their times on the stream's clock.</summary>
    internal static async Task<List<FootagePacket>> RecordedAsync(Studio studio)
    {
        await studio.Stream.WhenWritten();
        return [.. studio.Stream.Reels.SelectMany(r => Footage.Read(File.ReadAllBytes(r.MediaPath)).Packets.Select(p => p with { Dts = p.Dts + Origin(r, p.Track) }))];

        static long Origin(Reel reel, int track) => MediaTime.FromMicroseconds(reel.Header.MediaOrigin, reel.Tracks.Tracks[track].Timescale).Ticks;
    }

    /// <summary>Every track's decoding times only grow from fragment to fragment, and a segment's mark says what its index record says.</summary>
    private static async Task AssertFilesAsync(Studio studio)
    {
        await studio.Stream.WhenWritten();
        foreach (var reel in studio.Stream.Reels)
        {
            var (tracks, packets) = Footage.Read(File.ReadAllBytes(reel.MediaPath));
            for (var i = 0; i < tracks.Tracks.Length; i++)
            {
                var times = packets.Where(p => p.Track == i).Select(p => p.Dts).ToList();
                Assert.Equal(times.Distinct().Order(), times);
            }

            var file = File.ReadAllBytes(reel.MediaPath);
            var number = reel.FirstNumber;
            foreach (var record in reel.Index.Records.ToArray())
            {
                Assert.True(SegmentMark.TryRead(file.AsSpan((int)record.Offset, SegmentMark.BoxSize), out var mark));
                Assert.Equal((number++, record.Start, (record.Flags & SegmentFlags.Independent) != 0), (mark.SegmentNumber, mark.Start, (mark.Flags & SegmentMarkFlags.Independent) != 0));
            }
        }
    }
}
