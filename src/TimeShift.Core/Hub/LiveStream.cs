using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using TimeShift.Core.Media;
using TimeShift.Core.Packets;
using TimeShift.Core.Timeline;

namespace TimeShift.Core.Hub;

/// <summary>One stream: at most one publisher, any number of sinks, and the timeline that both share.</summary>
public sealed class LiveStream
{
    private readonly Lock _gate = new();
    private readonly ILogger _logger;
    private readonly StreamTimeline _timeline;
    private ImmutableArray<IPacketSink> _sinks = [];
    private Publisher? _publisher;
    private StreamEpoch? _epoch;
    private long _epochs;
    private long _packets;
    private long _bytes;
    private long _sinkFaults;

    internal LiveStream(StreamName name, TimeProvider clock, ILogger logger)
    {
        Name = name;
        _logger = logger;
        _timeline = new StreamTimeline(clock);
    }

    public StreamName Name { get; }

    /// <summary>Who publishes now; null while nobody does.</summary>
    public PublisherInfo? Publisher => Volatile.Read(ref _publisher)?.Info;

    /// <summary>The running epoch; null while nothing is published.</summary>
    public StreamEpoch? Epoch => Volatile.Read(ref _epoch);

    public long Packets => Interlocked.Read(ref _packets);

    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Sinks that threw and were taken off the stream.</summary>
    public long SinkFaults => Interlocked.Read(ref _sinkFaults);

    public TimelineCounters TimelineCounters => _timeline.Counters;

    /// <summary>The timeline goes on after this instant, and media time after this time: what is recorded already is never overlapped.</summary>
    public void ContinueAfter(Instant end, MediaTime mediaEnd)
    {
        lock (_gate) _timeline.ContinueAfter(end, mediaEnd.Microseconds);
    }

    /// <summary>Adds a sink; it is told the running epoch at once. It must wait for a key frame itself.</summary>
    public void AddSink(IPacketSink sink)
    {
        lock (_gate)
        {
            _sinks = _sinks.Add(sink);
            if (_epoch is { } epoch) Guard(sink, epoch, static (s, e) => s.OnEpoch(e));
        }
    }

    public void RemoveSink(IPacketSink sink)
    {
        lock (_gate) _sinks = _sinks.Remove(sink);
    }

    internal bool TryPublish(PublisherInfo info, [NotNullWhen(true)] out Publisher? publisher, [NotNullWhen(false)] out string? refusal)
    {
        lock (_gate)
        {
            if (_publisher is { } other)
            {
                publisher = null;
                refusal = $"stream '{Name}' already has a publisher ({other.Info})";
                return false;
            }

            _publisher = publisher = new Publisher(this, info);
            refusal = null;
        }

        Log.PublisherStarted(_logger, Name, info.Protocol, info.Peer);
        return true;
    }

    internal void SetTracks(Publisher publisher, TrackSet tracks)
    {
        lock (_gate)
        {
            ThrowIfNotCurrent(publisher);
            if (_epoch is { } running && running.Tracks.Equals(tracks)) return;
            BeginEpoch(tracks, _epoch is not null ? EpochReason.CodecChange : _epochs == 0 ? EpochReason.Start : EpochReason.Reconnect);
        }
    }

    internal void Publish(Publisher publisher, OwnedPacket owned)
    {
        using (owned)
        {
            var packet = owned.Packet;
            lock (_gate)
            {
                ThrowIfNotCurrent(publisher);
                var epoch = _epoch ?? throw new InvalidOperationException("SetTracks comes before the first packet.");
                var verdict = _timeline.Stamp(packet);
                if (verdict == TimestampVerdict.NewEpoch)
                {
                    BeginEpoch(epoch.Tracks, EpochReason.TimeJump);
                    verdict = _timeline.Stamp(packet);
                }

                if (verdict == TimestampVerdict.Drop) return;
                Interlocked.Increment(ref _packets);
                Interlocked.Add(ref _bytes, packet.PayloadLength);
                foreach (var sink in _sinks) Guard(sink, packet, static (s, p) => s.OnPacket(p));
            }
        }
    }

    internal void End(Publisher publisher, StreamEnd end)
    {
        lock (_gate)
        {
            if (_publisher != publisher) return;
            Volatile.Write(ref _publisher, null);
            Volatile.Write(ref _epoch, null);
            foreach (var sink in _sinks) Guard(sink, end, static (s, e) => s.OnEnd(e));
        }

        Log.PublisherEnded(_logger, Name, publisher.Info.Protocol, publisher.Info.Peer, end);
    }

    private void BeginEpoch(TrackSet tracks, EpochReason reason)
    {
        _timeline.BeginEpoch(tracks, reason);
        var epoch = new StreamEpoch(tracks, reason, _epochs++);
        Volatile.Write(ref _epoch, epoch);
        Log.EpochStarted(_logger, Name, epoch.Number, reason, tracks);
        foreach (var sink in _sinks) Guard(sink, epoch, static (s, e) => s.OnEpoch(e));
    }

    // A sink that throws is a defect; it costs neither the publisher nor the other sinks anything.
    private void Guard<T>(IPacketSink sink, T argument, Action<IPacketSink, T> call)
    {
        try
        {
            call(sink, argument);
        }
#pragma warning disable CA1031 // whatever the sink throws ends that sink alone
        catch (Exception e)
#pragma warning restore CA1031
        {
            _sinks = _sinks.Remove(sink);
            Interlocked.Increment(ref _sinkFaults);
            Log.SinkFailed(_logger, e, Name, sink.GetType().Name);
        }
    }

    private void ThrowIfNotCurrent(Publisher publisher)
    {
        if (_publisher != publisher) throw new InvalidOperationException($"This publisher's stay on stream '{Name}' has ended.");
    }
}
