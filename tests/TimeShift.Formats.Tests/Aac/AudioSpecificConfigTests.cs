using TimeShift.Core.Media;
using TimeShift.Formats.Aac;
using TimeShift.Formats.Tests.Media;

namespace TimeShift.Formats.Tests.Aac;

public sealed class AudioSpecificConfigTests
{
    [Theory]
    [InlineData("1190", "mp4a.40.2", 48000, 2, 1024)]
    [InlineData("1208", "mp4a.40.2", 44100, 1, 1024)]
    [InlineData("1214", "mp4a.40.2", 44100, 2, 960)]
    [InlineData("11B8", "mp4a.40.2", 48000, 8, 1024)]
    [InlineData("0990", "mp4a.40.1", 48000, 2, 1024)]
    [InlineData("2B8A0800", "mp4a.40.5", 44100, 1, 1024)] // HE-AAC, hierarchical
    [InlineData("139056E5A0", "mp4a.40.5", 44100, 2, 1024)] // HE-AAC, backward compatible
    [InlineData("EB8A0800", "mp4a.40.29", 44100, 2, 1024)] // HE-AAC v2, hierarchical
    [InlineData("138856E5A54880", "mp4a.40.29", 44100, 2, 1024)] // HE-AAC v2, backward compatible
    [InlineData("139056E500", "mp4a.40.2", 22050, 2, 1024)] // the extension says that there is no SBR
    [InlineData("B990", "mp4a.40.23", 48000, 2, 512)]
    [InlineData("F8E62000", "mp4a.40.39", 48000, 1, 512)] // escaped type
    [InlineData("F8E63000", "mp4a.40.39", 48000, 1, 480)]
    [InlineData("1780BB8010", "mp4a.40.2", 96000, 2, 1024)] // explicit rate
    public void Object_type_rate_and_channels_are_read(string hex, string codecString, int rate, int channels, int samples)
    {
        var config = AudioSpecificConfig.Read(Convert.FromHexString(hex));
        Assert.Equal((codecString, rate, channels, samples), (config.CodecString, config.OutputSampleRate, config.Channels, config.SamplesPerFrame));
    }

    [Fact]
    public void A_program_config_element_lists_the_channels()
    {
        // LC, 48000 Hz, configuration 0; one pair and one single in front, a pair at the back, one LFE: 5.1; then a comment of one byte.
        const string Bits = "00010" + "0011" + "0000" + "0" + "0" + "0" + "0000" + "01" + "0011" + "0010" + "0000" + "0001" + "01" + "000" + "0000" + "0" + "0" + "0"
            + "0" + "0000" + "1" + "0000" + "1" + "0001" + "0000";
        byte[] config = [.. BitText.Pack(Bits), 1, (byte)'A'];
        Assert.Equal(6, AudioSpecificConfig.Read(config).Channels);
    }

    [Theory]
    [InlineData("")]
    [InlineData("11")]
    [InlineData("1690")] // reserved rate index 13
    [InlineData("11C0")] // reserved channel configuration 8
    [InlineData("F9480000")] // type 42, USAC
    [InlineData("1780000010")] // an explicit rate of 0
    [InlineData("1180")] // configuration 0 and nothing more
    public void A_broken_configuration_is_refused(string hex) =>
        Assert.Throws<BitstreamException>(() => AudioSpecificConfig.Read(Convert.FromHexString(hex)));

    [Theory]
    [InlineData("1190")]
    [InlineData("1214")]
    [InlineData("2B8A0800")]
    [InlineData("EB8A0800")]
    [InlineData("1780BB8010")]
    public void A_configuration_is_written_as_it_was_read(string hex)
    {
        // 96000 Hz has an index, which is shorter than saying it.
        var expected = hex == "1780BB8010" ? "1010" : hex;
        Assert.Equal(expected, Convert.ToHexString(AudioSpecificConfig.Read(Convert.FromHexString(hex)).Write()));
    }

    [Fact]
    public void A_rate_without_an_index_is_written_out() =>
        Assert.Equal(44056, AudioSpecificConfig.Read(AudioSpecificConfig.Build(AudioSpecificConfig.LowComplexity, 44056, 2).Write()).SampleRate);

    [Theory]
    [InlineData("-ar 48000 -ac 2 -c:a aac")]
    [InlineData("-ar 44100 -ac 1 -c:a aac")]
    [InlineData("-ar 8000 -ac 1 -c:a aac")]
    [InlineData("-ar 48000 -ac 6 -c:a aac")]
    public void The_track_says_what_ffprobe_says(string encoder)
    {
        var path = EncodedMedia.Audio(encoder, "mp4");
        var probed = ProbedStream.Read(path, "a:0");
        var config = BoxContent.FindAudioConfig(path);
        var track = TrackFactory.Create(Codec.Aac, 2, new Timescale(probed.SampleRate), config);
        Assert.Equal((probed.SampleRate, probed.Channels, 1024L), (track.SampleRate, track.Channels, track.NominalDuration.Ticks));
        Assert.Equal(DashCodecs.Read(path), track.CodecString);
        var written = AudioSpecificConfig.Read(config).Write();
        Assert.Equal(written, config[..written.Length]); // the encoder appends that there is no SBR
    }

    [Fact]
    public void The_frame_of_HE_AAC_lasts_twice_as_long_as_its_output_rate_suggests()
    {
        var track = TrackFactory.Create(Codec.Aac, 1, new Timescale(44100), Convert.FromHexString("2B8A0800"));
        Assert.Equal((44100, 2048L), (track.SampleRate, track.NominalDuration.Ticks));
    }
}
