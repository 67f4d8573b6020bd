using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using TimeShift.Storage;

namespace TimeShift.Server.Http;

/// <summary>
/// The answers just given, by address. Many viewers ask for the same between two parts: the first question is understood, looked up and rendered, the others get its answer.
/// </summary>
internal sealed class RecentPlaylists(TimeProvider clock)
{
    private const int Capacity = 1_024;

    /// <summary>What an answer says of the clock, where a window begins for instance, may be this old.</summary>
    private static readonly TimeSpan _keep = TimeSpan.FromMilliseconds(200);

    private readonly ConcurrentDictionary<(string Path, string Query), Entry> _entries = new();

    public bool TryGet(string path, string query, [NotNullWhen(true)] out PlaylistAnswer? answer)
    {
        answer = null;
        if (!_entries.TryGetValue((path, query), out var entry)) return false;
        if (entry.Edge != Edge.Of(entry.Archive) || clock.GetElapsedTime(entry.Made) > _keep) return false;
        answer = entry.Answer;
        return true;
    }

    /// <param name="seen">The live edge before the answer was made.</param>
    public void Keep(string path, string query, PlaylistAnswer answer, StreamArchive archive, Edge seen)
    {
        // Addresses are the clients' to invent.
        if (_entries.Count >= Capacity) _entries.Clear();
        _entries[(path, query)] = new Entry(answer, archive, seen, clock.GetTimestamp());
    }

    /// <summary>What tells one state of a live edge from another.</summary>
    public readonly record struct Edge(long Version, bool IsRecording)
    {
        public static Edge Of(StreamArchive archive) => new(archive.EdgeVersion, archive.IsRecording);
    }

    private sealed record Entry(PlaylistAnswer Answer, StreamArchive Archive, Edge Edge, long Made);
}
