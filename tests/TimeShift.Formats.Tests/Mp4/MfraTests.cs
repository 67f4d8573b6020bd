using TimeShift.Formats.Mp4;

namespace TimeShift.Formats.Tests.Mp4;

public class MfraTests
{
    private static readonly RandomAccessPoint[] Points =
        [new(1, 0, 900), new(2, 1024, 50_000), new(1, 180_000, 70_000), new(1, 5_000_000_000, 6_000_000_000), new(2, 96_000, 6_000_500_000)];

    [Fact]
    public void Points_are_grouped_by_track() => Assert.Equal(Points.OrderBy(p => p.TrackId), Mfra.Read(Mfra.ToArray(Points)));

    [Fact]
    public void The_bytes_are_as_the_standard_has_them() => Golden.Check("mfra.txt", BoxDump.Of(Mfra.ToArray(Points)));

    [Fact]
    public void The_last_16_bytes_of_a_file_say_where_it_starts()
    {
        var mfra = Mfra.ToArray(Points);
        byte[] file = [.. new byte[100], .. mfra];
        Assert.True(Mfra.TryReadSize(file.AsSpan(^16..), out var size));
        Assert.Equal(mfra.Length, (int)size);
        Assert.False(Mfra.TryReadSize(file.AsSpan(50, 16), out _));
        Assert.False(Mfra.TryReadSize(file.AsSpan(^15..), out _));
    }

    [Fact]
    public void No_points_make_an_empty_box() => Assert.Empty(Mfra.Read(Mfra.ToArray([])));

    [Fact]
    public void The_32_bit_version_is_read()
    {
        // Numbers of 2, 1 and 4 bytes behind time and offset.
        byte[] tfra = [0, 0, 0, 39, .. "tfra"u8, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0b01_00_11, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 2, 0, 0, 1, 1, 0, 0, 0, 1];
        byte[] mfra = [0, 0, 0, 47, .. "mfra"u8, .. tfra.AsSpan(0, 36), 1, 1, 1];
        Assert.Equal([new RandomAccessPoint(3, 256, 512)], Mfra.Read(mfra));
    }

    [Theory]
    [InlineData("0000000866726565")]
    [InlineData("000000106d667261")]
    [InlineData("")]
    // More entries than bytes, version 2, track 0.
    [InlineData("00000020 6d667261 00000018 74667261 00000000 00000001 00000000 0fffffff")]
    [InlineData("00000020 6d667261 00000018 74667261 02000000 00000001 00000000 00000000")]
    [InlineData("00000020 6d667261 00000018 74667261 00000000 00000000 00000000 00000000")]
    public void A_broken_box_is_refused(string hex) => Assert.Throws<Mp4FormatException>(() => Mfra.Read(Convert.FromHexString(hex.Replace(" ", ""))));

    [Fact]
    public void More_tracks_than_any_reel_has_are_refused()
    {
        var points = Enumerable.Range(1, 17).Select(id => new RandomAccessPoint(id, 0, 0)).ToArray();
        Assert.Throws<ArgumentException>(() => Mfra.ToArray(points));
    }
}
