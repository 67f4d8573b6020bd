using TimeShift.Server.Http;

namespace TimeShift.Server.Tests.Http;

public sealed class ByteRangeTests
{
    [Theory]
    [InlineData("bytes=0-0", 0, 1)]
    [InlineData("bytes=10-19", 10, 10)]
    [InlineData("bytes=90-500", 90, 10)]
    [InlineData("bytes=40-", 40, 60)]
    [InlineData("bytes=-7", 93, 7)]
    [InlineData("bytes=-700", 0, 100)]
    [InlineData("BYTES=1-2", 1, 2)]
    public void One_range_is_read(string header, long from, long length)
    {
        Assert.Equal(RangeRequest.Satisfiable, ByteRange.Parse(header, 100, out var range));
        Assert.Equal(new ByteRange(from, length), range);
    }

    [Theory]
    [InlineData("bytes=100-")]
    [InlineData("bytes=100-200")]
    [InlineData("bytes=-0")]
    public void A_range_behind_the_end_cannot_be_had(string header) => Assert.Equal(RangeRequest.Unsatisfiable, ByteRange.Parse(header, 100, out _));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("seconds=0-1")]
    [InlineData("bytes=5-2")]
    [InlineData("bytes=a-b")]
    [InlineData("bytes=0-1,4-5")]
    [InlineData("bytes=+1-2")]
    [InlineData("bytes=-")]
    [InlineData("bytes=99999999999999999999-")]
    public void What_is_no_single_range_is_ignored(string? header)
    {
        Assert.Equal(RangeRequest.None, ByteRange.Parse(header, 100, out var range));
        Assert.Equal(new ByteRange(0, 100), range);
    }
}
