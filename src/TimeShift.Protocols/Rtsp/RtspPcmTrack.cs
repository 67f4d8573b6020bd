using TimeShift.Core.Media;
using TimeShift.Core.Packets;
using TimeShift.Formats;
using TimeShift.Formats.Rtp;
using TimeShift.Formats.Sdp;

namespace TimeShift.Protocols.Rtsp;

/// <summary>G.711 by RFC 3551 §4.5.14: the payload is the samples, with no header, so each RTP packet is a packet.</summary>
internal sealed class RtspPcmTrack : RtspTrack
{
    private readonly PacketPool _pool;
    private readonly int _channels;
    private bool _gap;
    private long _damaged;

    /// <exception cref="BitstreamException">More channels than are carried.</exception>
    public RtspPcmTrack(Codec codec, MediaDescription media, PayloadFormat format, PacketPool pool, TimeProvider clock)
        : base(codec, media, format, clock)
    {
        _pool = pool;
        _channels = format.Channels;
        SetTrack(TrackFactory.CreateG711(codec, 1, format.ClockRate, format.Channels));
    }

    public override long Damaged => _damaged;

    public override void Dispose()
    {
        // Nothing is held between two packets.
    }

    protected override void Take(in RtpPacket packet, long time, bool gap)
    {
        _gap |= gap;
        var samples = packet.Payload;
        if (samples.Length % _channels != 0)
        {
            _damaged++;
            _gap = true;
            FirstDamage ??= $"{samples.Length} bytes of G.711 are no whole samples of {_channels} channels";
            return;
        }

        var owned = _pool.Rent(samples.Length);
        samples.CopyTo(owned.Packet.Buffer);
        owned.Packet.SetPayload(0, samples.Length);
        Emit(owned, time, time, PacketFlags.Key | (_gap ? PacketFlags.Discontinuity : PacketFlags.None));
        _gap = false;
    }
}
