using System.Globalization;
using TimeShift.Core.Media;
using TimeShift.Playback;
using TimeShift.Playback.Playlists;
using TimeShift.Playback.Queries;
using TimeShift.Server.Hosting;

namespace TimeShift.Server.Http;

/// <summary>Serves <c>/{stream}/…</c>: playlists, init segments, segments and parts. Terminal for these paths, silent for all others.</summary>
internal sealed class MediaMiddleware(
    RequestDelegate next, PlaybackRegistry registry, PlaybackOptions options, TimeProvider clock, IHostApplicationLifetime lifetime)
{
    private readonly RecentPlaylists _recent = new(clock);

    public Task InvokeAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "/";
        if (HttpMethods.IsGet(context.Request.Method) && _recent.TryGet(path, context.Request.QueryString.Value ?? "", out var recent))
            return MediaResponses.SendPlaylistAsync(context, recent);
        var now = Instant.Now(clock);
        if (!StreamPath.TryParse(path, now, out var asked, out var fault))
            return fault is null ? next(context) : BadRequest(context, fault);

        var method = context.Request.Method;
        if (HttpMethods.IsOptions(method)) return Preflight(context);
        if (!HttpMethods.IsGet(method) && !HttpMethods.IsHead(method))
        {
            context.Response.Headers.Allow = "GET, HEAD, OPTIONS";
            return Problem.WriteAsync(context, new Problem { Title = "Media can only be read", Status = StatusCodes.Status405MethodNotAllowed, Value = method, Expected = "GET or HEAD" });
        }

        if (!registry.TryGet(asked!.Stream, out var playback))
        {
            return Problem.WriteAsync(
                context, new Problem { Title = "No such stream", Status = StatusCodes.Status404NotFound, Detail = $"There is no stream '{asked.Stream}': nothing was ever published or recorded under this name.", Value = asked.Stream.Value });
        }

        return asked.Resource.Kind switch
        {
            ResourceKind.MultivariantPlaylist or ResourceKind.MediaPlaylist => PlaylistAsync(context, playback, asked, now),
            ResourceKind.Init => InitAsync(context, playback, asked),
            _ => ContentAsync(context, playback, asked),
        };
    }

    private async Task PlaylistAsync(HttpContext context, StreamPlayback playback, StreamPath asked, Instant now)
    {
        var parameters = context.Request.Query;
        QueryFault? fault = null;
        var question = asked.Query;
        if (!TimelineQuery.TryParse(Flatten(parameters), now, out var asWords, out fault) || !BlockingReload.TryParse(parameters, out var reload, out fault))
        {
            await BadRequest(context, fault!).ConfigureAwait(false);
            return;
        }

        if (question is not null && asWords is not TimelineQuery.Live { Window: null })
        {
            await BadRequest(context, new QueryFault("path", context.Request.Path.Value!, "either a path or a query that names the time")).ConfigureAwait(false);
            return;
        }

        question ??= asWords;

        if (asked.Resource.Kind == ResourceKind.MediaPlaylist && question is TimelineQuery.At { Since: null } at)
        {
            // Every reload of a list that began "now" would begin anew: the multivariant playlist says when it was.
            await BadRequest(context, new QueryFault("since", "", $"when the viewer began; ask for index.m3u8?at={at.Start} and follow its addresses")).ConfigureAwait(false);
            return;
        }

        if (reload is { } wait && BlockingReload.AppliesTo(playback.Window(question)) && !await WaitAsync(context, playback, wait).ConfigureAwait(false)) return;
        var seen = RecentPlaylists.Edge.Of(playback.Archive);
        var query = PlaylistQuery.For(parameters, asked.Query, question, now);
        var playlist = asked.Resource.Kind == ResourceKind.MultivariantPlaylist
            ? playback.Multivariant(question, query)
            : playback.Media(question, new TrackSelector(asked.Resource.Track, asked.Resource.Index), query);
        if (playlist is null)
        {
            await NothingThere(context, playback, asked, question).ConfigureAwait(false);
            return;
        }

        var answer = new PlaylistAnswer(playlist);
        // Who waits asks for another list each time, and who begins "now" begins at a time of its own.
        if (reload is null && question is not TimelineQuery.At { Since: null })
            _recent.Keep(context.Request.Path.Value!, context.Request.QueryString.Value ?? "", answer, playback.Archive, seen);
        await MediaResponses.SendPlaylistAsync(context, answer).ConfigureAwait(false);
    }

    private async Task<bool> WaitAsync(HttpContext context, StreamPlayback playback, BlockingReload wait)
    {
        if (wait.TooFar(playback, options.PartTarget) is { } fault)
        {
            await BadRequest(context, fault).ConfigureAwait(false);
            return false;
        }

        var patience = TimeSpan.FromSeconds(3 * playback.Archive.TargetDuration);
        if (await WaitAsync(context, playback, wait.Number, wait.Part, patience).ConfigureAwait(false)) return true;
        context.Response.Headers.RetryAfter = playback.Archive.TargetDuration.ToString(CultureInfo.InvariantCulture);
        await Problem.WriteAsync(context, new Problem
        {
            Title = "It did not come",
            Status = StatusCodes.Status503ServiceUnavailable,
            Detail = $"Segment {wait.Number} did not come within {patience.TotalSeconds:0} s: the publisher is gone or has stalled.",
        }).ConfigureAwait(false);
        return false;
    }

    // Nothing comes any more when the server stops: who waits gets the answer at once, and the server does not wait for them.
    private async Task<bool> WaitAsync(HttpContext context, StreamPlayback playback, long number, int? part, TimeSpan patience)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        try
        {
            return await playback.WaitForAsync(number, part, patience, ends.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            return false;
        }
    }

    private static Task InitAsync(HttpContext context, StreamPlayback playback, StreamPath asked)
    {
        var resource = asked.Resource;
        var init = playback.Init(new TrackSelector(resource.Track, resource.Index), resource.Number);
        return init is null ? NotThere(context, asked) : MediaResponses.SendBytesAsync(context, init, ContentType(resource.Track), ETag(playback, resource));
    }

    private async Task ContentAsync(HttpContext context, StreamPlayback playback, StreamPath asked)
    {
        var resource = asked.Resource;
        int? part = resource.Kind == ResourceKind.Part ? resource.Part : null;
        if (part is not null && playback.IsNext(resource.Number, part))
        {
            // A preload hint was followed: the answer is the part, as soon as it is there (RFC 8216bis §6.2.6).
            var patience = TimeSpan.FromSeconds(3 * playback.Archive.TargetDuration);
            await WaitAsync(context, playback, resource.Number, part, patience).ConfigureAwait(false);
        }

        using var content = playback.Open(new TrackSelector(resource.Track, resource.Index), resource.Number, part);
        if (content is null) await NotThere(context, asked).ConfigureAwait(false);
        else await MediaResponses.SendContentAsync(context, content, ContentType(resource.Track), ETag(playback, resource)).ConfigureAwait(false);
    }

    private static string ContentType(MediaKind kind) => kind == MediaKind.Video ? "video/mp4" : "audio/mp4";

    private static string ETag(StreamPlayback playback, ResourceName resource) => $"\"{playback.Archive.Identity.Id:N}-{resource}\"";

    private static IEnumerable<KeyValuePair<string, string>> Flatten(IQueryCollection parameters) =>
        parameters.SelectMany(p => p.Value.Select(v => KeyValuePair.Create(p.Key, v ?? "")));

    private static Task Preflight(HttpContext context)
    {
        var headers = context.Response.Headers;
        MediaResponses.AllowAnyOrigin(headers);
        headers.AccessControlAllowMethods = "GET, HEAD, OPTIONS";
        headers.AccessControlAllowHeaders = "Range, If-None-Match, If-Range";
        headers.AccessControlMaxAge = "86400";
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private static Task BadRequest(HttpContext context, QueryFault fault) => Problem.WriteAsync(context, new Problem
    {
        Title = "The request cannot be understood",
        Status = StatusCodes.Status400BadRequest,
        Detail = fault.ToString(),
        Parameter = fault.Parameter,
        Value = fault.Came,
        Expected = fault.Expected,
    });

    private static Task NothingThere(HttpContext context, StreamPlayback playback, StreamPath asked, TimelineQuery question)
    {
        var ranges = playback.Ranges();
        var tracks = playback.Tracks(question);
        var leftOut = playback.LeftOut(question);
        var isFootage = tracks.Count > 0 || leftOut.Count > 0;
        return Problem.WriteAsync(context, new Problem
        {
            Title = !isFootage ? "No footage there" : tracks.Count == 0 ? "Nothing to play there" : "No such track",
            Status = StatusCodes.Status404NotFound,
            Detail = isFootage ? Absence.OfTrack(asked.Stream, asked.Resource, tracks, leftOut) : Absence.OfFootage(asked.Stream, question, ranges),
            Value = isFootage ? asked.Resource.ToString() : null,
            Ranges = ProblemRange.Of(ranges),
        });
    }

    private static Task NotThere(HttpContext context, StreamPath asked) => Problem.WriteAsync(context, new Problem
    {
        Title = "Not there",
        Status = StatusCodes.Status404NotFound,
        Detail = $"Stream '{asked.Stream}' has no {asked.Resource} (yet, or any more).",
        Value = asked.Resource.ToString(),
    });
}
