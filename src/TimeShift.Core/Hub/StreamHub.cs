using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using TimeShift.Core.Media;

namespace TimeShift.Core.Hub;

/// <summary>All streams by name. A stream, once named, stays: its publisher may come and go.</summary>
public sealed class StreamHub(TimeProvider clock, ILogger<StreamHub> logger)
{
    private readonly ConcurrentDictionary<StreamName, LiveStream> _streams = new();
    private readonly Lock _adding = new();

    /// <summary>Called once for each stream, before its first packet; set once, before anything publishes.</summary>
    public Action<LiveStream>? StreamAdded { get; set; }

    public ICollection<LiveStream> Streams => _streams.Values;

    public bool TryGet(StreamName name, [NotNullWhen(true)] out LiveStream? stream) => _streams.TryGetValue(name, out stream);

    public LiveStream GetOrAdd(StreamName name)
    {
        if (_streams.TryGetValue(name, out var found)) return found;
        lock (_adding)
        {
            if (_streams.TryGetValue(name, out found)) return found;
            var stream = new LiveStream(name, clock, logger);
            StreamAdded?.Invoke(stream);
            _streams[name] = stream;
            return stream;
        }
    }

    /// <summary>Takes a stream's one place for a publisher.</summary>
    /// <param name="refusal">Why not, when the result is false: somebody else publishes there, or there is no place to record it.</param>
    public bool TryPublish(StreamName name, PublisherInfo info, [NotNullWhen(true)] out Publisher? publisher, [NotNullWhen(false)] out string? refusal)
    {
        try
        {
            return GetOrAdd(name).TryPublish(info, out publisher, out refusal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            publisher = null;
            refusal = $"stream '{name}' has no place to be recorded: {e.Message}";
            return false;
        }
    }
}
