using TimeShift.Core.Media;
using TimeShift.Formats.Rtp;

namespace TimeShift.Protocols.Rtsp;

/// <summary>What a receiver knows of one RTP stream: its sequence, its clock, and what its sender reports said. Allocates nothing.</summary>
internal sealed class RtpReception(int clockRate, TimeProvider clock)
{
    /// <summary>A packet this much older than the newest is a late copy; further back, the sender began anew.</summary>
    private const int MaxLate = 100;
    private uint _highest;
    private long _lastTime;
    private long _received;
    private long _firstSequence;
    private long _reportedExpected;
    private long _reportedReceived;
    private uint _reportSsrc;
    private ulong _lastNtp;
    private long _lastReportAt;

    public bool HasPackets => _received > 0;

    public uint Ssrc { get; private set; }

    /// <summary>Packets that never came.</summary>
    public long Lost { get; private set; }

    /// <summary>RTP time, unwrapped, of the last sender report; meaningful where <see cref="ReportInstant"/> is there.</summary>
    public long ReportTime { get; private set; }

    /// <summary>The sender's clock at <see cref="ReportTime"/>; null before the first report.</summary>
    public Instant? ReportInstant { get; private set; }

    /// <summary>Unwrapped time of the first packet.</summary>
    public long FirstTime { get; private set; }

    /// <param name="time">The packet's RTP time, unwrapped: nearest to the one before.</param>
    /// <param name="gap">Packets before this one are missing.</param>
    /// <returns>False for a packet that was there already.</returns>
    public bool TryTake(in RtpPacket packet, out long time, out bool gap)
    {
        time = Unwrap(packet.Timestamp);
        gap = false;
        if (_received == 0 || packet.Ssrc != Ssrc)
        {
            gap = _received > 0;
            if (_received == 0) FirstTime = time;
            Ssrc = packet.Ssrc;
            // Another sender has other reports.
            if (_reportSsrc != Ssrc) ReportInstant = null;
            (_highest, _firstSequence, _reportedExpected, _reportedReceived, _received) = (packet.Sequence, packet.Sequence, 0, 0, 0);
        }
        else
        {
            int step = unchecked((short)(packet.Sequence - (ushort)_highest));
            if (step is <= 0 and > -MaxLate) return false;
            gap = step != 1;
            if (step > 1) Lost += step - 1;
            if (step > 0) _highest += (uint)step;
            else (_highest, _firstSequence, _reportedExpected, _reportedReceived, _received) = (packet.Sequence, packet.Sequence, 0, 0, 0);
        }

        _lastTime = time;
        _received++;
        return true;
    }

    public void Report(in RtcpSenderReport report)
    {
        if (report.UnixMicroseconds is not { } unix) return;
        (_lastNtp, _lastReportAt) = (report.Ntp, clock.GetTimestamp());
        if (HasPackets && report.Ssrc != Ssrc) return;
        _reportSsrc = report.Ssrc;
        ReportTime = Unwrap(report.Timestamp);
        if (!HasPackets) _lastTime = ReportTime;
        ReportInstant = new Instant(unix);
    }

    /// <summary>The sender's own clock at an RTP time; null before its first report.</summary>
    public Instant? InstantOf(long time) => ReportInstant is { } instant ? new Instant(instant.Microseconds + Microseconds(time - ReportTime)) : null;

    public long Microseconds(long ticks) => (long)((Int128)ticks * 1_000_000 / clockRate);

    public long Ticks(long microseconds) => (long)((Int128)microseconds * clockRate / 1_000_000);

    /// <summary>Unwrapped time of a 32-bit one near the last packet's.</summary>
    public long Unwrap(uint timestamp) => _received == 0 && _lastTime == 0 ? timestamp : _lastTime + unchecked((int)(timestamp - (uint)_lastTime));

    /// <summary>RFC 3550 §6.4.1 and §A.3.</summary>
    public RtcpReceiverReport MakeReport(uint ownSsrc)
    {
        var expected = (long)_highest - _firstSequence + 1;
        var (newlyExpected, newlyReceived) = (expected - _reportedExpected, _received - _reportedReceived);
        (_reportedExpected, _reportedReceived) = (expected, _received);
        var fraction = newlyExpected > 0 && newlyExpected > newlyReceived ? (newlyExpected - newlyReceived) * 256 / newlyExpected : 0;
        var delay = _lastNtp == 0 ? 0 : (uint)Math.Min(uint.MaxValue, clock.GetElapsedTime(_lastReportAt).TotalSeconds * 65_536);
        return new RtcpReceiverReport(
            ownSsrc, Ssrc, (byte)Math.Min(255, fraction), (int)Math.Min(Lost, int.MaxValue), _highest, (uint)(_lastNtp >> 16), delay);
    }
}
