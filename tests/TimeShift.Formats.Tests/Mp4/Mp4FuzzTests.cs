using TimeShift.Core.Media;
using TimeShift.Formats.Mp4;
using TimeShift.Formats.Tests.Fuzz;

namespace TimeShift.Formats.Tests.Mp4;

public class Mp4FuzzTests
{
    // Mutations copy the seed, so large ones only make the test slow.
    private const int LargestSeed = 32 << 10;

    [Fact]
    public void Box_headers() => Run(Mp4FuzzTargets.Header, [[0, 0, 0, 1, .. "uuid"u8, 0, 0, 0, 0, 0, 0, 0, 40, .. new byte[24]], [0, 0, 0, 0, .. "mdat"u8]]);

    [Fact]
    public void Top_level_boxes() => Run(Mp4FuzzTargets.TopLevel, [.. GoSeeds(), .. Corpus(_ => true), OwnFile()]);

    [Fact]
    public void Movies() => Run(Mp4FuzzTargets.Movie, [.. GoSeeds(), .. Corpus(t => t == FourCc.Moov), .. OwnInits()]);

    [Fact]
    public void Fragments() => Run(Mp4FuzzTargets.Fragment, [.. GoSeeds(), .. Corpus(t => t == FourCc.Moof), .. OwnFragments()], 500);

    [Fact]
    public void Random_access_points() => Run(Mp4FuzzTargets.RandomAccess, [.. Corpus(t => t == FourCc.Mfra), OwnMfra()], 2000);

    [Fact]
    public void Segment_marks() => Run(Mp4FuzzTargets.Mark, [.. Corpus(t => t == FourCc.Uuid), OwnMark()], 2000);

    [Fact]
    public void Descriptors() => Run(Mp4FuzzTargets.Descriptor, [OwnEsds()], 5000);

    [Fact]
    public void Whole_files() => Run(Mp4FuzzTargets.Everything, [.. GoSeeds(), OwnFile()], 500);

    private static void Run(FuzzTarget target, IEnumerable<byte[]> seeds, int mutations = 200) =>
        FuzzRunner.Run(target, typeof(Mp4FormatException), seeds, mutations);

    private static IEnumerable<byte[]> GoSeeds() => GoCorpus.Read("mediacommon/fmp4/fuzz");

    private static IEnumerable<byte[]> OwnInits() => InitSegmentTests.Cases.Select(c => InitSegment.ToArray(InitSegmentTests.TracksOf(c.Data)));

    private static IEnumerable<byte[]> OwnFragments() => FragmentTests.Cases.Select(c => FragmentTests.Write(FragmentTests.SamplesOf(c.Data), 1, 1, 5));

    private static byte[] OwnMfra() => Mfra.ToArray([new(1, 0, 900), new(2, 1024, 50_000), new(1, 180_000, 70_000)]);

    private static byte[] OwnMark()
    {
        var box = new byte[SegmentMark.BoxSize];
        new SegmentMark(Guid.AllBitsSet, 5, new Instant(6), new Instant(7), 8, 9, SegmentMarkFlags.Independent).Write(box);
        return box;
    }

    private static byte[] OwnEsds()
    {
        var bytes = new byte[100];
        var writer = new BoxWriter(bytes);
        Esds.Write(ref writer, TestTracks.Aac.Config.Span);
        return bytes[8..writer.Position];
    }

    private static byte[] OwnFile()
    {
        FragmentSample[] samples = [new(6, 3600, 0, true), new(4, 3600, 0, false)];
        return [
            .. InitSegment.ToArray([TestTracks.H264, TestTracks.Aac]), .. OwnMark(), .. FragmentTests.Write(samples, 1, 1, 0), .. new byte[10],
            .. FragmentTests.Write(samples, 2, 2, 0), .. new byte[10], .. OwnMfra()];
    }

    private static List<byte[]> Corpus(Func<uint, bool> wanted)
    {
        var seeds = new List<byte[]>();
        if (SharedMedia.Find("mp4ff") is not { } folder) return seeds;
        foreach (var path in Directory.GetFiles(folder).Where(p => Path.GetExtension(p) is ".mp4" or ".m4s" or ".cmfv").Order(StringComparer.Ordinal))
        {
            var boxes = TopLevelBoxes.Enumerate(File.ReadAllBytes(path));
            // A few of each file will do: fragments of one file are alike.
            for (var left = 3; left > 0 && boxes.MoveNext();)
            {
                if (!wanted(boxes.Header.Type) || boxes.Current.Length > LargestSeed) continue;
                seeds.Add(boxes.Current.ToArray());
                left--;
            }
        }

        return seeds;
    }
}
