using TimeShift.Core.Media;
using TimeShift.Formats.Mp4;

namespace TimeShift.Formats.Tests.Mp4;

public class MovieReaderTests
{
    private static readonly byte[] Init = InitSegment.ToArray([TestTracks.H264, TestTracks.Aac]);

    [Fact]
    public void A_bare_moov_will_do()
    {
        var boxes = TopLevelBoxes.Enumerate(Init);
        while (boxes.MoveNext() && boxes.Header.Type != FourCc.Moov) { }
        Assert.Equal(2, MovieReader.Read(boxes.Current).Count);
    }

    [Fact]
    public void What_follows_the_moov_is_not_looked_at() => Assert.Equal(2, MovieReader.Read([.. Init, 0, 0, 0, 2, .. "mdat"u8]).Count);

    [Fact]
    public void Every_cut_is_refused()
    {
        for (var length = 0; length < Init.Length; length++)
        {
            var cut = Init[..length];
            Assert.Throws<Mp4FormatException>(() => MovieReader.Read(cut));
        }
    }

    [Theory]
    [InlineData("tkhd", 12)]
    [InlineData("mdhd", 12)]
    public void An_ID_and_a_timescale_of_0_are_refused(string box, int offset)
    {
        var init = Init.ToArray();
        var at = init.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(box)) + 4 + offset;
        init.AsSpan(at, 4).Clear();
        Assert.Throws<Mp4FormatException>(() => MovieReader.Read(init));
        init[at] = 0x80;
        Assert.Throws<Mp4FormatException>(() => MovieReader.Read(init));
    }

    [Theory]
    [InlineData("avc1", "avc3", Codec.H264)]
    [InlineData("avc1", "encv", null)]
    [InlineData("mp4a", "enca", null)]
    [InlineData("mp4a", "Opus", null)]
    public void A_sample_entry_names_the_codec(string from, string to, Codec? codec)
    {
        var init = Init.ToArray();
        System.Text.Encoding.ASCII.GetBytes(to).CopyTo(init.AsSpan(init.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(from))));
        var track = MovieReader.Read(init)[from == "avc1" ? 0 : 1];
        Assert.Equal(codec, track.Codec);
        Assert.Equal(to, FourCc.ToText(track.SampleEntryType));
        Assert.Equal(codec is null, track.Config.IsEmpty);
    }

    [Fact]
    public void Mp3_in_mp4a_is_no_AAC()
    {
        var init = InitSegment.ToArray([TestTracks.Aac]);
        init[init.AsSpan().IndexOf("esds"u8) + 4 + 4 + 2 + 3 + 2] = 0x6B;
        Assert.Null(Assert.Single(MovieReader.Read(init)).Codec);
    }

    [Fact]
    public void Trex_says_what_fragments_leave_out()
    {
        var init = Init.ToArray();
        var trex = init.AsSpan(init.AsSpan().LastIndexOf("trex"u8) + 4);
        trex[15] = 33;
        trex[19] = 44;
        trex[20] = 1;
        Assert.Equal(new FragmentDefaults(2, 33, 44, 0x01000000), MovieReader.Read(init)[1].Defaults);
    }
}
