using TimeShift.Core.Media;
using TimeShift.Core.Packets;
using TimeShift.Formats;
using TimeShift.Formats.Nal;
using TimeShift.Formats.Rtp;
using TimeShift.Formats.Sdp;

namespace TimeShift.Protocols.Rtsp;

/// <summary>H.264 (RFC 6184) or H.265 (RFC 7798).</summary>
internal sealed class RtspVideoTrack : RtspTrack
{
    private readonly AccessUnitBuilder _builder;
    private readonly DecodeTimes _decodeTimes;
    private ReadOnlyMemory<byte> _config;
    private long _broken;

    public RtspVideoTrack(Codec codec, MediaDescription media, PayloadFormat format, PacketPool pool, TimeProvider clock)
        : base(codec, media, format, clock)
    {
        _builder = new AccessUnitBuilder(codec, pool);
        _decodeTimes = new DecodeTimes(Timescale);
        string[] keys = codec == Codec.H264 ? ["sprop-parameter-sets"] : ["sprop-vps", "sprop-sps", "sprop-pps"];
        foreach (var set in keys.SelectMany(key => (format[key] ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)))
        {
            // Padding is often forgotten.
            var nal = new byte[set.Length];
            if (Convert.TryFromBase64String(set.PadRight((set.Length + 3) / 4 * 4, '='), nal, out var length)) _builder.AddParameterSet(nal.AsSpan(0, length));
        }

        Configure();
    }

    public override long Damaged => _builder.Dropped + _broken;

    public override void Dispose() => _builder.Dispose();

    protected override void Take(in RtpPacket packet, long time, bool gap)
    {
        if (gap) _builder.Lose();
        if (_builder.IsNext(time)) End();
        try
        {
            _builder.Add(packet.Payload, time);
        }
        catch (RtpFormatException e)
        {
            _broken++;
            FirstDamage ??= e.Message;
        }

        if (packet.Marker && _builder.EndsAtMarker) End();
    }

    private void End()
    {
        var whole = _builder.TryEnd(out var unit);
        Configure();
        if (!whole) return;
        if (!_decodeTimes.TryNext(unit.Time, unit.IsKey, out var dts))
        {
            unit.Packet.Dispose();
            return;
        }

        Emit(unit.Packet, dts, unit.Time, (unit.IsKey ? PacketFlags.Key : PacketFlags.None) | (unit.AfterGap ? PacketFlags.Discontinuity : PacketFlags.None));
    }

    private void Configure()
    {
        if (_builder.Config.Equals(_config) || _builder.Config.IsEmpty) return;
        _config = _builder.Config;
        try
        {
            SetConfig(_config);
            var step = Track!.NominalDuration.Ticks;
            _decodeTimes.Configure(Track, step > 0 ? step : Media.FrameRate > 0 ? (long)(Timescale.TicksPerSecond / Media.FrameRate) : 0);
        }
        catch (BitstreamException e)
        {
            // The next parameter sets may be better.
            _broken++;
            FirstDamage ??= e.Message;
        }
    }
}
