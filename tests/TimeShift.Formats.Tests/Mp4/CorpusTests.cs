using TimeShift.Formats.Mp4;

namespace TimeShift.Formats.Tests.Mp4;

/// <summary>Files of mp4ff's tests: fragmented and progressive, encrypted, truncated, with boxes that we do not know.</summary>
public class CorpusTests
{
    /// <summary>Fragmented media, by the init segment that belongs to it.</summary>
    public static TheoryData<string, string> Fragmented => new()
    {
        { "examples_combine-segs_V300_init.mp4", "examples_combine-segs_V300_1.m4s" },
        { "examples_combine-segs_A48_init.mp4", "examples_combine-segs_A48_1.m4s" },
        { "mp4_hvc1_init.mp4", "mp4_hvc1_seg_1.m4s" },
        { "mp4_aac_init.mp4", "mp4_aac_1.m4s" },
        { "mp4_av1_multitile_init.mp4", "mp4_av1_multitile_seg.m4s" },
        { "", "mp4_bbb5s_aac_sidx.mp4" },
        { "", "mp4_v300_multiple_segments.mp4" },
        { "", "examples_resegmenter_outV300.mp4" },
        { "", "examples_multitrack_main_1.mp4" },
    };

    [Theory]
    [MemberData(nameof(Fragmented))]
    public void Samples_of_fragmented_files_are_those_that_ffprobe_finds(string init, string media)
    {
        var folder = SharedMedia.Require("mp4ff");
        byte[] file = [.. init == "" ? [] : File.ReadAllBytes(Path.Combine(folder, init)), .. File.ReadAllBytes(Path.Combine(folder, media))];
        var tracks = MovieReader.Read(file);
        var defaults = tracks.Select(t => t.Defaults).ToArray();
        var found = new List<(int Track, ulong Dts, uint Size)>();
        var boxes = TopLevelBoxes.Enumerate(file);
        while (boxes.MoveNext())
        {
            if (boxes.Header.Type != FourCc.Moof) continue;
            var reader = new FragmentReader(boxes.Current, boxes.Offset, defaults);
            while (reader.TryReadTrack(out var fragment))
            {
                foreach (var placed in fragment) found.Add((fragment.TrackId, placed.DecodeTime, placed.Sample.Size));
            }
        }

        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, file);
            var output = FfmpegTool.Run(
                "ffprobe", "-v", "error", "-ignore_editlist", "1", "-show_entries", "packet=stream_index,dts,size", "-of", "csv=p=0", path).Output;
            var expected = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(','))
                .Select(f => (tracks[int.Parse(f[0])].Id, ulong.Parse(f[1]), uint.Parse(f[2])));
            // ffmpeg rewrites some subtitles, so sizes are those of the file only for media that we carry.
            var carried = tracks.Where(t => t.Codec is not null).Select(t => t.Id).ToHashSet();
            Assert.NotEmpty(carried);
            Assert.Equal(expected.Where(s => carried.Contains(s.Id)).Order(), found.Where(s => carried.Contains(s.Track)).Order());
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Every_file_is_read_or_refused_with_a_reason()
    {
        var refused = new List<string>();
        var read = 0;
        foreach (var path in Directory.GetFiles(SharedMedia.Require("mp4ff")).Where(p => Path.GetExtension(p) is ".mp4" or ".m4s" or ".cmfv"))
        {
            try
            {
                Mp4FuzzTargets.Everything(File.ReadAllBytes(path));
                read++;
            }
            catch (Mp4FormatException)
            {
                refused.Add(Path.GetFileName(path));
            }
        }

        Assert.True(read > 40, $"{read} read");
        Assert.Equal(["mp4_init_truncated.mp4"], refused);
    }
}
