using TimeShift.Core.Media;
using TimeShift.Core.Packets;
using TimeShift.Formats;
using TimeShift.Formats.Rtp;
using TimeShift.Formats.Sdp;

namespace TimeShift.Protocols.Rtsp;

/// <summary>One track of a camera: makes packets of the RTP packets that it sends.</summary>
internal abstract class RtspTrack : IDisposable
{
    private bool _matched;

    protected RtspTrack(Codec codec, MediaDescription media, PayloadFormat format, TimeProvider clock)
    {
        (Codec, Media, Format) = (codec, media, format);
        Timescale = new Timescale(format.ClockRate);
        Reception = new RtpReception(format.ClockRate, clock);
    }

    public Codec Codec { get; }

    public MediaDescription Media { get; }

    public PayloadFormat Format { get; }

    public Timescale Timescale { get; }

    public RtpReception Reception { get; }

    /// <summary>Gets the packets; set before the first.</summary>
    public IRtspPackets? Packets { get; set; }

    /// <summary>Null until its configuration is known.</summary>
    public Track? Track { get; private set; }

    /// <summary>Another than the one published last.</summary>
    public bool TrackChanged { get; set; }

    /// <summary>Position in the published set; -1 where it is not in it.</summary>
    public int Position { get; set; } = -1;

    /// <summary>Added to RTP times; see <see cref="RtspPublication"/>.</summary>
    public long Offset { get; set; }

    public bool IsAligned { get; set; }

    /// <summary>The RTP time that PLAY's answer named; null where it did not.</summary>
    public uint? PlayTime { get; set; }

    public bool SaidBye { get; private set; }

    /// <summary>Packets whose payload was broken, and access units of which a part was missing.</summary>
    public abstract long Damaged { get; }

    /// <summary>Of the first broken payload.</summary>
    public string? FirstDamage { get; protected set; }

    /// <exception cref="RtpFormatException">It is no RTP.</exception>
    public void TakeRtp(ReadOnlySpan<byte> packet)
    {
        var rtp = RtpPacket.Read(packet);
        // Comfort noise, retransmissions; a camera that uses another type than it said uses it from its first packet on.
        if (rtp.PayloadType != Format.Type && _matched) return;
        _matched |= rtp.PayloadType == Format.Type;
        if (rtp.Payload.IsEmpty || !Reception.TryTake(rtp, out var time, out var gap)) return;
        Take(rtp, time, gap);
    }

    /// <exception cref="RtpFormatException">It is no RTCP.</exception>
    public void TakeRtcp(ReadOnlySpan<byte> compound)
    {
        var packets = new RtcpPackets(compound);
        while (packets.MoveNext())
        {
            if (packets.Type == RtcpPackets.SenderReport) Reception.Report(RtcpSenderReport.Read(packets.Current));
            SaidBye |= packets.Type == RtcpPackets.Bye;
        }
    }

    public abstract void Dispose();

    protected abstract void Take(in RtpPacket packet, long time, bool gap);

    protected void SetConfig(ReadOnlyMemory<byte> config) => SetTrack(TrackFactory.Create(Codec, 1, Timescale, config));

    protected void SetTrack(Track track)
    {
        if (track.Equals(Track)) return;
        Track = track;
        TrackChanged = true;
    }

    protected void Emit(OwnedPacket owned, long dts, long pts, PacketFlags flags)
    {
        var packet = owned.Packet;
        packet.Dts = new MediaTime(dts, Timescale);
        packet.Pts = new MediaTime(pts, Timescale);
        packet.Duration = new MediaTime(Track!.TicksOf(packet.PayloadLength), Timescale);
        packet.Flags = flags;
        packet.SourceInstant = Reception.InstantOf(pts);
        Packets!.Add(this, owned);
    }

    public override string ToString() => Format.ToString();
}

/// <summary>Takes what tracks make, in the order of arrival.</summary>
internal interface IRtspPackets
{
    /// <summary>Takes the reference. Times are RTP's own, unwrapped.</summary>
    void Add(RtspTrack track, OwnedPacket packet);
}
