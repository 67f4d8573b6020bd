using CsCheck;
using TimeShift.Formats.Nal;
using TimeShift.Formats.Simd;

namespace TimeShift.Formats.Tests.Nal;

public sealed class RbspTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("00000300", "000000")]
    [InlineData("0000030000030000", "000000000000")]
    [InlineData("000003", "0000")]
    [InlineData("00000303", "000003")]
    [InlineData("0003000300", "0003000300")]
    [InlineData("0100000301", "01000001")]
    public void Emulation_prevention_bytes_are_left_out(string escaped, string expected) =>
        Assert.Equal(expected, Convert.ToHexString(Unescape(Convert.FromHexString(escaped))));

    [Fact]
    public void What_an_encoder_escapes_comes_back() =>
        Gen.Frequency((5, Gen.Const((byte)0)), (2, Gen.Byte[0, 4]), (1, Gen.Byte)).Array[0, 100].Sample(payload =>
        {
            var escaped = Escape(payload);
            Assert.Equal(-1, StartCodes.IndexOf(escaped));
            Assert.Equal(payload, Unescape(escaped));
        });

    /// <summary>What an encoder does, ITU-T H.264 §7.4.1.1.</summary>
    internal static byte[] Escape(byte[] payload)
    {
        var result = new List<byte>();
        var zeros = 0;
        foreach (var value in payload)
        {
            if (zeros == 2 && value <= 3)
            {
                result.Add(3);
                zeros = 0;
            }

            result.Add(value);
            zeros = value == 0 ? zeros + 1 : 0;
        }

        return [.. result];
    }

    private static byte[] Unescape(byte[] nal)
    {
        var buffer = new byte[nal.Length];
        return buffer[..Rbsp.Unescape(nal, buffer)];
    }
}
