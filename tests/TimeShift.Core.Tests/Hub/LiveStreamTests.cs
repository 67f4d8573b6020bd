using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using TimeShift.Core.Hub;
using TimeShift.Core.Media;
using TimeShift.Core.Packets;

namespace TimeShift.Core.Tests.Hub;

public sealed class LiveStreamTests
{
    private static readonly PublisherInfo _camera = new("rtmp", "10.0.0.7:1234");
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(56));
    private readonly PacketPool _pool = new();
    private readonly StreamHub _hub;
    private readonly StreamName _name = StreamName.Parse("live/cam");
    private long _dts;

    public LiveStreamTests() => _hub = new StreamHub(_clock, NullLogger<StreamHub>.Instance);

    [Fact]
    public void A_second_publisher_is_refused_with_the_reason_until_the_first_is_gone()
    {
        Assert.True(_hub.TryPublish(_name, _camera, out var first, out _));
        Assert.False(_hub.TryPublish(_name, new PublisherInfo("rtmp", "other"), out var second, out var refusal));
        Assert.Null(second);
        Assert.Contains("10.0.0.7:1234", refusal, StringComparison.Ordinal);
        Assert.Contains("live/cam", refusal, StringComparison.Ordinal);
        first.Dispose();
        Assert.Null(first.Stream.Publisher);
        Assert.True(_hub.TryPublish(_name, _camera, out _, out _));
    }

    [Fact]
    public void Epochs_say_why_they_begin()
    {
        var sink = new Sink();
        var stream = _hub.GetOrAdd(_name);
        stream.AddSink(sink);
        using (var publisher = Publish())
        {
            publisher.SetTracks(TestTracks.Both());
            Send(publisher);
            // The same content in other objects is no change.
            publisher.SetTracks(TestTracks.Both());
            Send(publisher);
            publisher.SetTracks(TestTracks.Both(config: 2));
            Send(publisher);
            publisher.End(StreamEnd.Lost);
        }

        using (var publisher = Publish())
        {
            publisher.SetTracks(TestTracks.Both(config: 2));
            Send(publisher);
        }

        Assert.Equal(
            ["Start 0", "packet", "packet", "CodecChange 1", "packet", "Lost", "Reconnect 2", "packet", "Finished"], sink.Seen);
        Assert.Equal(4, stream.Packets);
        Assert.Equal(400, stream.Bytes);
        Assert.Equal(0, _pool.Outstanding);
    }

    [Fact]
    public void A_gap_begins_an_epoch_with_the_packet_that_follows_it()
    {
        var sink = new Sink();
        using var publisher = Publish();
        publisher.Stream.AddSink(sink);
        publisher.SetTracks(TestTracks.Both());
        Send(publisher);
        _clock.Advance(TimeSpan.FromSeconds(20));
        _dts += 20_000 * 90;
        Send(publisher);
        Assert.Equal(["Start 0", "packet", "TimeJump 1", "packet"], sink.Seen);
        Assert.Equal(1, publisher.Stream.TimelineCounters.Jumps);
    }

    [Fact]
    public void A_sink_that_throws_is_taken_off_and_the_others_go_on()
    {
        var bad = new Sink { FailAt = 2 };
        var good = new Sink();
        using var publisher = Publish();
        publisher.Stream.AddSink(bad);
        publisher.Stream.AddSink(good);
        publisher.SetTracks(TestTracks.Both());
        for (var i = 0; i < 5; i++) Send(publisher);
        Assert.Equal(["Start 0", "packet"], bad.Seen);
        Assert.Equal(6, good.Seen.Count);
        Assert.Equal(1, publisher.Stream.SinkFaults);
        Assert.Equal(0, _pool.Outstanding);
    }

    [Fact]
    public void A_sink_that_throws_when_it_is_added_does_not_stay()
    {
        using var publisher = Publish();
        publisher.SetTracks(TestTracks.Both());
        var bad = new Sink { FailAt = 0 };
        publisher.Stream.AddSink(bad);
        Send(publisher);
        Assert.Empty(bad.Seen);
        Assert.Equal(1, publisher.Stream.SinkFaults);
    }

    [Fact]
    public void A_sink_added_while_live_is_told_the_epoch_and_one_added_before_is_not()
    {
        var early = new Sink();
        var late = new Sink();
        var stream = _hub.GetOrAdd(_name);
        stream.AddSink(early);
        Assert.Empty(early.Seen);
        using var publisher = Publish();
        publisher.SetTracks(TestTracks.Both());
        Send(publisher);
        stream.AddSink(late);
        Assert.Equal(["Start 0"], late.Seen);
        stream.RemoveSink(early);
        Send(publisher);
        Assert.Equal(["Start 0", "packet"], late.Seen);
        Assert.Equal(["Start 0", "packet"], early.Seen);
    }

    [Fact]
    public void After_its_end_a_publisher_can_do_nothing_and_the_packet_is_returned_all_the_same()
    {
        var publisher = Publish();
        publisher.SetTracks(TestTracks.Both());
        publisher.End(StreamEnd.Fault);
        Assert.Throws<InvalidOperationException>(() => Send(publisher));
        Assert.Throws<InvalidOperationException>(() => publisher.SetTracks(TestTracks.Both()));
        Assert.Equal(0, _pool.Outstanding);
        using var other = Publish();
        publisher.Dispose();
        Assert.Same(_camera, other.Stream.Publisher);
    }

    [Fact]
    public void Packets_before_the_tracks_are_refused()
    {
        using var publisher = Publish();
        Assert.Throws<InvalidOperationException>(() => Send(publisher));
        Assert.Equal(0, _pool.Outstanding);
    }

    [Fact]
    public void A_stream_is_announced_once_before_it_can_be_found_and_not_kept_when_that_fails()
    {
        var announced = 0;
        _hub.StreamAdded = stream =>
        {
            Assert.False(_hub.TryGet(stream.Name, out _));
            if (announced++ == 0) throw new IOException("no room");
        };
        Assert.Throws<IOException>(() => _hub.GetOrAdd(_name));
        Assert.False(_hub.TryGet(_name, out _));
        var stream = _hub.GetOrAdd(_name);
        Assert.Same(stream, _hub.GetOrAdd(_name));
        Assert.Equal(2, announced);
        Assert.Equal([stream], _hub.Streams);
    }

    [Fact]
    public void Publishing_allocates_nothing_once_it_runs()
    {
        using var publisher = Publish();
        using var queue = new PacketQueue();
        publisher.Stream.AddSink(queue);
        publisher.SetTracks(TestTracks.Both());
        Take(queue);
        SendAndTake(100);
        var before = GC.GetAllocatedBytesForCurrentThread();
        SendAndTake(5_000);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
#if !DEBUG
        Assert.Equal(0, allocated);
#endif

        void SendAndTake(int count)
        {
            for (var i = 0; i < count; i++)
            {
                Send(publisher);
                Take(queue);
            }
        }

        static void Take(PacketQueue queue) => queue.ReadAsync().Result.Packet.Dispose();
    }

    private Publisher Publish()
    {
        Assert.True(_hub.TryPublish(_name, _camera, out var publisher, out var refusal), refusal);
        return publisher;
    }

    private void Send(Publisher publisher)
    {
        var owned = _pool.Rent(100);
        owned.Packet.SetPayload(0, 100);
        owned.Packet.Flags = PacketFlags.Key;
        owned.Packet.Dts = owned.Packet.Pts = new MediaTime(_dts += 3600, Timescale.Mpeg);
        publisher.Publish(owned);
    }

    private sealed class Sink : IPacketSink
    {
        public List<string> Seen { get; } = [];

        public int FailAt { get; init; } = -1;

        public void OnEpoch(StreamEpoch epoch) => Add($"{epoch.Reason} {epoch.Number}");

        public void OnPacket(MediaPacket packet) => Add("packet");

        public void OnEnd(StreamEnd end) => Add($"{end}");

        private void Add(string what)
        {
            if (Seen.Count == FailAt) throw new InvalidOperationException("a defect");
            Seen.Add(what);
        }
    }
}
