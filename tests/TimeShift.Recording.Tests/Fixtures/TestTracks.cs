using TimeShift.Core.Media;
using TimeShift.Formats;

namespace TimeShift.Recording.Tests.Fixtures;

/// <summary>Tracks as libx264 and FFmpeg's AAC encoder make them, for packets of which only the times matter.</summary>
internal static class TestTracks
{
    public static readonly Track Small = Video("0142c00cffe100176742c00cda05067e7c0440000003004000000c83c50aa801000468ce0fc8");
    public static readonly Track Large = Video("0142c01effe100196742c01eda0280bfe5c044000003000400000300c83c58ba8001000468ce0fc8");

    public static readonly TrackSet SmallWithAudio = new([Small, Audio(2)]);
    public static readonly TrackSet SmallAlone = new([Small]);
    public static readonly TrackSet LargeWithAudio = new([Large, Audio(2)]);
    public static readonly TrackSet LargeAlone = new([Large]);
    public static readonly TrackSet AudioAlone = new([Audio(1)]);

    public static readonly TrackSet SmallWithG711 = new([Small, TrackFactory.CreateG711(Codec.PcmA, 2, 8_000, 1)]);
    public static readonly TrackSet G711Alone = new([TrackFactory.CreateG711(Codec.PcmU, 1, 8_000, 1)]);

    private static Track Video(string avcC) => TrackFactory.Create(Codec.H264, 1, Timescale.Mpeg, Convert.FromHexString(avcC));

    private static Track Audio(int id) => TrackFactory.Create(Codec.Aac, id, new Timescale(48_000), new byte[] { 0x11, 0x90 });
}
