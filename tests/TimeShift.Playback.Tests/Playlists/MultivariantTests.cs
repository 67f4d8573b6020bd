using TimeShift.Formats.Hls;
using TimeShift.Playback.Queries;
using TimeShift.Recording.Tests.Fixtures;

namespace TimeShift.Playback.Tests.Playlists;

public class MultivariantTests
{
    [Fact]
    public async Task Video_is_a_variant_and_audio_its_rendition_group()
    {
        await using var studio = new Studio();
        using (var camera = new ScriptedCamera(studio, TestTracks.SmallWithAudio)) camera.Play(10);
        var list = new Viewer(studio).Multivariant(new TimelineQuery.Live(TimeSpan.FromMinutes(1)), "?window=60&token=a%26b")!;
        var variant = Assert.Single(list.Variants);
        Assert.Equal("v1.m3u8?window=60&token=a%26b", variant.Uri);
        Assert.Equal("avc1.42C00C,mp4a.40.2", variant.Codecs);
        Assert.Equal(new Resolution(320, 180), variant.Resolution);
        Assert.Equal(25, variant.FrameRate);
        Assert.Equal("audio", variant.AudioGroup);
        var rendition = Assert.Single(list.Renditions);
        Assert.Equal((RenditionType.Audio, "audio", "a1.m3u8?window=60&token=a%26b", true, "2"), (rendition.Type, rendition.GroupId, rendition.Uri, rendition.Default, rendition.Channels));
    }

    [Fact]
    public async Task Audio_alone_and_video_alone_have_no_groups()
    {
        await using var studio = new Studio();
        using (var camera = new ScriptedCamera(studio, TestTracks.AudioAlone)) camera.Play(10);
        var viewer = new Viewer(studio);
        var list = viewer.Multivariant(new TimelineQuery.Live())!;
        var variant = Assert.Single(list.Variants);
        Assert.Equal(("a1.m3u8", "mp4a.40.2", null, null), (variant.Uri, variant.Codecs, variant.Resolution, variant.AudioGroup));
        Assert.Empty(list.Renditions);

        studio.Clock.Advance(TimeSpan.FromSeconds(10));
        using (var camera = new ScriptedCamera(studio, TestTracks.LargeAlone)) camera.Play(10);
        // The newest codecs are what a player begins with.
        variant = Assert.Single(viewer.Multivariant(new TimelineQuery.Live())!.Variants);
        Assert.Equal(("v1.m3u8", "avc1.42C01E", new Resolution(640, 360), null), (variant.Uri, variant.Codecs, variant.Resolution, variant.AudioGroup));
        // A range of old footage has the codecs that it had.
        studio.Clock.Advance(TimeSpan.FromSeconds(60));
        variant = Assert.Single(viewer.Multivariant(new TimelineQuery.Range(Viewer.At(0), Viewer.At(8)))!.Variants);
        Assert.Equal("mp4a.40.2", variant.Codecs);
    }

    [Fact]
    public async Task The_bandwidth_is_that_of_the_footage()
    {
        await using var studio = new Studio();
        var footage = Footage.H264WithAac();
        footage.PlayInto(studio);
        var variant = Assert.Single(new Viewer(studio).Multivariant(new TimelineQuery.Live())!.Variants);
        var bits = footage.Packets.Sum(p => p.Data.Length) * 8 / 12.0;
        // The headers of parts, and the steps of 10 kbit/s.
        Assert.InRange(variant.AverageBandwidth!.Value, bits, bits * 1.15 + 10_000);
        Assert.InRange(variant.Bandwidth, variant.AverageBandwidth.Value, bits * 2);
    }
}
