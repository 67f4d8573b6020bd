using TimeShift.Core.Media;
using TimeShift.Playback.Queries;

namespace TimeShift.Playback.Tests.Queries;

public class StreamPathTests
{
    private static readonly Instant Now = new(1_763_900_000_000_000);
    private static readonly Instant A = new(1_763_800_000_000_000);

    /// <summary>One table, read both ways.</summary>
    public static TheoryData<string, ResourceName> Names => new()
    {
        { "index.m3u8", ResourceName.Multivariant },
        { "v1.m3u8", ResourceName.Playlist(MediaKind.Video, 1) },
        { "a12.m3u8", ResourceName.Playlist(MediaKind.Audio, 12) },
        { "v1-init-0.mp4", ResourceName.Init(MediaKind.Video, 1, 0) },
        { "a2-init-1763800000.mp4", ResourceName.Init(MediaKind.Audio, 2, 1_763_800_000) },
        { "v1-0.m4s", ResourceName.Segment(MediaKind.Video, 1, 0) },
        { "a1-4711.m4s", ResourceName.Segment(MediaKind.Audio, 1, 4711) },
        { "v1-4711.0.m4s", ResourceName.PartOf(MediaKind.Video, 1, 4711, 0) },
        { "v1-4711.13.m4s", ResourceName.PartOf(MediaKind.Video, 1, 4711, 13) },
        { "v2147483647-9223372036854775807.2147483647.m4s", ResourceName.PartOf(MediaKind.Video, int.MaxValue, long.MaxValue, int.MaxValue) },
        { "v2147483647-init-9223372036854775807.mp4", ResourceName.Init(MediaKind.Video, int.MaxValue, long.MaxValue) },
    };

