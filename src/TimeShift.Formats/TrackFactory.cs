using TimeShift.Core.Media;
using TimeShift.Formats.Aac;
using TimeShift.Formats.Av1;
using TimeShift.Formats.H264;
using TimeShift.Formats.H265;
using TimeShift.Formats.Mp4;
using TimeShift.Formats.Nal;

namespace TimeShift.Formats;

/// <summary>
/// Makes a <see cref="Track"/> from what a source says about the decoder: codec string, size, rates and frame length are read from the
/// bitstream's own parameters, where it has any.
/// </summary>
public static class TrackFactory
{
    // Encoders that declare more have put their clock where the rate belongs.
    private const double MaxFrameRate = 1000;

    /// <summary>RFC 3551 §4.1 orders up to six channels; eight are known from surround sound.</summary>
    public const int MaxG711Channels = 8;

    /// <param name="config">avcC, hvcC, av1C or AudioSpecificConfig, without a box header.</param>
    /// <returns>
    /// A track whose record says 4-byte lengths and, for H.265, complete arrays, as <see cref="LengthPrefixed.Normalize"/> makes the
    /// samples; see <see cref="NalLengthSize"/> for what
    /// the source's own have.
    /// </returns>
    /// <exception cref="BitstreamException">The record is broken, or holds no parameter sets.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The codec has no record: see <see cref="CreateG711"/>.</exception>
    public static Track Create(Codec codec, int id, Timescale timescale, ReadOnlyMemory<byte> config) => codec switch
    {
        Codec.H264 => CreateH264(id, timescale, config),
        Codec.H265 => CreateH265(id, timescale, config),
        Codec.Av1 => CreateAv1(id, timescale, config),
        Codec.Aac => CreateAac(id, timescale, config),
        _ => throw new ArgumentOutOfRangeException(nameof(codec), codec, "The codec has no configuration record."),
    };

    /// <param name="info">Of a codec that is carried.</param>
    /// <inheritdoc cref="Create(Codec, int, Timescale, ReadOnlyMemory{byte})"/>
    public static Track Create(Mp4TrackInfo info) => info.Codec is { } codec && codec.IsG711()
        ? CreateG711(codec, info.Id, info.SampleRate, info.Channels) with { Timescale = info.Timescale }
        : Create(info.Codec ?? throw new ArgumentException($"Track {info.Id} is of no codec that is carried.", nameof(info)), info.Id, info.Timescale, info.Config);

    /// <summary>A track of ITU-T G.711, whose ticks are samples.</summary>
    /// <param name="codec">A-law or mu-law.</param>
    /// <param name="sampleRate">Hz, from 1; 8000 but for cameras that call their own sampling the same.</param>
    /// <param name="channels">1 to <see cref="MaxG711Channels"/>.</param>
    /// <exception cref="BitstreamException">A number out of its range.</exception>
    public static Track CreateG711(Codec codec, int id, int sampleRate, int channels)
    {
        if (!codec.IsG711()) throw new ArgumentOutOfRangeException(nameof(codec), codec, "Neither A-law nor mu-law.");
        if (sampleRate < 1 || channels is < 1 or > MaxG711Channels)
            throw new BitstreamException($"G.711 with {sampleRate} Hz and {channels} channels; expected at least 1 Hz, and 1 to {MaxG711Channels} channels");
        return new Track
        {
            Id = id,
            Codec = codec,
            Timescale = new Timescale(sampleRate),
            Config = default,
            CodecString = codec == Codec.PcmA ? "alaw" : "ulaw",
            SampleRate = sampleRate,
            Channels = channels,
            NominalDuration = MediaTime.Zero(new Timescale(sampleRate)),
        };
    }

