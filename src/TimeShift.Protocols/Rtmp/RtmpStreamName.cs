using System.Diagnostics.CodeAnalysis;
using TimeShift.Core.Media;

namespace TimeShift.Protocols.Rtmp;

/// <summary><c>rtmp://host/&lt;app&gt;/&lt;key&gt;</c> names the stream <c>&lt;app&gt;/&lt;key&gt;</c>; a query after either is no part of it.</summary>
internal static class RtmpStreamName
{
    /// <param name="error">What came and what is expected, when the result is false.</param>
    public static bool TryMake(string app, string key, out StreamName name, [NotNullWhen(false)] out string? error)
    {
        var path = WithoutQuery(app);
        var last = WithoutQuery(key);
        if (last.Length == 0)
        {
            name = default;
            error = $"the stream key is empty; expected rtmp://host/{(path.Length == 0 ? "<app>" : path)}/<name>";
            return false;
        }

        return StreamName.TryParse(path.Length == 0 ? last : $"{path}/{last}", out name, out error);
    }

    private static string WithoutQuery(string text)
    {
        var query = text.IndexOf('?', StringComparison.Ordinal);
        return (query < 0 ? text : text[..query]).Trim('/');
    }
}
