using TimeShift.Formats.Aac;
using TimeShift.Formats.Tests.Media;

namespace TimeShift.Formats.Tests.Aac;

public sealed class AdtsHeaderTests
{
    [Theory]
    [InlineData("-ar 48000 -ac 2 -c:a aac")]
    [InlineData("-ar 22050 -ac 1 -c:a aac")]
    [InlineData("-ar 44100 -ac 6 -c:a aac")]
    public void Stripped_frames_are_the_samples_of_the_file_and_headers_come_back(string encoder)
    {
        var path = EncodedMedia.Audio(encoder, "mp4");
        var stream = File.ReadAllBytes(EncodedMedia.Remux(path, "aac"));
        var config = AudioSpecificConfig.Read(BoxContent.FindAudioConfig(path));
        var frames = new List<byte[]>();
        var rebuilt = new List<byte>();
        for (var rest = stream.AsSpan(); AdtsHeader.TryReadFrame(rest, out var header, out var frame); rest = rest[header.FrameLength..])
        {
            Assert.Equal((config.ObjectType, config.SampleRate, config.Channels), (header.ObjectType, header.SampleRate, header.ToConfig().Channels));
            frames.Add(frame.ToArray());
            var written = new byte[AdtsHeader.MinSize];
            AdtsHeader.Write(written, config, frame.Length);
            rebuilt.AddRange([.. written, .. frame]);
        }

        Assert.Equal(ProbedStream.Read(path, "a:0").ReadPackets(path).Select(p => p.Data), frames);
        Assert.Equal(stream, rebuilt);
    }

    [Fact]
    public void A_CRC_belongs_to_the_header()
    {
        Assert.True(AdtsHeader.TryReadFrame(Convert.FromHexString("FFF04C80017FFC" + "1234" + "AABB"), out var header, out var frame));
        Assert.Equal(9, header.Size);
        Assert.Equal("AABB", Convert.ToHexString(frame));
    }

    [Fact]
    public void A_frame_that_is_not_all_there_needs_more_bytes()
    {
        var frame = Convert.FromHexString("FFF14C80013FFC" + "AABB");
        for (var length = 0; length < frame.Length; length++) Assert.False(AdtsHeader.TryReadFrame(frame.AsSpan(0, length), out _, out _));
        Assert.True(AdtsHeader.TryReadFrame(frame, out _, out _));
    }

    [Theory]
    [InlineData("FEF14C80013FFCAABB")]
    [InlineData("FFF34C80013FFCAABB")] // layer 1
    [InlineData("FFF17C80013FFCAABB")] // reserved rate
    [InlineData("FFF14C80009FFCAABB")] // shorter than its header
    [InlineData("FFF14C80013FFDAABB")] // two blocks
    public void A_broken_frame_is_refused(string hex) =>
        Assert.Throws<BitstreamException>(() => AdtsHeader.TryReadFrame(Convert.FromHexString(hex), out _, out _));

    [Fact]
    public void What_the_header_cannot_say_is_refused()
    {
        var config = AudioSpecificConfig.Build(2, 48000, 2);
        var header = new byte[7];
        Assert.Throws<BitstreamException>(() => AdtsHeader.Write(header, config, 8185));
        Assert.Throws<BitstreamException>(() => AdtsHeader.Write(header, config with { SampleRate = 44056 }, 100));
        AdtsHeader.Write(header, config, 8184);
    }
}
