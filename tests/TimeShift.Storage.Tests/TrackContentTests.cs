using TimeShift.Formats.Mp4;

namespace TimeShift.Storage.Tests;

public sealed class TrackContentTests
{
    private const long Origin = 1_800_000_000_123_456;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Fragments_are_read_on_the_stream_s_media_time_and_are_as_they_were_otherwise(bool stored)
    {
        await using var archive = new TestArchive();
        var recorder = archive.Recorder();
        recorder.StartReel(mediaOrigin: Origin);
        recorder.Record(2, parts: 3);
        var stream = archive.Stream;
        if (stored)
        {
            recorder.Close();
            stream = await archive.Reopen();
        }

        foreach (var segment in recorder.Segments)
        {
            for (var t = 0; t < 2; t++)
            {
                var track = stream.Reels[0].Tracks.Tracks[t];
                var moved = TestArchive.Read(stream, segment.Number, null, track.Id)!;
                byte[] written = [.. segment.Parts.SelectMany(p => p[t]!)];
                Assert.Equal(written.Length, moved.Length);
                var ticks = Core.Media.MediaTime.FromMicroseconds(Origin, track.Timescale).Ticks;
                Assert.Equal(Times(written).Select(time => time + ticks), Times(moved));
                Assert.Equal(Blank(written), Blank(moved));
                AssertReadsFromAnywhere(stream, segment.Number, track.Id, moved);
            }
        }
    }

    // In pieces that begin and end within the 64 bits, too.
    private static void AssertReadsFromAnywhere(StreamArchive stream, long number, int trackId, byte[] whole)
    {
        using var content = TrackContent.Open(stream, number, null, trackId)!;
        var second = Fragments(whole)[1].Offset;
        foreach (var start in new[] { 0, second })
        {
            for (var from = start; from < start + 90; from++)
            {
                foreach (var length in new[] { 1, 3, 8, 64, 200 })
                {
                    var bytes = new byte[Math.Min(length, whole.Length - from)];
                    Assert.Equal(bytes.Length, content.Read(from, bytes));
                    Assert.Equal(whole.AsSpan(from, bytes.Length).ToArray(), bytes);
                }
            }
        }
    }

    private static List<(int Offset, int Place)> Fragments(byte[] bytes)
    {
        var found = new List<(int, int)>();
        var boxes = TopLevelBoxes.Enumerate(bytes);
        while (boxes.MoveNext())
        {
            if (boxes.Header.Type != FourCc.Moof) continue;
            Assert.True(Fragment.TryFindDecodeTime(boxes.Current, out var place));
            found.Add(((int)boxes.Offset, place));
        }

        return found;
    }

    private static IEnumerable<long> Times(byte[] bytes) =>
        Fragments(bytes).Select(f => System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(f.Offset + f.Place)));

    private static byte[] Blank(byte[] bytes)
    {
        byte[] copy = [.. bytes];
        foreach (var (offset, place) in Fragments(bytes)) copy.AsSpan(offset + place, 8).Clear();
        return copy;
    }
}
