using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using TimeShift.Core.Media;
using TimeShift.Playback.Queries;
using TimeShift.Server.Http;

namespace TimeShift.Server.Tests.Http;

public sealed class PlaylistQueryTests
{
    private static readonly Instant _now = new(1_800_000_000_250_000);

    [Theory]
    [InlineData("", "")]
    [InlineData("?window=2h", "?window=2h")]
    [InlineData("?from=1763800000&to=1763800060", "?from=1763800000&to=1763800060")]
    [InlineData("?from=2026-11-22T16:00:00%2B01:00", "?from=2026-11-22T16%3A00%3A00%2B01%3A00")]
    [InlineData("?delay=30s&token=a%20b%26c&token=d", "?delay=30s&token=a%20b%26c&token=d")]
    [InlineData("?_HLS_msn=7&_HLS_part=1&token=x", "?token=x")]
    [InlineData("?token", "?token=")]
    [InlineData("?name=%C3%A9", "?name=%C3%A9")]
    public void What_was_asked_is_handed_on_but_for_the_protocol_s_own_words(string query, string expected) => Assert.Equal(expected, For(query));

    [Theory]
    [InlineData("?at=1763800000", "?at=1763800000&since=1800000000.25")]
    [InlineData("?at=1763800000&since=1790000000&token=x", "?at=1763800000&since=1790000000&token=x")]
    [InlineData("?utc=1763800000&lutc=1790000000&token=x", "?at=1763800000&token=x&since=1800000000.25")]
    public void An_endless_stream_begins_once(string query, string expected) => Assert.Equal(expected, For(query));

    public static TheoryData<TimelineQuery, string> Aliases => new()
    {
        { new TimelineQuery.Range(At(1_763_800_000.5m), At(1_763_800_060)), "?from=1763800000.5&to=1763800060&token=x" },
        { new TimelineQuery.Growing(At(1_763_800_000)), "?from=1763800000&token=x" },
        { new TimelineQuery.At(At(1_763_800_000)), "?at=1763800000&token=x&since=1800000000.25" },
        { new TimelineQuery.Delay(TimeSpan.FromMilliseconds(2500)), "?delay=2.5&token=x" },
        { new TimelineQuery.Live(TimeSpan.FromMinutes(2)), "?window=120&token=x" },
    };

    [Theory]
    [MemberData(nameof(Aliases))]
    public void What_a_path_said_becomes_words(TimelineQuery fromPath, string expected) =>
        Assert.Equal(expected, PlaylistQuery.For(new QueryCollection(QueryHelpers.ParseQuery("?token=x")), fromPath, fromPath, _now));

    private static string For(string query)
    {
        var parameters = QueryHelpers.ParseQuery(query);
        Assert.True(TimelineQuery.TryParse(parameters.SelectMany(p => p.Value.Select(v => KeyValuePair.Create(p.Key, v ?? ""))), _now, out var question, out _));
        return PlaylistQuery.For(new QueryCollection(parameters), null, question, _now);
    }

    private static Instant At(decimal seconds) => new((long)(seconds * 1_000_000));
}
