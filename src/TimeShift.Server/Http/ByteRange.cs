using System.Globalization;

namespace TimeShift.Server.Http;

internal enum RangeRequest
{
    /// <summary>No Range header, or one that RFC 9110 §14.2 lets a server ignore: several ranges, another unit, bad syntax.</summary>
    None,
    Satisfiable,
    Unsatisfiable,
}

/// <summary>One byte range of a resource.</summary>
internal readonly record struct ByteRange(long From, long Length)
{
    /// <summary>Reads <c>bytes=a-b</c>, <c>bytes=a-</c> or <c>bytes=-n</c> (RFC 9110 §14.1.2).</summary>
    public static RangeRequest Parse(string? header, long size, out ByteRange range)
    {
        range = new ByteRange(0, size);
        if (header is null || !header.StartsWith("bytes=", StringComparison.OrdinalIgnoreCase)) return RangeRequest.None;
        var text = header.AsSpan(6).Trim();
        var dash = text.IndexOf('-');
        if (dash < 0 || text.Contains(',')) return RangeRequest.None;
        var first = text[..dash];
        var last = text[(dash + 1)..];
        if (first.IsEmpty)
        {
            if (!TryNumber(last, out var suffix)) return RangeRequest.None;
            if (suffix == 0) return RangeRequest.Unsatisfiable;
            var length = Math.Min(suffix, size);
            range = new ByteRange(size - length, length);
            return size > 0 ? RangeRequest.Satisfiable : RangeRequest.Unsatisfiable;
        }

        var to = size - 1;
        if (!TryNumber(first, out var from) || !last.IsEmpty && !TryNumber(last, out to) || to < from && !last.IsEmpty) return RangeRequest.None;
        if (from >= size) return RangeRequest.Unsatisfiable;
        range = new ByteRange(from, Math.Min(to, size - 1) - from + 1);
        return RangeRequest.Satisfiable;
    }

    private static bool TryNumber(ReadOnlySpan<char> text, out long value) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
