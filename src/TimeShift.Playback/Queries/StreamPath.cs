using System.Diagnostics.CodeAnalysis;
using TimeShift.Core.Media;

namespace TimeShift.Playback.Queries;

/// <summary>A request path, taken apart: <c>/{stream}/{resource}</c>. A stream's name may hold slashes; the last part is the resource.</summary>
/// <param name="Query">What the path itself asks for, where it is one of the aliases; else null, and the query string says it.</param>
public sealed record StreamPath(StreamName Stream, ResourceName Resource, TimelineQuery? Query = null)
{
    /// <summary>
    /// For the hot paths: cuts a decoded path without allocating. <paramref name="stream"/> is not checked, for a look-up by span
    /// that finds only names that are there.
    /// </summary>
    public static bool TrySplit(ReadOnlySpan<char> path, out ReadOnlySpan<char> stream, out ResourceName resource)
    {
        stream = default;
        resource = default;
        if (!TryCut(path, out var name, out var last) || !ResourceName.TryParse(last, out resource)) return false;
        stream = name;
        return true;
    }

    /// <summary>Reads any path, percent-encoded or not.</summary>
    /// <param name="fault">
    /// What is wrong with a path that would be one of a stream; null where the result is true, and where the path is none of these at all.
    /// </param>
    public static bool TryParse(string path, Instant now, [NotNullWhen(true)] out StreamPath? result, out QueryFault? fault)
    {
        result = null;
        fault = null;
        var decoded = path.Contains('%', StringComparison.Ordinal) ? Uri.UnescapeDataString(path) : path;
        if (!TryCut(decoded, out var name, out var last)) return false;
        TimelineQuery? query = null;
        if (!ResourceName.TryParse(last, out var resource) && !PathAlias.TryParse(last, now, out query, out fault)) return false;
        if (!StreamName.TryParse(name.ToString(), out var stream, out var error))
        {
            fault = new QueryFault("path", name.ToString(), error);
            return false;
        }

        result = new StreamPath(stream, resource, query);
        return true;
    }

    private static bool TryCut(ReadOnlySpan<char> path, out ReadOnlySpan<char> name, out ReadOnlySpan<char> last)
    {
        name = default;
        last = default;
        var slash = path.LastIndexOf('/');
        if (slash < 2 || path[0] != '/') return false;
        name = path[1..slash];
        last = path[(slash + 1)..];
        return true;
    }
}
