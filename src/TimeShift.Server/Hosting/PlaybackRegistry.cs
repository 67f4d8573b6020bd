using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using TimeShift.Core.Media;
using TimeShift.Playback;
using TimeShift.Storage;

namespace TimeShift.Server.Hosting;

/// <summary>Playback of each stream that the archive has, live or not.</summary>
internal sealed class PlaybackRegistry(Archive archive, PlaybackOptions options, TimeProvider clock)
{
    private readonly ConcurrentDictionary<StreamArchive, StreamPlayback> _playbacks = new();

    public bool TryGet(StreamName name, [NotNullWhen(true)] out StreamPlayback? playback)
    {
        playback = archive.TryGet(name, out var stream) ? _playbacks.GetOrAdd(stream, s => new StreamPlayback(s, options, clock)) : null;
        return playback is not null;
    }
}