    /// <param name="extradata">
    /// Parameter sets with start codes, a bare AV1 sequence header, or the record that <see cref="Create(Codec, int, Timescale, ReadOnlyMemory{byte})"/> takes: libavformat gives
    /// one or the other.
    /// </param>
    /// <returns>Null where parameter sets are missing; then they come in band, see <see cref="ParameterSets"/>.</returns>
    /// <exception cref="BitstreamException">What is there is broken.</exception>
    public static Track? FromExtradata(Codec codec, int id, Timescale timescale, ReadOnlySpan<byte> extradata)
    {
        if (extradata.IsEmpty) return null;
        if (codec == Codec.Aac) return CreateAac(id, timescale, extradata.ToArray());
        var isRecord = codec == Codec.Av1 ? (extradata[0] & 0x80) != 0 : !AnnexB.IsAnnexB(extradata);
        var sets = isRecord ? new ParameterSets(codec, extradata) : new ParameterSets(codec);
        if (!isRecord) sets.TryUpdate(extradata, NalFraming.AnnexB, out _);
        if (sets.Config.IsEmpty) return null;
        return Create(codec, id, timescale, isRecord ? extradata.ToArray() : sets.Config);
    }

    /// <summary>Bytes of the length before each NAL unit in samples that go with this record; 4 for codecs that have none.</summary>
    /// <exception cref="BitstreamException">The record is broken.</exception>
    public static int NalLengthSize(Codec codec, ReadOnlySpan<byte> config) => codec switch
    {
        Codec.H264 => AvcConfiguration.Read(config).LengthSize,
        Codec.H265 => HevcConfiguration.Read(config).LengthSize,
        _ => 4,
    };

    private static Track CreateH264(int id, Timescale timescale, ReadOnlyMemory<byte> config)
    {
        var record = AvcConfiguration.Read(config.Span);
        var sps = record.ParseSps();
        if (record.Pps.IsEmpty) throw new BitstreamException("avcC holds no PPS; expected at least one");
        if (record.LengthSize != 4) config = record.ForNormalizedSamples().Write();
        return Video(Codec.H264, id, timescale, config, record.CodecString, (sps.Width, sps.Height, sps.FrameRate));
    }

    private static Track CreateH265(int id, Timescale timescale, ReadOnlyMemory<byte> config)
    {
        var record = HevcConfiguration.Read(config.Span);
        var sps = record.ParseSps();
        if (!record.Units(H265Nal.Pps).Any()) throw new BitstreamException("hvcC holds no PPS; expected at least one");
        config = record.ForNormalizedSamples().Write();
        return Video(Codec.H265, id, timescale, config, record.CodecString, (sps.Width, sps.Height, record.FrameRate(sps)));
    }

    private static Track CreateAv1(int id, Timescale timescale, ReadOnlyMemory<byte> config)
    {
        var record = Av1Configuration.Read(config.Span);
        var header = record.ParseSequenceHeader();
        return Video(Codec.Av1, id, timescale, config, record.CodecString, (header.Width, header.Height, header.FrameRate));
    }

    private static Track Video(
        Codec codec, int id, Timescale timescale, ReadOnlyMemory<byte> config, string codecString, (int Width, int Height, double Rate) picture)
    {
        var rate = picture.Rate is > 0 and <= MaxFrameRate ? picture.Rate : 0;
        return new Track
        {
            Id = id,
            Codec = codec,
            Timescale = timescale,
            Config = config,
            CodecString = codecString,
            Width = picture.Width,
            Height = picture.Height,
            FrameRate = rate,
            NominalDuration = rate > 0 ? MediaTime.FromSeconds(1 / rate, timescale) : MediaTime.Zero(timescale),
        };
    }

    private static Track CreateAac(int id, Timescale timescale, ReadOnlyMemory<byte> config)
    {
        var audio = AudioSpecificConfig.Read(config.Span);
        return new Track
        {
            Id = id,
            Codec = Codec.Aac,
            Timescale = timescale,
            Config = config,
            CodecString = audio.CodecString,
            SampleRate = audio.OutputSampleRate,
            Channels = audio.Channels,
            NominalDuration = new MediaTime(audio.SamplesPerFrame, new Timescale(audio.SampleRate)).Rescale(timescale),
        };
    }
}
