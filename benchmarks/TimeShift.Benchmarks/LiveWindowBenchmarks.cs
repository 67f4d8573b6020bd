using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Logging.Abstractions;
using TimeShift.Core.Hub;
using TimeShift.Core.Media;
using TimeShift.Core.Packets;
using TimeShift.Formats;
using TimeShift.Playback;
using TimeShift.Playback.Playlists;
using TimeShift.Playback.Queries;
using TimeShift.Playback.Windows;
using TimeShift.Recording;
using TimeShift.Storage;

namespace TimeShift.Benchmarks;

/// <summary>A day of a stream in a real archive, in segments of two seconds: what a request for a playlist costs, by the window that it asks for.</summary>
[MemoryDiagnoser]
public class LiveWindowBenchmarks
{
    private const int Seconds = 24 * 3600;
    private static readonly StreamName Name = StreamName.Parse("bench/day");
    private static readonly DateTimeOffset Begin = new(2026, 11, 22, 0, 0, 0, TimeSpan.Zero);

    private readonly ManualClock _clock = new(Begin);
    private readonly PlaybackOptions _options = new();
    private string _folder = "";
    private Archive _archive = null!;
    private Publisher _publisher = null!;
    private StreamArchive _stream = null!;
    private StreamPlayback _playback = null!;
    private TimelineQuery _question = null!;

    [Params("live", "window=24h", "range", "from", "at", "delay")]
    public string Question { get; set; } = "live";

    [GlobalSetup]
    public async Task SetUp()
    {
        _folder = Directory.CreateTempSubdirectory("timeshift-bench-").FullName;
        _archive = new Archive(new ArchiveOptions { Root = _folder, Flush = FlushPolicy.None }, _clock, NullLogger<Archive>.Instance);
        var hub = new StreamHub(_clock, NullLogger<StreamHub>.Instance);
        new Recorder(_archive, new RecordingOptions(), _clock, NullLogger<Recorder>.Instance).Attach(hub);
        if (!hub.TryPublish(Name, new PublisherInfo("bench", "here"), out _publisher!, out var refusal)) throw new InvalidOperationException(refusal);
        var track = TrackFactory.Create(
            Codec.H264, 1, Timescale.Mpeg, Convert.FromHexString("0142c00cffe100176742c00cda05067e7c0440000003004000000c83c50aa801000468ce0fc8"));
        _publisher.SetTracks(new TrackSet([track]));
        for (var frame = 0; frame < Seconds * 2; frame++)
        {
            _clock.MoveTo(Begin + TimeSpan.FromMilliseconds(500 * frame));
            Send(frame);
            // Nothing is dropped for the disk's sake.
            if (frame % 10_000 == 0) await _archive.Streams.First().WhenWritten().ConfigureAwait(false);
        }

        if (!_archive.TryGet(Name, out _stream!)) throw new InvalidOperationException("Nothing was recorded.");
        _playback = new StreamPlayback(_stream, _options, _clock);
        var start = Instant.From(Begin);
        _question = Question switch
        {
            "live" => new TimelineQuery.Live(),
            "window=24h" => new TimelineQuery.Live(TimeSpan.FromHours(24)),
            "range" => new TimelineQuery.Range(start + TimeSpan.FromHours(12), start + TimeSpan.FromHours(13)),
            "from" => new TimelineQuery.Growing(start + TimeSpan.FromHours(23)),
            "at" => new TimelineQuery.At(start + TimeSpan.FromHours(12), start + TimeSpan.FromHours(23)),
            _ => new TimelineQuery.Delay(TimeSpan.FromMinutes(30)),
        };
    }

    [GlobalCleanup]
    public async Task CleanUp()
    {
        _publisher.Dispose();
        await _archive.DisposeAsync().ConfigureAwait(false);
        Directory.Delete(_folder, recursive: true);
    }

    [Benchmark]
    public TimelineWindow? Resolve() => WindowResolver.Resolve(new SegmentLookup(_stream), _question, _stream, _options, Instant.Now(_clock), isLive: true);

    /// <summary>As every request but the first after a change.</summary>
    [Benchmark(Baseline = true)]
    public RenderedPlaylist? Cached() => _playback.Media(_question, TrackSelector.Video, "");

    /// <summary>As the first request after a change.</summary>
    [Benchmark]
    public int Render()
    {
        var lookup = new SegmentLookup(_stream);
        var window = WindowResolver.Resolve(lookup, _question, _stream, _options, Instant.Now(_clock), isLive: true)!.Value;
        var key = new PlaylistKey(TrackSelector.Video, window, lookup.Edge.Version, true, _stream.TargetDuration, "");
        return MediaPlaylistRenderer.Render(key, lookup, _options).Length;
    }

    private void Send(int frame)
    {
        var owned = PacketPool.Shared.Rent(16);
        owned.Packet.Dts = owned.Packet.Pts = new MediaTime(frame * 45_000L, Timescale.Mpeg);
        owned.Packet.Flags = frame % 4 == 0 ? PacketFlags.Key : PacketFlags.None;
        owned.Packet.SetPayload(0, 16);
        _publisher.Publish(owned);
    }

    private sealed class ManualClock(DateTimeOffset start) : TimeProvider
    {
        private DateTimeOffset _now = start;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void MoveTo(DateTimeOffset now) => _now = now;

        public override DateTimeOffset GetUtcNow() => _now;

        public override long GetTimestamp() => _now.UtcTicks;
    }
}
