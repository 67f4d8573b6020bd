using TimeShift.Core.Media;

namespace TimeShift.Core.Tests;

/// <summary>Tracks as sources describe them, with configuration bytes that no decoder ever sees.</summary>
internal static class TestTracks
{
    public static Track Video(int id = 1, int timescale = 90_000, byte config = 1, double rate = 25) => new()
    {
        Id = id,
        Codec = Codec.H264,
        Timescale = new Timescale(timescale),
        Config = new byte[] { config },
        CodecString = "avc1.64001F",
        Width = 1280,
        Height = 720,
        NominalDuration = rate > 0 ? MediaTime.FromSeconds(1 / rate, new Timescale(timescale)) : default,
    };

    public static Track Audio(int id = 2, int timescale = 48_000, int rate = 48_000) => new()
    {
        Id = id,
        Codec = Codec.Aac,
        Timescale = new Timescale(timescale),
        Config = new byte[] { 0x11, 0x90 },
        CodecString = "mp4a.40.2",
        SampleRate = rate,
        Channels = 2,
        NominalDuration = new MediaTime(1024, new Timescale(rate)).Rescale(new Timescale(timescale)),
    };

    public static TrackSet Both(byte config = 1) => new([Video(config: config), Audio()]);
}
