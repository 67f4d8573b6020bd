using TimeShift.Core.Media;

namespace TimeShift.Formats.Hls;

/// <summary>Which codecs a playlist may name.</summary>
public static class HlsCodecs
{
    /// <summary>
    /// False for G.711: no player of HLS decodes it from fMP4 (HLS Authoring Specification for Apple Devices 2.1; Media Source Extensions in no browser).
    /// </summary>
    public static bool Plays(Codec codec) => !codec.IsG711();
}
