using Microsoft.Extensions.Logging;
using TimeShift.Core.Hub;
using TimeShift.Core.Media;
using TimeShift.Storage;

namespace TimeShift.Recording;

/// <summary>Puts a recorder on every stream of the hub.</summary>
public sealed class Recorder(Archive archive, RecordingOptions options, TimeProvider clock, ILogger<Recorder> logger)
{
    /// <summary>From now on each stream that the hub gets is recorded.</summary>
    /// <exception cref="IOException">Thrown by <see cref="StreamHub.GetOrAdd"/>: the stream's folder cannot be made or is another's.</exception>
    public void Attach(StreamHub hub) => hub.StreamAdded = Record;

    private void Record(LiveStream stream)
    {
        var kept = archive.GetOrAdd(stream.Name, options.InitialTargetDuration);
        // Longer segments were asked for since: the reel that begins now follows a discontinuity.
        kept.RaiseTarget(options.InitialTargetDuration);
        if (kept.LastEnd is { } end) stream.ContinueAfter(end, kept.LastMediaEnd ?? MediaTime.Zero(Timescale.Microseconds));
        stream.AddSink(new StreamRecorder(kept, options, clock, logger));
    }
}
