using System.Buffers;
using Microsoft.Net.Http.Headers;
using TimeShift.Storage;

namespace TimeShift.Server.Http;

/// <summary>Sends playlists and media with the headers that players and caches want.</summary>
internal static class MediaResponses
{
    /// <summary>Bytes that are read and sent at a time: large enough for the disk, small enough for the pool.</summary>
    private const int Chunk = 64 << 10;
    private const string PlaylistType = "application/vnd.apple.mpegurl";

    /// <summary>Names the same bytes for ever.</summary>
    private const string Immutable = "public, max-age=31536000, immutable";

    public static Task SendPlaylistAsync(HttpContext context, PlaylistAnswer answer)
    {
        var (request, response) = (context.Request, context.Response);
        var headers = response.Headers;
        AllowAnyOrigin(headers);
        headers.CacheControl = answer.CacheControl;
        headers.Vary = HeaderNames.AcceptEncoding;
        var gzip = AcceptsGzip(request);
        var etag = gzip ? answer.GzipETag : answer.Playlist.ETag;
        headers.ETag = etag;
        if (IsKnown(request, etag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        response.ContentType = PlaylistType;
        var body = answer.Playlist.Bytes;
        if (gzip)
        {
            headers.ContentEncoding = "gzip";
            body = answer.Playlist.Gzip;
        }

        response.ContentLength = body.Length;
        if (HttpMethods.IsHead(request.Method)) return Task.CompletedTask;
        if (body.Length > Chunk) return response.Body.WriteAsync(body, context.RequestAborted).AsTask();
        // Sent with the headers, in one go, when the request ends.
        response.BodyWriter.Write(body.Span);
        return Task.CompletedTask;
    }

    public static async Task SendBytesAsync(HttpContext context, ReadOnlyMemory<byte> bytes, string contentType, string etag)
    {
        if (!Begin(context, bytes.Length, contentType, etag, out var range)) return;
        await context.Response.Body.WriteAsync(bytes.Slice((int)range.From, (int)range.Length), context.RequestAborted).ConfigureAwait(false);
    }

    /// <summary>Sends a track's bytes, whole or a range of them, by positional reads straight into the response's buffers.</summary>
    public static async Task SendContentAsync(HttpContext context, TrackContent content, string contentType, string etag)
    {
        if (!Begin(context, content.Length, contentType, etag, out var range)) return;
        // Before the headers are out, what is written is kept elsewhere and copied.
        await context.Response.StartAsync(context.RequestAborted).ConfigureAwait(false);
        var writer = context.Response.BodyWriter;
        var position = range.From;
        var end = range.From + range.Length;
        while (position < end)
        {
            var read = Read(content, position, writer.GetMemory((int)Math.Min(Chunk, end - position)), end);
            if (read == 0)
            {
                // The reel is shorter than its index says. The length is promised: only an abort tells the player.
                context.Abort();
                return;
            }

            writer.Advance(read);
            position += read;
            var flushed = await writer.FlushAsync(context.RequestAborted).ConfigureAwait(false);
            if (flushed.IsCompleted || flushed.IsCanceled) return;
        }
    }

    public static void AllowAnyOrigin(IHeaderDictionary headers)
    {
        headers.AccessControlAllowOrigin = "*";
        headers.AccessControlExposeHeaders = "Content-Length, Content-Range, Date, ETag";
    }

    private static int Read(TrackContent content, long position, Memory<byte> memory, long end) =>
        content.Read(position, memory.Span[..(int)Math.Min(memory.Length, end - position)]);

    private static bool Begin(HttpContext context, long length, string contentType, string etag, out ByteRange range)
    {
        var (request, response) = (context.Request, context.Response);
        var headers = response.Headers;
        range = default;
        AllowAnyOrigin(headers);
        headers.CacheControl = Immutable;
        headers.ETag = etag;
        headers.AcceptRanges = "bytes";
        if (IsKnown(request, etag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return false;
        }

        response.ContentType = contentType;
        var wanted = ByteRange.Parse(RangeHeader(request, etag), length, out range);
        if (wanted == RangeRequest.Unsatisfiable)
        {
            response.StatusCode = StatusCodes.Status416RangeNotSatisfiable;
            headers.ContentRange = $"bytes */{length}";
            headers.CacheControl = "no-store";
            response.ContentType = null;
            return false;
        }

        if (wanted == RangeRequest.Satisfiable)
        {
            response.StatusCode = StatusCodes.Status206PartialContent;
            headers.ContentRange = $"bytes {range.From}-{range.From + range.Length - 1}/{length}";
        }

        response.ContentLength = range.Length;
        return !HttpMethods.IsHead(request.Method);
    }

    // If-Range with another tag: the client has other bytes, and wants all of these (RFC 9110 §13.1.5).
    private static string? RangeHeader(HttpRequest request, string etag)
    {
        var condition = request.Headers.IfRange;
        return condition.Count == 0 || condition == etag ? (string?)request.Headers.Range : null;
    }

    private static bool IsKnown(HttpRequest request, string etag)
    {
        foreach (var value in request.Headers.IfNoneMatch)
        {
            if (value is null) continue;
            foreach (var tag in value.Split(',', StringSplitOptions.TrimEntries))
            {
                // A weak comparison (RFC 9110 §13.1.2): caches that compress weaken the tag.
                if (tag == "*" || (tag.StartsWith("W/", StringComparison.Ordinal) ? tag.AsSpan(2) : tag).SequenceEqual(etag)) return true;
            }
        }

        return false;
    }

    // RFC 9110 §12.5.3: gzip, or any with *, unless its weight is 0.
    private static bool AcceptsGzip(HttpRequest request)
    {
        if (request.Headers.AcceptEncoding.Count == 0) return false;
        if (!StringWithQualityHeaderValue.TryParseList(request.Headers.AcceptEncoding, out var codings)) return false;
        var named = codings.FirstOrDefault(c => c.Value.Equals("gzip", StringComparison.OrdinalIgnoreCase)) ?? codings.FirstOrDefault(c => c.Value == "*");
        return named is not null && named.Quality is not 0;
    }
}
