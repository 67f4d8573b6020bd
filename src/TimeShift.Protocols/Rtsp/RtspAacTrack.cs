using TimeShift.Core.Media;
using TimeShift.Core.Packets;
using TimeShift.Formats;
using TimeShift.Formats.Aac;
using TimeShift.Formats.Rtp;
using TimeShift.Formats.Sdp;

namespace TimeShift.Protocols.Rtsp;

/// <summary>AAC by RFC 3640 (mode AAC-hbr, and AAC-lbr by its field widths).</summary>
internal sealed class RtspAacTrack : RtspTrack
{
    private readonly AacAssembler _assembler;
    private readonly AacLayout _layout;
    private readonly long _frame;
    private bool _gap;
    private bool _inGap;
    private long _damaged;

    /// <exception cref="BitstreamException">The configuration is broken.</exception>
    public RtspAacTrack(MediaDescription media, PayloadFormat format, PacketPool pool, TimeProvider clock)
        : base(Codec.Aac, media, format, clock)
    {
        _assembler = new AacAssembler(pool);
        _layout = LayoutOf(format);
        SetConfig(ConfigOf(format));
        _frame = Track!.NominalDuration.Ticks;
    }

    public override long Damaged => _damaged;

    /// <summary>The widths of AAC-hbr where the SDP forgets them.</summary>
    public static AacLayout LayoutOf(PayloadFormat format) =>
        new(format.Number("sizelength") ?? 13, format.Number("indexlength") ?? 3, format.Number("indexdeltalength") ?? format.Number("indexlength") ?? 3);

    public override void Dispose() => _assembler.Dispose();

    protected override void Take(in RtpPacket packet, long time, bool gap)
    {
        if (gap)
        {
            if (_assembler.Lose()) _damaged++;
            _gap = _inGap = true;
        }

        try
        {
            var frames = new AacFrames(packet.Payload, _layout);
            while (frames.MoveNext())
            {
                // Fragments whose first one may be lost are passed over up to their last.
                if (_inGap && frames.Current.Length < frames.FrameLength) break;
                _inGap = false;
                if (!_assembler.TryAdd(frames.Current, frames.FrameLength, out var owned)) break;
                var at = time + frames.Index * _frame;
                Emit(owned, at, at, PacketFlags.Key | (_gap ? PacketFlags.Discontinuity : PacketFlags.None));
                _gap = false;
            }

            if (packet.Marker) _inGap = false;
        }
        catch (RtpFormatException e)
        {
            _damaged++;
            _gap = true;
            FirstDamage ??= e.Message;
        }
    }

    private static byte[] ConfigOf(PayloadFormat format)
    {
        var text = format["config"] ?? "";
        try
        {
            if (text.Length >= 4) return Convert.FromHexString(text);
        }
        catch (FormatException)
        {
            throw new BitstreamException($"the AAC configuration of the SDP has {text.Length} characters that are no hexadecimal number");
        }

        return AudioSpecificConfig.Build(AudioSpecificConfig.LowComplexity, format.ClockRate, format.Channels).Write();
    }
}
