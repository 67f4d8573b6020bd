using TimeShift.Core.Media;
using TimeShift.Formats.Mp4;

namespace TimeShift.Formats.Tests.Mp4;

/// <summary>Tracks with configuration records that real encoders made, of 320x240 test pictures and 48 kHz stereo.</summary>
internal static class TestTracks
{
    public static readonly Track H264 = new()
    {
        Id = 1,
        Codec = Codec.H264,
        Timescale = Timescale.Mpeg,
        CodecString = "avc1.64000D",
        Width = 320,
        Height = 240,
        Config = Convert.FromHexString("0164000DFFE100196764000DACD94141FB011000000300100000030320F142996001000468EF8FCBFDF8F800"),
    };

    // The header of an hvcC with no parameter set: arrays are not looked at here.
    public static readonly Track H265 = new()
    {
        Id = 3,
        Codec = Codec.H265,
        Timescale = new Timescale(12_800),
        CodecString = "hvc1.1.6.L60.90",
        Width = 320,
        Height = 240,
        Config = Convert.FromHexString("0101600000009000000000003CF000FCFDF8F800000F00"),
    };

    public static readonly Track Av1 = new()
    {
        Id = 4,
        Codec = Codec.Av1,
        Timescale = new Timescale(30),
        CodecString = "av01.0.00M.08",
        Width = 7680,
        Height = 4320,
        Config = Convert.FromHexString("81000C000A0B000000043CFFBC02F80040"),
    };

    public static readonly Track Aac = new()
    {
        Id = 2,
        Codec = Codec.Aac,
        Timescale = new Timescale(48_000),
        CodecString = "mp4a.40.2",
        SampleRate = 48_000,
        Channels = 2,
        Config = Convert.FromHexString("119056E500"),
    };

    public static readonly Track ALaw = TrackFactory.CreateG711(Codec.PcmA, 2, 8_000, 1);

    public static readonly Track MuLaw = TrackFactory.CreateG711(Codec.PcmU, 7, 16_000, 2);

    public static Track Of(Mp4TrackInfo info) => new()
    {
        Id = info.Id,
        Codec = info.Codec!.Value,
        Timescale = info.Timescale,
        CodecString = "",
        Config = info.Config,
        Width = info.Width,
        Height = info.Height,
        SampleRate = info.Codec!.Value.Kind() == MediaKind.Audio ? info.SampleRate : 0,
        Channels = info.Channels,
    };
}
