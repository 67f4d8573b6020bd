using System.Globalization;

namespace TimeShift.Formats.Aac;

/// <summary>AudioSpecificConfig of AAC (ISO/IEC 14496-3 §1.6.2.1): what MP4, FLV and SDP carry for the decoder.</summary>
/// <remarks><code>audioObjectType (5, or 11111 and 6) | samplingFrequencyIndex (4, or 1111 and 24) | channelConfiguration (4) | GASpecificConfig | extensions</code></remarks>
public readonly record struct AudioSpecificConfig
{
    public const int LowComplexity = 2;
    internal const int Sbr = 5;
    internal const int LowDelay = 23;
    internal const int ParametricStereo = 29;
    internal const int EnhancedLowDelay = 39;
    private const int EscapeType = 31;

    /// <summary>audioObjectType of the core coder: 1 Main, 2 LC, 3 SSR, 4 LTP, 23 LD, 39 ELD.</summary>
    public required int ObjectType { get; init; }

    /// <summary>Hz, of the core coder; half of what HE-AAC gives out.</summary>
    public required int SampleRate { get; init; }

    /// <summary>Hz, of what the decoder gives out.</summary>
    public required int OutputSampleRate { get; init; }

    /// <summary>channelConfiguration; 0 where a program_config_element lists the channels.</summary>
    public required int ChannelConfiguration { get; init; }

    /// <summary>Channels that the decoder gives out.</summary>
    public required int Channels { get; init; }

    /// <summary>
    /// Samples of each channel in a packet, at <see cref="SampleRate"/>: 1024 or 960, 512 or 480 for the low-delay types.
    /// </summary>
    public required int SamplesPerFrame { get; init; }

    /// <summary>Spectral band replication is signalled, either way (HE-AAC).</summary>
    public bool HasSbr { get; init; }

    /// <summary>Parametric stereo is signalled, either way (HE-AAC v2).</summary>
    public bool HasParametricStereo { get; init; }

    /// <summary>
    /// RFC 6381: <c>mp4a.40.</c> and the object type, such as <c>mp4a.40.2</c>; 5 and 29 for HE-AAC and its second version.
    /// </summary>
    public string CodecString =>
        string.Create(CultureInfo.InvariantCulture, $"mp4a.40.{(HasParametricStereo ? ParametricStereo : HasSbr ? Sbr : ObjectType)}");

    /// <summary>A configuration without extensions, of 1024 samples a frame.</summary>
    /// <param name="objectType">1 to 4.</param>
    /// <param name="sampleRate">Hz.</param>
    /// <param name="channelConfiguration">1 to 7.</param>
    /// <exception cref="BitstreamException">A value is out of range.</exception>
    public static AudioSpecificConfig Build(int objectType, int sampleRate, int channelConfiguration)
    {
        if (objectType is < 1 or > 4) throw new BitstreamException($"AAC: audio object type {objectType}; expected 1 to 4");
        if (sampleRate is < 1 or > 0xFFFFFF) throw new BitstreamException($"AAC: {sampleRate} Hz; expected 1 to {0xFFFFFF}");
        return new AudioSpecificConfig
        {
            ObjectType = objectType,
            SampleRate = sampleRate,
            OutputSampleRate = sampleRate,
            ChannelConfiguration = channelConfiguration,
            Channels = AudioConfigReader.ChannelsOf(channelConfiguration),
            SamplesPerFrame = 1024,
        };
    }

    /// <param name="config">The whole configuration; bytes after it are passed over.</param>
    /// <exception cref="BitstreamException">Cut short, with reserved values, or of an audio object type that is not AAC.</exception>
    public static AudioSpecificConfig Read(ReadOnlySpan<byte> config) => AudioConfigReader.Read(config);

    /// <summary>Object type, rate and channels, with SBR and PS signalled by hierarchy (§1.6.6) where they are there.</summary>
    /// <exception cref="BitstreamException">
    /// The channels are in a program_config_element, or the type is not one of the general audio coder's first four.
    /// </exception>
    public byte[] Write()
    {
        if (ObjectType > 4 || ChannelConfiguration == 0)
            throw new BitstreamException(
                $"AAC: object type {ObjectType} with channel configuration {ChannelConfiguration} cannot be written; expected 1 to 4, and not 0");
        var bits = new ConfigBits();
        if (HasSbr) bits.Add((uint)(HasParametricStereo ? ParametricStereo : Sbr), 5);
        else bits.Add((uint)ObjectType, 5);
        AddFrequency(ref bits, SampleRate);
        bits.Add((uint)ChannelConfiguration, 4);
        if (HasSbr)
        {
            AddFrequency(ref bits, OutputSampleRate);
            bits.Add((uint)ObjectType, 5);
        }

        bits.Add(SamplesPerFrame == 960 ? 0b100u : 0, 3); // frameLengthFlag, dependsOnCoreCoder, extensionFlag
        return bits.ToArray();
    }

    private static void AddFrequency(ref ConfigBits bits, int frequency)
    {
        var index = SamplingFrequency.IndexOf(frequency);
        bits.Add((uint)(index < 0 ? SamplingFrequency.Escape : index), 4);
        if (index < 0) bits.Add((uint)frequency, 24);
    }

    // The longest configuration written here has 5 + 28 + 4 + 28 + 5 + 3 bits.
    private struct ConfigBits
    {
        private UInt128 _value;
        private int _count;

        public void Add(uint value, int count)
        {
            _value = _value << count | value;
            _count += count;
        }

        public readonly byte[] ToArray()
        {
            var bytes = new byte[(_count + 7) / 8];
            var aligned = _value << bytes.Length * 8 - _count;
            for (var i = bytes.Length - 1; i >= 0; i--, aligned >>= 8) bytes[i] = (byte)aligned;
            return bytes;
        }
    }

    internal static bool IsEscape(uint type) => type == EscapeType;
}
