using TimeShift.Storage.Reels;

namespace TimeShift.Storage.Tests.Reels;

public sealed class FragmentCacheTests
{
    [Fact]
    public async Task A_segment_s_boxes_are_read_once_and_the_cache_stays_bounded()
    {
        await using var archive = new TestArchive();
        var recorder = archive.Recorder();
        recorder.StartReel();
        recorder.Record(4, parts: 2);
        recorder.Close();
        var reel = (await archive.Reopen()).Reels[0];
        var cache = new FragmentCache(capacity: 3);
        var first = Of(0);
        Assert.Equal(2 * reel.Tracks.Tracks.Length, first.Length);
        Assert.Equal([.. ReelScanner.ScanSegment(reel, reel.Index.Records[0].Offset, reel.Index.Records[0].Size)], first);
        Of(1);
        Of(2);
        Assert.True(first == Of(0));

        // One more than it holds: it begins anew, and what it says stays right.
        Of(3);
        Assert.False(first == Of(0));
        Assert.Equal(first.AsEnumerable(), Of(0));

        System.Collections.Immutable.ImmutableArray<SegmentFragment> Of(int position) => cache.Of(reel, reel.Index.Records[position].Offset, reel.Index.Records[position].Size);
    }
}
