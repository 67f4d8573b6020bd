using TimeShift.Core.Media;
using TimeShift.Formats.Aac;
using TimeShift.Formats.Av1;
using TimeShift.Formats.H264;
using TimeShift.Formats.H265;
using TimeShift.Formats.Nal;
using static TimeShift.Formats.Tests.Media.ParameterSetSamples;

namespace TimeShift.Formats.Tests.Fuzz;

/// <summary>Every parser of elementary streams, over own seeds and, where they are there, the corpora of mediacommon.</summary>
public sealed class BitstreamFuzzTests
{
    private static readonly string[] H264Sets = [H264High720, H264Baseline180, H264Scaling360, H264Interlaced360, H264Chroma444];

    private static readonly byte[] AvcRecord = AvcConfiguration.Build([Bytes(H264High720)], [Bytes(H264PictureSet)]).Write();

    private static readonly byte[] HevcRecord =
        HevcConfiguration.Build([Bytes(H265Vps720)], [Bytes(H265Sps720)], [Bytes(H265PictureSet)]).Write();


    [Fact]
    public void H264_SPS() => Run(
        static data => H264Sps.Parse(data),
        [.. H264Sets.Select(Bytes), .. GoCorpus.Read("mediacommon/h264/fuzz/FuzzSPSUnmarshal")]);

    [Fact]
    public void H264_PPS() => Run(static data => H264Pps.Parse(data), [Bytes(H264PictureSet)]);

    [Fact]
    public void H265_SPS() => Run(
        static data => H265Sps.Parse(data),
        [Bytes(H265Sps720), Bytes(H265SpsMain10), .. GoCorpus.Read("mediacommon/h265/fuzz/FuzzSPSUnmarshal")]);

    [Fact]
    public void H265_PPS() =>
        Run(static data => H265Pps.Parse(data), [Bytes(H265PictureSet), .. GoCorpus.Read("mediacommon/h265/fuzz/FuzzPPSUnmarshal")]);

    [Fact]
    public void H265_VPS() => Run(static data => H265Vps.Parse(data), [Bytes(H265Vps720)]);

    [Fact]
    public void Configuration_records_are_read_and_written()
    {
        Run(static data => AvcConfiguration.Read(data).Write(), [AvcRecord]);
        Run(static data => HevcConfiguration.Read(data).Write(), [HevcRecord]);
        Run(static data => Av1Configuration.Read(data).Write(), [Bytes(Av1Record720), Bytes(Av1RecordFile)]);
    }

    [Theory]
    [InlineData(Codec.H264)]
    [InlineData(Codec.H265)]
    [InlineData(Codec.Av1)]
    [InlineData(Codec.Aac)]
    public void Tracks_are_made_of_records_and_of_extradata(Codec codec)
    {
        byte[][] seeds = codec switch
        {
            Codec.H264 => [AvcRecord, StartCodes(H264High720, H264PictureSet)],
            Codec.H265 => [HevcRecord, StartCodes(H265Vps720, H265Sps720, H265PictureSet)],
            Codec.Av1 => [Bytes(Av1Record720), Bytes(Av1Record720)[4..]],
            _ => [.. AudioConfigs],
        };
        Run(data => TrackFactory.Create(codec, 1, Timescale.Mpeg, data.ToArray()), seeds);
        Run(data => TrackFactory.FromExtradata(codec, 1, Timescale.Mpeg, data), seeds);
    }

