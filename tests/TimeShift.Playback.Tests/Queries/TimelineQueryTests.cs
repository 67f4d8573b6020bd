using TimeShift.Core.Media;
using TimeShift.Playback.Queries;

namespace TimeShift.Playback.Tests.Queries;

public class TimelineQueryTests
{
    private static readonly Instant Now = new(1_763_900_000_000_000);
    private static readonly Instant A = new(1_763_800_000_000_000);

    public static TheoryData<string, TimelineQuery> Good => new()
    {
        { "", new TimelineQuery.Live() },
        { "token=abc&utm=1&From=3", new TimelineQuery.Live() },
        { "window=2h", new TimelineQuery.Live(TimeSpan.FromHours(2)) },
        { "from=1763800000", new TimelineQuery.Growing(A) },
        { "from=1763800000&to=now", new TimelineQuery.Growing(A) },
        { "from=1763800000&dur=now", new TimelineQuery.Growing(A) },
        { "from=1763800000&to=1763800060", new TimelineQuery.Range(A, A + TimeSpan.FromMinutes(1)) },
        { "from=1763800000&dur=1m", new TimelineQuery.Range(A, A + TimeSpan.FromMinutes(1)) },
        { "to=2025-11-22T08:27:40Z&from=1763800000000&token=x", new TimelineQuery.Range(A, A + TimeSpan.FromMinutes(1)) },
        { "from=1763800000&to=1764000000", new TimelineQuery.Range(A, A + TimeSpan.FromSeconds(200_000)) },
        { "at=1763800000", new TimelineQuery.At(A) },
        { "at=1763800000&since=1763900000", new TimelineQuery.At(A, Now) },
        { "delay=30s", new TimelineQuery.Delay(TimeSpan.FromSeconds(30)) },
        { "utc=1763800000", new TimelineQuery.At(A) },
        { "utc=1763800000&lutc=1763900000", new TimelineQuery.At(A) },
    };

    [Theory]
    [MemberData(nameof(Good))]
    public void Words_become_a_query(string text, TimelineQuery expected)
    {
        Assert.True(TimelineQuery.TryParse(Parameters(text), Now, out var query, out var fault), fault?.ToString());
        Assert.Equal(expected, query);
    }

    [Theory]
    [InlineData("to=1763800000", "to", "'from' along")]
    [InlineData("dur=10", "dur", "'from' along")]
    [InlineData("since=1763800000", "since", "'at' along")]
    [InlineData("lutc=1763800000", "lutc", "'utc' along")]
    [InlineData("from=1763800000&since=1763800000", "since", "'at' along")]
    [InlineData("from=1763800000&to=1763800060&dur=60", "dur", "either")]
    [InlineData("at=1763800000&window=2h", "at", "'window' is there too")]
    [InlineData("from=1763800000&at=1763800000", "at", "'from' is there too")]
    [InlineData("delay=30&window=2h", "delay", "'window' is there too")]
    [InlineData("from=1763800000&utc=1763800000", "utc", "'from' is there too")]
    [InlineData("from=1763800000&to=1763800000", "to", "after the start, 2025-11-22T08:26:40.000Z")]
    [InlineData("from=1763800000&to=1763700000", "to", "after the start")]
    [InlineData("from=1763800000&dur=0", "dur", "above 0")]
    [InlineData("from=1763800000&dur=367d", "dur", "366 days")]
    [InlineData("from=1700000000&to=1763800000", "to", "366 days")]
    [InlineData("window=0", "window", "above 0")]
    [InlineData("window=-5", "window", "seconds")]
    [InlineData("window=", "window", "seconds")]
    [InlineData("delay=400d", "delay", "366 days")]
    [InlineData("from=yesterday", "from", "Unix seconds")]
    [InlineData("from=now", "from", "Unix seconds")]
    [InlineData("from=2025-11-22T08:26:40", "from", "with a zone")]
    [InlineData("at=now", "at", "Unix seconds")]
    [InlineData("at=17638000000", "at", "days from now; this is 2528-")]
    [InlineData("at=1763800000&since=1763700000", "since", "not before 'at'")]
    [InlineData("utc=1763800000&lutc=x", "lutc", "Unix seconds")]
    [InlineData("from=1&from=1", "from", "once")]
    public void A_bad_query_names_its_parameter_what_came_and_what_is_expected(string text, string parameter, string expected)
    {
        Assert.False(TimelineQuery.TryParse(Parameters(text), Now, out var query, out var fault));
        Assert.Null(query);
        Assert.Equal(parameter, fault.Parameter);
        Assert.Contains(expected, fault.Expected, StringComparison.Ordinal);
        Assert.Contains(fault.Came, text.Replace("&from=", ", ", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    private static IEnumerable<KeyValuePair<string, string>> Parameters(string text) =>
        text.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(p => p.Split('=', 2)).Select(p => KeyValuePair.Create(p[0], p[1]));
}