    public static TheoryData<string, TimelineQuery> Aliases => new()
    {
        { "archive-1763800000-3600.m3u8", new TimelineQuery.Range(A, A + TimeSpan.FromHours(1)) },
        { "index-1763800000-3600.m3u8", new TimelineQuery.Range(A, A + TimeSpan.FromHours(1)) },
        { "video-1763800000-3600.m3u8", new TimelineQuery.Range(A, A + TimeSpan.FromHours(1)) },
        { "archive-1763800000-now.m3u8", new TimelineQuery.Growing(A) },
        { "rewind-7200.m3u8", new TimelineQuery.Live(TimeSpan.FromHours(2)) },
        { "timeshift_abs-1763800000.m3u8", new TimelineQuery.At(A) },
        { "timeshift_rel-30.m3u8", new TimelineQuery.Delay(TimeSpan.FromSeconds(30)) },
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void A_resource_is_read_and_written(string text, ResourceName expected)
    {
        Assert.True(ResourceName.TryParse(text, out var name));
        Assert.Equal(expected, name);
        Assert.Equal(text, expected.ToString());
        Assert.True(StreamPath.TryParse($"/live/front-door/{text}", Now, out var path, out _));
        Assert.Equal(new StreamPath(StreamName.Parse("live/front-door"), expected), path);
        Assert.True(StreamPath.TrySplit($"/live/front-door/{text}", out var stream, out var resource));
        Assert.Equal(("live/front-door", expected), (stream.ToString(), resource));
    }

    [Theory]
    [MemberData(nameof(Aliases))]
    public void An_alias_is_a_multivariant_playlist_with_its_own_query(string text, TimelineQuery expected)
    {
        Assert.True(StreamPath.TryParse($"/cam/{text}", Now, out var path, out var fault), fault?.ToString());
        Assert.Equal(new StreamPath(StreamName.Parse("cam"), ResourceName.Multivariant, expected), path);
    }

    [Theory]
    [InlineData("v01.m3u8")]
    [InlineData("v0.m3u8")]
    [InlineData("v.m3u8")]
    [InlineData("v-1.m3u8")]
    [InlineData("v+1.m3u8")]
    [InlineData("v2147483648.m3u8")]
    [InlineData("s1.m3u8")]
    [InlineData("V1.m3u8")]
    [InlineData("v1")]
    [InlineData("v1-")]
    [InlineData("v1.m3u8x")]
    [InlineData("v1-007.m4s")]
    [InlineData("v1--7.m4s")]
    [InlineData("v1-7.m4v")]
    [InlineData("v1-7.")]
    [InlineData("v1-7.01.m4s")]
    [InlineData("v1-7.1.m4sx")]
    [InlineData("v1-7.2147483648.m4s")]
    [InlineData("v1-9223372036854775808.m4s")]
    [InlineData("v1-init-01.mp4")]
    [InlineData("v1-init-.mp4")]
    [InlineData("v1-init-1.m4s")]
    [InlineData("v1-init-1.mp4x")]
    [InlineData("v\u0661.m3u8")]
    [InlineData("INDEX.m3u8")]
    [InlineData("")]
    public void Whatever_is_not_exactly_a_resource_is_none(string text)
    {
        Assert.False(ResourceName.TryParse(text, out _));
        Assert.False(StreamPath.TryParse($"/cam/{text}", Now, out _, out var fault));
        Assert.Null(fault);
    }

    [Theory]
    [InlineData("archive-1763800000.m3u8", "<start>-<seconds>")]
    [InlineData("archive-x-60.m3u8", "Unix seconds")]
    [InlineData("archive-01763800000-60.m3u8", "leading zeros")]
    [InlineData("archive-1763800000-060.m3u8", "leading zeros")]
    [InlineData("archive-1763800000-0.m3u8", "above 0")]
    [InlineData("archive-1763800000--5.m3u8", "whole seconds")]
    [InlineData("archive-17638000000-60.m3u8", "days from now")]
    [InlineData("rewind-99999999999.m3u8", "366 days")]
    [InlineData("rewind-2h.m3u8", "whole seconds")]
    [InlineData("timeshift_abs-now.m3u8", "Unix seconds")]
    [InlineData("timeshift_rel-1.5.m3u8", "whole seconds")]
    public void A_bad_alias_says_what_is_expected(string text, string expected)
    {
        Assert.False(StreamPath.TryParse($"/cam/{text}", Now, out _, out var fault));
        Assert.Equal("path", fault!.Parameter);
        Assert.Contains(expected, fault.Expected, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/index.m3u8")]
    [InlineData("//index.m3u8")]
    [InlineData("index.m3u8")]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("cam/index.m3u8")]
    public void A_path_without_a_stream_is_none(string path)
    {
        Assert.False(StreamPath.TryParse(path, Now, out _, out var fault));
        Assert.Null(fault);
    }

    [Theory]
    [InlineData("/a//b/index.m3u8")]
    [InlineData("/../b/index.m3u8")]
    [InlineData("/%2e%2e/b/index.m3u8")]
    [InlineData("/api/index.m3u8")]
    [InlineData("/a b/index.m3u8")]
    public void A_path_with_a_bad_stream_name_says_so(string path)
    {
        Assert.False(StreamPath.TryParse(path, Now, out _, out var fault));
        Assert.Equal("path", fault!.Parameter);
    }

    [Fact]
    public void Percent_encoding_is_taken_off()
    {
        Assert.True(StreamPath.TryParse("/caf%C3%A9%2Fdoor/v1%2D7.m4s", Now, out var path, out _));
        Assert.Equal("café/door", path.Stream.Value);
        Assert.Equal(ResourceName.Segment(MediaKind.Video, 1, 7), path.Resource);
    }

    [Fact]
    public void Segments_and_parts_are_read_without_allocation()
    {
        Assert.True(Split());
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) Split();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        static bool Split() => StreamPath.TrySplit("/live/front-door/v1-4711.m4s", out _, out _) && StreamPath.TrySplit("/live/front-door/v1-4711.2.m4s", out _, out _);
    }

    [Fact]
    public void Random_paths_never_throw_and_a_name_that_is_read_is_written_the_same()
    {
        var random = new Random(2);
        string[] pieces =
        [
            "/", "cam", "v", "a", "1", "0", "-", ".", "init-", ".m3u8", ".m4s", ".mp4", "%", "%2F", "%ZZ", "\0", "é", "\uD800", "index", "archive-", "rewind-",
            "timeshift_abs-", "timeshift_rel-", "1763800000", "now", "video-", " ", "99999999999999999999",
        ];
        for (var i = 0; i < 200_000; i++)
        {
            var last = string.Concat(random.GetItems(pieces, random.Next(8)));
            if (ResourceName.TryParse(last, out var name)) Assert.Equal(last, name.ToString());
            if (StreamPath.TryParse("/" + string.Concat(random.GetItems(pieces, random.Next(4))) + "/" + last, Now, out var path, out var fault)) Assert.NotNull(path);
            else Assert.True(path is null && fault?.Expected is not "");
        }
    }
}