    [Theory]
    [InlineData(Codec.H264)]
    [InlineData(Codec.H265)]
    public void Access_units_of_NAL_units(Codec codec)
    {
        byte[][] seeds =
        [
            StartCodes(H264High720, H264PictureSet, "6588000003"), StartCodes(H265Vps720, H265Sps720, H265PictureSet, "260180"),
            Bytes("00000002658800000003419A00"), Bytes("0002658800030102"),
            .. GoCorpus.Read("mediacommon/h264/fuzz/FuzzAnnexBUnmarshal"), .. GoCorpus.Read("mediacommon/h264/fuzz/FuzzAVCCUnmarshal"),
            .. GoCorpus.Read("mediacommon/h264/fuzz/FuzzDTSExtractor"), .. GoCorpus.Read("mediacommon/h265/fuzz/FuzzDTSExtractor"),
        ];
        Run(data => AccessUnits.IsKeyFrame(codec, data), seeds);
        Run(data => new ParameterSets(codec).TryUpdate(data, NalFraming.AnnexB, out _), seeds);
        Run(data => new ParameterSets(codec).TryUpdate(data, NalFraming.LengthPrefixed, out _), seeds);
        Run(data => ConvertBothWays(codec, data), seeds);
        for (var lengthSize = 1; lengthSize <= 4; lengthSize++)
        {
            var size = lengthSize;
            Run(data => Normalize(codec, data, size), seeds);
        }
    }

    [Fact]
    public void Temporal_units_of_AV1()
    {
        byte[][] seeds = [Bytes(Av1Record720)[4..], Bytes("12000A0B0000002D4CFFB3CCAF9004320210003202300036400210007A020080")];
        Run(static data => AccessUnits.IsKeyFrame(Codec.Av1, data), seeds);
        Run(static data => new ParameterSets(Codec.Av1).TryUpdate(data, NalFraming.LengthPrefixed, out _), seeds);
        Run(static data => TemporalUnit.ToSample(data, new byte[TemporalUnit.SampleSize(data)]), seeds);
        Run(static data => Av1SequenceHeader.Parse(data), [.. seeds.Select(seed => seed[2..])]);
    }

    [Fact]
    public void Audio_configurations() =>
        Run(static data => AudioSpecificConfig.Read(data), [.. AudioConfigs, .. GoCorpus.Read("mediacommon/mpeg4audio/fuzz/FuzzAudioSpecificConfigUnmarshal")]);

    [Fact]
    public void ADTS_frames() => Run(
        static data =>
        {
            while (AdtsHeader.TryReadFrame(data, out var header, out _)) data = data[header.FrameLength..];
        },
        [Bytes("FFF14C80013FFCAABB"), Bytes("FFF04C80017FFC1234AABBFFF14C80013FFCAABB"), .. GoCorpus.Read("mediacommon/mpeg4audio/fuzz/FuzzADTSUnmarshal")]);

    private static IEnumerable<byte[]> AudioConfigs =>
        [Bytes("1190"), Bytes("2B8A0800"), Bytes("EB8A0800"), Bytes("138856E5A54880"), Bytes("F8E62000"), Bytes("1780BB8010"), Bytes("1180048800")];

    private static void Run(FuzzTarget target, IEnumerable<byte[]> seeds) => FuzzRunner.Run(target, typeof(BitstreamException), seeds);

    private static byte[] StartCodes(params string[] nals) => [.. nals.SelectMany(nal => (byte[])[0, 0, 0, 1, .. Bytes(nal)])];

    private static void ConvertBothWays(Codec codec, ReadOnlySpan<byte> data)
    {
        var there = new byte[AnnexB.MaxLengthPrefixedSize(data.Length)];
        var size = AnnexB.ToLengthPrefixed(codec, data, there, InBandParameterSets.Keep);
        Assert.Equal(AnnexB.LengthPrefixedSize(codec, data, InBandParameterSets.Keep), size);
        var back = new byte[LengthPrefixed.AnnexBSize(there.AsSpan(0, size))];
        Assert.Equal(back.Length, LengthPrefixed.ToAnnexB(there.AsSpan(0, size), back));
    }

    private static void Normalize(Codec codec, ReadOnlySpan<byte> data, int lengthSize)
    {
        var destination = new byte[LengthPrefixed.NormalizedSize(codec, data, lengthSize, InBandParameterSets.Drop)];
        Assert.Equal(destination.Length, LengthPrefixed.Normalize(codec, data, lengthSize, destination, InBandParameterSets.Drop));
    }
}
