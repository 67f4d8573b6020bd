using System.Globalization;
using TimeShift.Storage.Index;
using TimeShift.Storage.Reels;

namespace TimeShift.Storage.Tests.Reels;

/// <summary>A reel of format 1, as the first version of this program wrote it. What is recorded is kept for years: every later version must read it to the same records.</summary>
public sealed class GoldenReelTests
{
    private static string Folder => Path.Combine(AppContext.BaseDirectory, "assets", "format-1");

    [Fact]
    public void The_index_is_read_to_the_same_records_for_ever() =>
        Assert.Equal(Expected(), Describe(IndexFile.Load(Path.Combine(Folder, "16-00-00.000Z.idx"))!));

    [Fact]
    public void The_reel_is_scanned_to_the_same_records_for_ever()
    {
        var scan = ReelScanner.Scan(Path.Combine(Folder, "16-00-00.000Z.mp4"));
        Assert.Equal(Expected(), Describe(new IndexFile.Contents(scan.Header, scan.Records, scan.EndRecord, true)));
        Assert.Equal("avc1.64000A 64x64, mp4a.40.2 48000 Hz 2 ch", scan.Tracks.ToString());
    }

    private static string Expected() => File.ReadAllText(Path.Combine(Folder, "records.txt")).TrimEnd();

    private static string Describe(IndexFile.Contents contents)
    {
        var header = contents.Header;
        var lines = new List<string>
        {
            $"stream {header.StreamId}, first {header.FirstNumber}, discontinuities {header.DiscontinuitySequence}, init {header.InitNumber}, after a discontinuity {header.Discontinuity}",
        };
        lines.AddRange(contents.Records.Select(r => string.Create(
            CultureInfo.InvariantCulture, $"{r.Ordinal} {r.Start} +{r.DurationMicroseconds} at {r.Offset}, {r.Size} bytes, {r.Flags}")));
        if (contents.End is { } end) lines.Add($"end {end.Start} at {end.Offset}");
        return string.Join('\n', lines);
    }
}
