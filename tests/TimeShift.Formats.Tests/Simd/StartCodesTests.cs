using CsCheck;
using TimeShift.Formats.Simd;

namespace TimeShift.Formats.Tests.Simd;

public sealed class StartCodesTests
{
    // Bytes that make near misses likely: runs of zeros, ones, and little else.
    private static readonly Gen<byte[]> NearMisses =
        Gen.Frequency((6, Gen.Const((byte)0)), (2, Gen.Const((byte)1)), (1, Gen.Byte)).Array[0, 300];

    [Fact]
    public void Every_position_in_every_length_is_found_at_every_alignment()
    {
        var buffer = new byte[160];
        for (var length = 3; length <= 110; length++)
        {
            for (var position = 0; position <= length - 3; position++)
            {
                var alignment = (length + position) % 32;
                buffer.AsSpan().Fill(0xAA);
                new byte[] { 0, 0, 1 }.CopyTo(buffer, alignment + position);
                Assert.Equal(position, StartCodes.IndexOf(buffer.AsSpan(alignment, length)));
            }
        }
    }

    [Fact]
    public void A_code_that_the_span_cuts_off_is_not_found()
    {
        var buffer = new byte[200];
        for (var length = 0; length <= 100; length++)
        {
            buffer.AsSpan().Fill(0xAA);
            for (var cut = 1; cut <= 2 && cut <= length; cut++)
            {
                new byte[] { 0, 0, 1 }.CopyTo(buffer, length - cut);
                Assert.Equal(-1, StartCodes.IndexOf(buffer.AsSpan(0, length)));
                buffer.AsSpan().Fill(0xAA);
            }
        }
    }

    [Fact]
    public void The_result_is_the_scalar_one_for_any_bytes() =>
        Gen.Select(NearMisses, Gen.Int[0, 40]).Sample((data, skip) =>
        {
            var span = data.AsSpan(Math.Min(skip, data.Length));
            Assert.Equal(StartCodes.IndexOfScalar(span), StartCodes.IndexOf(span));
        });

    [Fact]
    public void All_codes_are_found_one_after_the_other() =>
        NearMisses.Sample(data => Assert.Equal(Positions(data, vector: false), Positions(data, vector: true)));

    [Fact]
    public void The_search_allocates_nothing()
    {
        var data = new byte[10_000];
        Media.Allocations.AssertNone(() => StartCodes.IndexOf(data));
    }

    private static List<int> Positions(byte[] data, bool vector)
    {
        var positions = new List<int>();
        for (var from = 0; ;)
        {
            var at = vector ? StartCodes.IndexOf(data.AsSpan(from)) : StartCodes.IndexOfScalar(data.AsSpan(from));
            if (at < 0) return positions;
            positions.Add(from + at);
            from += at + 1;
        }
    }
}
