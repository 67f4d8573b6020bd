using System.Text;
using CsCheck;
using TimeShift.Formats.Simd;

namespace TimeShift.Formats.Tests.Simd;

public sealed class Crc32CTests
{
    [Fact]
    public void The_check_value_is_right() => Assert.Equal(0xE3069283u, Crc32C.Compute(Encoding.ASCII.GetBytes("123456789")));

    [Fact]
    public void Nothing_gives_zero() => Assert.Equal(0u, Crc32C.Compute([]));

    // RFC 3720 §B.4; the values there are bytes in wire order.
    [Theory]
    [InlineData(0x00, 0, 0x8A9136AAu)]
    [InlineData(0xFF, 0, 0x62A8AB43u)]
    [InlineData(0x00, 1, 0x46DD794Eu)]
    [InlineData(0x1F, -1, 0x113FDB5Cu)]
    public void The_vectors_of_iSCSI_are_right(int first, int step, uint expected)
    {
        var data = Enumerable.Range(0, 32).Select(i => (byte)(first + i * step)).ToArray();
        Assert.Equal(expected, Crc32C.Compute(data));
    }

    [Fact]
    public void The_instruction_agrees_with_the_definition() =>
        Gen.Byte.Array[0, 100].Sample(data => Assert.Equal(Crc32C.ComputeScalar(data), Crc32C.Compute(data)));

    [Fact]
    public void Parts_add_up_to_the_whole() =>
        Gen.Select(Gen.Byte.Array[0, 60], Gen.Byte.Array[0, 60]).Sample((a, b) =>
            Assert.Equal(Crc32C.Compute([.. a, .. b]), Crc32C.Append(Crc32C.Compute(a), b)));
}
