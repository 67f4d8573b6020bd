using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using TimeShift.Core.Hub;
using TimeShift.Core.Media;
using TimeShift.Storage;
using TimeShift.Storage.Live;

namespace TimeShift.Recording.Tests.Fixtures;

/// <summary>A hub, a recorder and an archive in a folder of their own, with a clock that the test moves.</summary>
internal sealed class Studio : IAsyncDisposable
{
    public static readonly StreamName Name = StreamName.Parse("live/front-door");
    public static readonly DateTimeOffset Epoch = new(2026, 11, 22, 16, 0, 0, TimeSpan.Zero);

    private readonly string _folder = Directory.CreateTempSubdirectory("timeshift-studio-").FullName;
    private readonly TimeSpan? _reelLength;
    private readonly Dictionary<long, EdgeSegment> _seen = [];
    private readonly Dictionary<long, int> _targets = [];
    private long _seenVersion;

    public Studio(RecordingOptions? recording = null, TimeSpan? reelLength = null)
    {
        Recording = recording ?? new RecordingOptions();
        _reelLength = reelLength;
        (Archive, Hub) = Open();
    }

    public RecordingOptions Recording { get; set; }

    public FakeTimeProvider Clock { get; } = new(Epoch);

    public Archive Archive { get; private set; }

    public StreamHub Hub { get; private set; }

    public LiveStream Live => Hub.GetOrAdd(Name);

    public StreamArchive Stream => Archive.TryGet(Name, out var stream) ? stream : throw new InvalidOperationException("Nothing was published yet.");

    public string StreamFolder => Path.Combine(_folder, Name.Value);

    /// <summary>Each segment as it was last seen at the live edge, with its parts.</summary>
    public IReadOnlyDictionary<long, EdgeSegment> Seen => _seen;

    /// <summary>The target duration when each segment was last seen.</summary>
    public IReadOnlyDictionary<long, int> Targets => _targets;

    public Publisher Publish() => Hub.TryPublish(Name, new PublisherInfo("test", "here"), out var publisher, out var refusal)
        ? publisher
        : throw new InvalidOperationException(refusal);

    /// <summary>Looks at the live edge; called after each packet, so that nothing passes by unseen.</summary>
    public bool Look()
    {
        var edge = Stream.Edge;
        if (edge.Version == _seenVersion) return false;
        _seenVersion = edge.Version;
        foreach (var segment in edge.Segments)
        {
            if (_seen.TryGetValue(segment.Info.Number, out var old) && old.IsComplete) continue;
            _seen[segment.Info.Number] = segment;
            _targets[segment.Info.Number] = Stream.TargetDuration;
        }

        return true;
    }

    /// <summary>As if the program were ended and started again.</summary>
    public async Task RestartAsync()
    {
        await Archive.DisposeAsync();
        (Archive, Hub) = Open();
        _seenVersion = 0;
    }

    public async ValueTask DisposeAsync()
    {
        Assert.Equal(0, Live.SinkFaults);
        await Archive.DisposeAsync();
        // The identity is saved on a pool thread.
        for (var i = 0; ; i++)
        {
            try
            {
                Directory.Delete(_folder, recursive: true);
                return;
            }
            catch (IOException) when (i < 20)
            {
                await Task.Delay(50);
            }
        }
    }

    private (Archive, StreamHub) Open()
    {
        var options = new ArchiveOptions { Root = _folder, Flush = FlushPolicy.None, WriterThreads = 1 };
        if (_reelLength is { } length) options = options with { MaxReelLength = length };
        var archive = new Archive(options, Clock, NullLogger<Archive>.Instance);
        var hub = new StreamHub(Clock, NullLogger<StreamHub>.Instance);
        new Recorder(archive, Recording, Clock, NullLogger<Recorder>.Instance).Attach(hub);
        return (archive, hub);
    }
}
