using Microsoft.Extensions.Logging;
using TimeShift.Core.Media;
using TimeShift.Core.Packets;
using TimeShift.Formats;
using TimeShift.Formats.Sdp;

namespace TimeShift.Protocols.Rtsp;

/// <summary>Decides which media of a session description are carried.</summary>
internal static class RtspTracks
{
    /// <exception cref="RtspException">None, or one that only another reader can take.</exception>
    public static List<RtspTrack> Create(SessionDescription description, StreamName name, PacketPool pool, TimeProvider clock, ILogger logger)
    {
        var tracks = new List<RtspTrack>();
        var others = new List<string>();
        try
        {
            foreach (var media in description.Media.Where(m => m.Kind is "video" or "audio" && !m.Formats.IsEmpty))
            {
                if (TryCreate(media, pool, clock) is { } track) tracks.Add(track);
                else others.Add($"{media.Kind} {media.Formats[0]}");
            }

            if (tracks.Count == 0)
                throw new RtspException(RtspFault.Unsupported, $"no track that is carried here: {(others.Count == 0 ? "no video and no audio" : string.Join(", ", others))}; expected H.264, H.265, AAC or G.711");
        }
        catch
        {
            foreach (var track in tracks) track.Dispose();
            throw;
        }

        foreach (var other in others) Log.RtspTrackLeftOut(logger, name, other);
        return tracks;
    }

    private static RtspTrack? TryCreate(MediaDescription media, PacketPool pool, TimeProvider clock)
    {
        foreach (var format in media.Formats.Where(f => f.ClockRate > 0))
        {
            switch (format.Encoding)
            {
                case "H264" when format.Number("packetization-mode") is not > 1:
                    return new RtspVideoTrack(Codec.H264, media, format, pool, clock);
                case "H265" or "HEVC" when format.Number("sprop-max-don-diff") is null or 0:
                    return new RtspVideoTrack(Codec.H265, media, format, pool, clock);
                case "MPEG4-GENERIC" when RtspAacTrack.LayoutOf(format).IsValid && (format["mode"] ?? "AAC").StartsWith("AAC", StringComparison.OrdinalIgnoreCase):
                    return CreateAac(media, format, pool, clock);
                case "PCMA" or "PCMU" when format.Channels <= TrackFactory.MaxG711Channels:
                    return new RtspPcmTrack(format.Encoding == "PCMA" ? Codec.PcmA : Codec.PcmU, media, format, pool, clock);
                case "H264" or "H265" or "HEVC" or "MPEG4-GENERIC" or "MP4A-LATM":
                    throw new RtspException(RtspFault.Unsupported, $"{format.Encoding} is packed in a way that is not read here");
            }
        }

        return null;
    }

    private static RtspAacTrack CreateAac(MediaDescription media, PayloadFormat format, PacketPool pool, TimeProvider clock)
    {
        try
        {
            return new RtspAacTrack(media, format, pool, clock);
        }
        catch (BitstreamException e)
        {
            throw new RtspException(RtspFault.Unsupported, e.Message);
        }
    }
}
