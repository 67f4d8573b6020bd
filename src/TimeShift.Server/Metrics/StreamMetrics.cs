using System.Diagnostics.Metrics;
using TimeShift.Core.Hub;
using TimeShift.Core.Packets;
using TimeShift.Protocols.Rtmp;
using TimeShift.Storage;

namespace TimeShift.Server.Metrics;

/// <summary>What the streams and the archive count, read when somebody asks: a packet pays nothing for it.</summary>
internal sealed class StreamMetrics
{
    public const string MeterName = "TimeShift";

    private readonly StreamHub _hub;
    private readonly Archive _archive;

    public StreamMetrics(IMeterFactory meters, StreamHub hub, Archive archive, RtmpServer? rtmp = null)
    {
        (_hub, _archive) = (hub, archive);
        var meter = meters.Create(MeterName);
        meter.CreateObservableUpDownCounter("timeshift.publishers", () => hub.Streams.Count(s => s.Publisher is not null), "{publisher}", "Streams that somebody publishes now");
        if (rtmp is not null) meter.CreateObservableCounter("timeshift.rtmp.refused", () => rtmp.Refused, "{connection}", "Publishers not let in, because the server was at its limit");
        meter.CreateObservableCounter("timeshift.stream.packets", () => OfStreams(s => s.Packets), "{packet}", "Packets published");
        meter.CreateObservableCounter("timeshift.stream.bytes", () => OfStreams(s => s.Bytes), "By", "Bytes of packets published");
        meter.CreateObservableCounter("timeshift.stream.timestamps.mended", () => OfStreams(s => s.TimelineCounters.Mended), "{packet}", "Packets whose times were wrong and were corrected");
        meter.CreateObservableCounter("timeshift.stream.packets.dropped", () => OfStreams(s => s.TimelineCounters.Dropped), "{packet}", "Packets left out because no time could be found for them");
        meter.CreateObservableCounter("timeshift.stream.jumps", () => OfStreams(s => s.TimelineCounters.Jumps), "{jump}", "Jumps in time that became a discontinuity");
        meter.CreateObservableCounter("timeshift.archive.dropped", () => OfArchive(a => a.DroppedBytes), "By", "Bytes shown live and not recorded, because the disk failed or fell behind");
        meter.CreateObservableUpDownCounter("timeshift.archive.pending", () => OfArchive(a => a.PendingBytes), "By", "Bytes that wait for the disk");
        meter.CreateObservableUpDownCounter("timeshift.packets.outstanding", () => PacketPool.Shared.Outstanding, "{packet}", "Packet buffers in use");
        meter.CreateObservableUpDownCounter("timeshift.packets.retained", () => PacketPool.Shared.RetainedBytes, "By", "Free packet buffers kept for later");
    }

    private static KeyValuePair<string, object?> Tag(Core.Media.StreamName name) => new("stream", name.Value);

    private IEnumerable<Measurement<long>> OfStreams(Func<LiveStream, long> value) => _hub.Streams.Select(s => new Measurement<long>(value(s), Tag(s.Name)));

    private IEnumerable<Measurement<long>> OfArchive(Func<StreamArchive, long> value) => _archive.Streams.Select(s => new Measurement<long>(value(s), Tag(s.Name)));
}
