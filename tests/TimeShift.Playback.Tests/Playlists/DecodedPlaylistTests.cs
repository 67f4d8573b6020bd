using TimeShift.Formats.Hls;
using TimeShift.Playback.Playlists;
using TimeShift.Playback.Queries;
using TimeShift.Recording.Tests.Fixtures;

namespace TimeShift.Playback.Tests.Playlists;

/// <summary>What lists lead to, put together as a player does, decodes to the very frames that were published.</summary>
public sealed class DecodedPlaylistTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("timeshift-decoded-").FullName;

    public static TheoryData<string, bool> Kinds => new() { { "h264", false }, { "h264", true }, { "hevc", false }, { "aac", false } };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Segments_and_parts_decode_to_the_frames_of_the_source(string kind, bool stored)
    {
        var footage = kind switch { "h264" => Footage.H264WithAac(), "hevc" => Footage.Hevc(), _ => Footage.AacAlone() };
        await using var studio = new Studio();
        var viewer = new Viewer(studio);
        var seenParts = new Dictionary<(TrackSelector, long), List<byte>>();
        footage.PlayInto(studio, () => CollectParts(viewer, studio, seenParts));
        // From memory at the live edge, or from the reel when nothing is in memory any more.
        if (stored) await studio.RestartAsync();
        studio.Clock.Advance(TimeSpan.FromMinutes(1));
        var range = new TimelineQuery.Range(Viewer.At(0), Viewer.At(30));
        foreach (var track in viewer.Playback.Tracks(range))
        {
            var list = viewer.List(range, track)!;
            Assert.True(list.EndList);
            var map = Assert.Single(list.Segments.Select(s => s.Map).Distinct());
            byte[] whole = [.. viewer.Read(map!.Uri), .. list.Segments.SelectMany(s => viewer.Read(s.Uri))];
            AssertDecodes(footage, track, whole);
            foreach (var (segment, number) in list.Segments.Zip(Viewer.Numbers(list)))
                Assert.Equal(viewer.Read(segment.Uri), seenParts[(track, number)]);
        }
    }

    [Fact]
    public async Task Each_stretch_of_codecs_decodes_with_its_own_map()
    {
        Footage[] takes = [Footage.H264WithAac(), Footage.H264Alone("640x360"), Footage.H264WithAac()];
        await using var studio = new Studio();
        foreach (var take in takes)
        {
            take.PlayInto(studio);
            studio.Clock.Advance(TimeSpan.FromSeconds(2));
        }

        studio.Clock.Advance(TimeSpan.FromMinutes(1));
        var viewer = new Viewer(studio);
        var list = viewer.Follow(new TimelineQuery.Range(Viewer.At(0), Viewer.At(100)), TrackSelector.Video)!;
        var stretches = Stretches(list);
        Assert.Equal(3, stretches.Count);
        Assert.Equal(3, stretches.Select(s => s[0].Map!.Uri).Distinct().Count());
        foreach (var (stretch, take) in stretches.Zip(takes))
            AssertDecodes(take, TrackSelector.Video, [.. viewer.Read(stretch[0].Map!.Uri), .. stretch.SelectMany(s => viewer.Read(s.Uri))]);

        var audio = Stretches(viewer.Follow(new TimelineQuery.Range(Viewer.At(0), Viewer.At(100)), TrackSelector.Audio)!);
        Assert.Equal([false, true, false], audio.Select(s => s[0].Gap));
        AssertDecodes(takes[2], TrackSelector.Audio, [.. viewer.Read(audio[2][0].Map!.Uri), .. audio[2].SelectMany(s => viewer.Read(s.Uri))]);
    }

    // Parts near the live edge: what a low-latency player gets. A key frame ends a part and a segment, and begins another, all at once.
    private static void CollectParts(Viewer viewer, Studio studio, Dictionary<(TrackSelector, long), List<byte>> seen)
    {
        foreach (var segment in studio.Stream.Edge.Segments.TakeLast(2))
        {
            foreach (var track in Viewer.Tracks)
            {
                if (track.In(segment.Info.Reel) is not { } present) continue;
                var letter = track == TrackSelector.Video ? 'v' : 'a';
                List<byte> bytes = [];
                for (var i = 0; i < segment.Parts.Length; i++)
                {
                    if (segment.Parts[i].Fragment(present.Id) is not null) bytes.AddRange(viewer.Read($"{letter}1-{segment.Info.Number}.{i}.m4s"));
                }

                seen[(track, segment.Info.Number)] = bytes;
            }
        }
    }

    private static List<List<MediaSegment>> Stretches(MediaPlaylist list)
    {
        var stretches = new List<List<MediaSegment>>();
        foreach (var segment in list.Segments)
        {
            if (stretches.Count == 0 || segment.Discontinuity) stretches.Add([]);
            stretches[^1].Add(segment);
        }

        return stretches;
    }

    private void AssertDecodes(Footage source, TrackSelector track, byte[] media)
    {
        var path = Path.Combine(_folder, $"{Guid.NewGuid():N}.mp4");
        File.WriteAllBytes(path, media);
        Assert.Equal("", Tool.Complaints("ffprobe", "-v", "warning", "-show_packets", "-of", "compact", path));
        var map = track == TrackSelector.Video ? "0:v" : "0:a";
        var frames = Hashes(path, map);
        Assert.NotEmpty(frames);
        Assert.Equal(Hashes(source.Path, map), frames);
    }

    private static List<string> Hashes(string path, string map) =>
    [
        .. Tool.Run("ffmpeg", "-v", "error", "-nostdin", "-i", path, "-map", map, "-fps_mode", "passthrough", "-f", "framemd5", "-")
            .Split('\n').Where(l => l.Length > 0 && l[0] != '#').Select(l => l.Split(',')[^1].Trim()),
    ];
}
