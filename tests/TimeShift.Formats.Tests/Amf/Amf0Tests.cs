using System.Buffers;
using TimeShift.Formats.Amf;
using TimeShift.Formats.Tests.Fuzz;

namespace TimeShift.Formats.Tests.Amf;

public sealed class Amf0Tests
{
    // One table, read both ways.
    public static TheoryData<string, AmfValue> Table => new()
    {
        { "003FF0000000000000", 1.0 },
        { "0101", true },
        { "0100", false },
        { "020005C3BC626572", "über" },
        { "020000", "" },
        { "05", AmfValue.Null },
        { "06", AmfValue.Undefined },
        { "0B4278D8C1B2F28000FFC4", new AmfDate(BitConverter.Int64BitsToDouble(0x4278D8C1B2F28000), -60) },
        { "0F00000004" + "3C612F3E", new AmfXml("<a/>") },
        { "0A00000002" + "05" + "0101", new AmfArray([AmfValue.Null, true]) },
        { "030003617070020004" + "6C697665" + "000009", AmfObject.Of(("app", "live")) },
        { "0800000001" + "000161" + "05" + "000009", AmfObject.Of(("a", AmfValue.Null)) with { IsEcmaArray = true } },
        { "10000143" + "000161" + "06" + "000009", AmfObject.Of(("a", AmfValue.Undefined)) with { ClassName = "C" } },
        { "03" + "000009", AmfObject.Of() },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void Every_type_is_read_and_written(string hex, AmfValue value)
    {
        var bytes = Convert.FromHexString(hex);
        Assert.True(Amf0Reader.TryRead(bytes, out var read, out var consumed));
        Assert.Equal(value, read);
        Assert.Equal(bytes.Length, consumed);
        Assert.Equal(hex, Convert.ToHexString(Written(value)));
    }

    [Theory]
    [MemberData(nameof(Table))]
    public void A_value_cut_short_anywhere_asks_for_more_bytes(string hex, AmfValue value)
    {
        Assert.NotNull(value);
        var bytes = Convert.FromHexString(hex);
        for (var length = 0; length < bytes.Length; length++) Assert.False(Amf0Reader.TryRead(bytes.AsSpan(0, length), out _, out _));
        if (bytes.Length > 1) Assert.Throws<AmfFormatException>(() => Amf0Reader.ReadAll(bytes.AsSpan(0, bytes.Length - 1)));
    }

    [Fact]
    public void A_string_too_long_for_16_bits_is_a_long_string()
    {
        var text = new string('x', 70_000);
        var bytes = Written(text);
        Assert.Equal((byte)AmfMarker.LongString, bytes[0]);
        Assert.True(Amf0Reader.TryRead(bytes, out var read, out _));
        Assert.Equal(new AmfString(text), read);
    }

    [Theory]
    [InlineData("04")]
    [InlineData("070001")]
    [InlineData("09")]
    [InlineData("0E")]
    [InlineData("1101")]
    [InlineData("FF")]
    public void References_movie_clips_record_sets_and_amf3_are_refused(string hex) =>
        Assert.Throws<AmfFormatException>(() => Amf0Reader.TryRead(Convert.FromHexString(hex), out _, out _));

    [Fact]
    public void Nesting_without_end_is_refused()
    {
        byte[] level = [0x0A, 0, 0, 0, 1];
        var bytes = Enumerable.Repeat(level, 10_000).SelectMany(b => b).ToArray();
        Assert.Throws<AmfFormatException>(() => Amf0Reader.TryRead(bytes, out _, out _));
    }

    [Fact]
    public void Too_many_values_are_refused()
    {
        var bytes = Written(new AmfArray([.. Enumerable.Repeat(AmfValue.Null, Amf0Reader.MaxValues)]));
        Assert.Throws<AmfFormatException>(() => Amf0Reader.TryRead(bytes, out _, out _));
        Assert.Throws<AmfFormatException>(() => Amf0Reader.TryRead([0x0A, 0xFF, 0xFF, 0xFF, 0xFF], out _, out _));
    }

    [Fact]
    public void An_arrays_wrong_count_is_no_matter()
    {
        byte[] bytes = [0x08, 0, 0, 0, 0, 0, 1, (byte)'a', 0x01, 1, 0, 0, 9];
        Assert.True(Amf0Reader.TryRead(bytes, out var value, out _));
        Assert.Equal(new AmfBoolean(true), Assert.IsType<AmfObject>(value)["a"]);
    }

    [Fact]
    public void A_whole_message_gives_all_its_values()
    {
        var output = new ArrayBufferWriter<byte>();
        Amf0Writer.Write(output, "connect", 1.0, AmfObject.Of(("app", "live")));
        var values = Amf0Reader.ReadAll(output.WrittenSpan);
        Assert.Equal(3, values.Length);
        Assert.Equal("live", Assert.IsType<AmfObject>(values[2]).Text("app"));
    }

    [Fact]
    public void Damaged_messages_let_out_nothing_but_the_documented_exception() =>
        FuzzRunner.Run(static data => Amf0Reader.ReadAll(data), typeof(AmfFormatException), Seeds(), 2_000);

    private static IEnumerable<byte[]> Seeds()
    {
        yield return [.. Written("onMetaData"), .. Written(AmfObject.Of(
            ("duration", 0.0), ("stereo", true), ("encoder", "Lavf59"), ("k", new AmfArray([1.0, AmfObject.Of(("a", AmfValue.Null))])),
            ("d", new AmfDate(1, 2)), ("x", new AmfXml("<a/>"))) with { IsEcmaArray = true })];
        yield return [.. Written("connect"), .. Written(1.0), .. Written(AmfObject.Of(("app", "live"), ("tcUrl", new string('u', 300))))];
        yield return Written(new string('l', 66_000));
    }

    private static byte[] Written(AmfValue value)
    {
        var output = new ArrayBufferWriter<byte>();
        Amf0Writer.Write(output, value);
        return output.WrittenSpan.ToArray();
    }
}
