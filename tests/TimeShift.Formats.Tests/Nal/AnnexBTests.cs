using CsCheck;
using TimeShift.Core.Media;
using TimeShift.Formats.Nal;
using TimeShift.Formats.Tests.Media;

namespace TimeShift.Formats.Tests.Nal;

public sealed class AnnexBTests
{
    private static readonly byte[] HeaderBytes = [0x67, 0x68, 0x65, 0x41, 0x01, 0x06, 0x09, 0x0C];

    /// <summary>NAL units of H.264 as an encoder makes them: escaped, and not ending in 00.</summary>
    private static readonly Gen<byte[]> Unit = Gen.Select(
        Gen.OneOf([.. HeaderBytes.Select(Gen.Const)]), Gen.Frequency((3, Gen.Const((byte)0)), (1, Gen.Byte)).Array[0, 80],
        (header, payload) => (byte[])[header, .. RbspTests.Escape([.. payload, 0x80])]);

    private static readonly Gen<(byte[] Unit, int Zeros)[]> Stream = Gen.Select(Unit, Gen.Int[0, 3]).Array[0, 8];

    [Fact]
    public void Units_keep_order_and_content_whatever_the_start_codes() =>
        Stream.Sample(units =>
        {
            var converted = Convert(Codec.H264, Join(units), InBandParameterSets.Keep);
            Assert.Equal(units.Where(u => u.Unit[0] is not (0x09 or 0x0C)).Select(u => System.Convert.ToHexString(u.Unit)), NalUnitsTests.LengthPrefixedUnitsOf(converted));
        });

    [Fact]
    public void Parameter_sets_are_dropped_when_told() =>
        Stream.Sample(units =>
        {
            var converted = Convert(Codec.H264, Join(units), InBandParameterSets.Drop);
            Assert.Equal(
                units.Where(u => u.Unit[0] is not (0x09 or 0x0C or 0x67 or 0x68)).Select(u => System.Convert.ToHexString(u.Unit)), NalUnitsTests.LengthPrefixedUnitsOf(converted));
        });

    [Fact]
    public void There_and_back_is_the_same() =>
        Stream.Sample(units =>
        {
            var there = Convert(Codec.H264, Join(units), InBandParameterSets.Keep);
            var back = new byte[LengthPrefixed.AnnexBSize(there)];
            Assert.Equal(back.Length, LengthPrefixed.ToAnnexB(there, back));
            Assert.Equal(there, Convert(Codec.H264, back, InBandParameterSets.Keep));
        });

    [Fact]
    public void Even_the_shortest_units_fit_the_greatest_size()
    {
        byte[] stream = [.. Enumerable.Repeat<byte[]>([0, 0, 1, 0x41], 100).SelectMany(b => b)];
        Assert.Equal(500, AnnexB.MaxLengthPrefixedSize(stream.Length));
        Assert.Equal(500, AnnexB.LengthPrefixedSize(Codec.H264, stream, InBandParameterSets.Drop));
    }

    [Fact]
    public void H265_has_its_own_delimiters_and_parameter_sets()
    {
        var stream = System.Convert.FromHexString("0000000146015000000140010C000001420101000001440101000001260180000001" + "4C01FF80");
        Assert.Equal(["260180"], NalUnitsTests.LengthPrefixedUnitsOf(Convert(Codec.H265, stream, InBandParameterSets.Drop)));
        Assert.Equal(["40010C", "420101", "440101", "260180"], NalUnitsTests.LengthPrefixedUnitsOf(Convert(Codec.H265, stream, InBandParameterSets.Keep)));
    }

    [Theory]
    [InlineData("00000001", true)]
    [InlineData("00000109", true)]
    [InlineData("0164001F", false)]
    [InlineData("0000", false)]
    public void Start_codes_are_recognised(string head, bool expected) =>
        Assert.Equal(expected, AnnexB.IsAnnexB(System.Convert.FromHexString(head)));

    [Fact]
    public void A_destination_too_short_is_the_callers_error() =>
        Assert.Throws<ArgumentException>(() => AnnexB.ToLengthPrefixed(Codec.H264, [0, 0, 1, 0x41, 0x80], new byte[5], InBandParameterSets.Keep));

    [Fact]
    public void Conversions_allocate_nothing()
    {
        var stream = Join([([0x67, 1], 1), ([0x68, 2], 1), ([0x65, .. Enumerable.Repeat((byte)3, 5000)], 0)]);
        var prefixed = new byte[AnnexB.MaxLengthPrefixedSize(stream.Length)];
        var back = new byte[prefixed.Length + 100];
        Allocations.AssertNone(() =>
        {
            var size = AnnexB.ToLengthPrefixed(Codec.H264, stream, prefixed, InBandParameterSets.Drop);
            AnnexB.LengthPrefixedSize(Codec.H264, stream, InBandParameterSets.Drop);
            LengthPrefixed.ToAnnexB(prefixed.AsSpan(0, size), back);
            LengthPrefixed.Normalize(Codec.H264, prefixed.AsSpan(0, size), 4, back, InBandParameterSets.Drop);
            LengthPrefixed.IsNormal(Codec.H264, prefixed.AsSpan(0, size), 4, InBandParameterSets.Drop);
            AccessUnits.IsKeyFrame(Codec.H264, prefixed.AsSpan(0, size));
        });
    }

    private static byte[] Convert(Codec codec, byte[] stream, InBandParameterSets parameterSets)
    {
        var destination = new byte[AnnexB.MaxLengthPrefixedSize(stream.Length)];
        var written = AnnexB.ToLengthPrefixed(codec, stream, destination, parameterSets);
        Assert.Equal(AnnexB.LengthPrefixedSize(codec, stream, parameterSets), written);
        return destination[..written];
    }

    private static byte[] Join((byte[] Unit, int Zeros)[] units) =>
        [.. units.SelectMany(u => (byte[])[.. new byte[u.Zeros], 0, 0, 1, .. u.Unit])];
}
