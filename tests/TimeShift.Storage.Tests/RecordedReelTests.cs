using TimeShift.Core.Media;
using TimeShift.Formats.Mp4;
using TimeShift.Storage.Index;
using TimeShift.Storage.Reels;

namespace TimeShift.Storage.Tests;

public sealed class RecordedReelTests
{
    [Fact]
    public async Task A_closed_reel_is_an_ordinary_file_with_the_packets_that_went_in()
    {
        await using var archive = new TestArchive();
        var recorder = archive.Recorder();
        recorder.Record(6);
        recorder.Close();
        await archive.CloseAsync();
        var reel = Assert.Single(archive.Reels());
        Assert.Equal(recorder.ExpectedPackets(6), Tool.Packets(reel));
        Assert.EndsWith("live/cam/2026/11/22/16-00-00.000Z.mp4", reel, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Footage_with_and_without_sound_and_of_another_size_is_kept()
    {
        await using var archive = new TestArchive();
        var silent = new Footage { Tracks = new TrackSet([Footage.Other.Tracks.Lead]), Samples = [Footage.Other.Samples[0]] };
        var recorder = archive.Recorder(silent);
        recorder.Record(3, parts: 4);
        recorder.Close();
        await archive.CloseAsync();
        Assert.Equal(recorder.ExpectedPackets(3), Tool.Packets(archive.Reels().Single()));
    }

    [Fact]
    public async Task Any_player_can_seek_in_a_closed_reel()
    {
        await using var archive = new TestArchive();
        var recorder = archive.Recorder();
        recorder.Record(8);
        recorder.Close();
        await archive.CloseAsync();
        var path = archive.Reels().Single();
        var bytes = File.ReadAllBytes(path);
        Assert.True(Mfra.TryReadSize(bytes, out var size));
        var points = Mfra.Read(bytes.AsSpan(bytes.Length - (int)size));
        Assert.Equal(8, points.Count);
        foreach (var point in points)
        {
            Assert.True(Box.TryReadHeader(bytes.AsSpan((int)point.MoofOffset), out var box) && box.Type == FourCc.Moof);
            var reader = new FragmentReader(bytes.AsSpan((int)point.MoofOffset));
            Assert.True(reader.TryReadTrack(out var track));
            Assert.Equal(point.TrackId, track.TrackId);
            foreach (var sample in track)
            {
                Assert.True(sample.Sample.IsKey);
                Assert.Equal(point.Time, sample.DecodeTime + (ulong)sample.Sample.CompositionOffset);
                break;
            }
        }

        // The first picture is at 1 s (and its composition offset), so 5.5 s lies in the fifth group.
        var (output, error) = Tool.Run("ffprobe", "-v", "warning", "-read_intervals", "5.5%+#1", "-select_streams", "v", "-show_entries", "packet=dts_time,flags", "-of", "csv=p=0", path);
        Assert.Equal("", error);
        Assert.StartsWith("5.000000,K", output.Trim(), StringComparison.Ordinal);
        var (_, complaint) = Tool.Run("ffmpeg", "-v", "warning", "-ss", "4", "-i", path, "-frames:v", "10", "-f", "null", "-");
        Assert.Equal("", complaint);
    }

    [Fact]
    public async Task The_open_reel_is_playable_as_far_as_it_goes()
    {
        await using var archive = new TestArchive();
        var recorder = archive.Recorder();
        recorder.Record(3);
        await archive.Stream.WhenWritten();
        Assert.Equal(recorder.ExpectedPackets(3), Tool.Packets(archive.Reels().Single()));
        recorder.Close();
    }

    [Fact]
    public async Task An_index_that_is_missing_or_damaged_is_made_anew_from_the_reel_just_as_it_was()
    {
        await using var archive = new TestArchive();
        var recorder = archive.Recorder();
        recorder.Record(3);
        recorder.StartReel();
        recorder.Record(4);
        recorder.StartReel(other: Footage.Other);
        recorder.Record(2);
        recorder.Close();
        await archive.CloseAsync();
        foreach (var media in archive.Reels())
        {
            var index = Path.ChangeExtension(media, ".idx");
            var written = File.ReadAllBytes(index);
            Assert.Equal(written.Length / SegmentRecord.Bytes - 3, ReelIndexer.Reindex(media[..^4]));
            Assert.Equal(written, File.ReadAllBytes(index));
            File.Delete(index);
            Read();
            Assert.Equal(written, File.ReadAllBytes(index));
            foreach (var position in new[] { 3, 40, IndexHeader.Bytes + 3, IndexHeader.Bytes + SegmentRecord.Bytes + 5, written.Length - 1 })
            {
                var damaged = written.ToArray();
                damaged[position] ^= 1;
                File.WriteAllBytes(index, damaged);
                Read();
                Assert.Equal(written, File.ReadAllBytes(index));
            }

            void Read()
            {
                Assert.True(ReelName.TryParse(Path.GetRelativePath(archive.StreamFolder, media).AsSpan()[..^4], out var start));
                var cache = new ReelCache(Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
                var reel = new Reel(media[..^4], start, cache);
                Assert.Equal(written.Length / SegmentRecord.Bytes - 3, reel.Index.Count);
            }
        }
    }

    [Fact]
    public void Names_sort_as_time_does_and_are_read_back()
    {
        var start = TestArchive.Start + TimeSpan.FromMilliseconds(7);
        Assert.Equal("2026/11/22/16-00-00.007Z", ReelName.For(start));
        Assert.True(ReelName.TryParse("2026/11/22/16-00-00.007Z", out var read));
        Assert.Equal(start, read);
        foreach (var bad in new[] { "", "2026/11/22/16-00-00Z", "2026/13/22/16-00-00.000Z", "2026/11/22/16-00-00.000", "x/2026/11/22/16-00-00.000Z", "2026-11-22/16-00-00.000Z" })
            Assert.False(ReelName.TryParse(bad, out _), bad);
    }

    [Fact]
    public async Task A_reel_that_is_forgotten_reads_again_what_it_needs()
    {
        await using var archive = new TestArchive();
        var recorder = archive.Recorder();
        recorder.Record(3);
        recorder.Close();
        var stream = await archive.Reopen();
        var reel = stream.Reels.Single();
        var before = reel.Segment(2);
        reel.Forget();
        Assert.Equal(before, reel.Segment(2));
        await Task.WhenAll(Enumerable.Range(0, 3).Select(t => Task.Run(() =>
        {
            var buffer = new byte[1000];
            for (var i = 0; i < 2000; i++)
            {
                if (t == 0) reel.Forget();
                else Assert.Equal(1000, reel.Read(i, buffer));
            }
        })));
    }

    [Fact]
    public async Task A_closed_reel_is_given_to_the_cache_that_bounds_memory()
    {
        await using var archive = new TestArchive();
        var recorder = archive.Recorder();
        recorder.Record(1);
        var first = recorder.Reel.Reel;
        recorder.StartReel();
        recorder.Record(1);
        await archive.Stream.WhenWritten();
        Assert.False(first.IsOpen);
        var index = first.Index;
        first.Forget();
        Assert.NotSame(index, first.Index);
        Assert.Equal(index.Records.ToArray(), first.Index.Records.ToArray());
        recorder.Close();
    }
}
