using TimeShift.Core.Media;

namespace TimeShift.Server.Http;

/// <summary>A problem document (RFC 9457), sent as <c>application/problem+json</c>.</summary>
internal sealed record Problem
{
    public required string Title { get; init; }

    public required int Status { get; init; }

    public string? Detail { get; init; }

    /// <summary>The query parameter or the part of the path that was wrong.</summary>
    public string? Parameter { get; init; }

    /// <summary>What came.</summary>
    public string? Value { get; init; }

    public string? Expected { get; init; }

    /// <summary>Footage that there is, for who asked for what there is not.</summary>
    public IReadOnlyList<ProblemRange>? Ranges { get; init; }

    public static async Task WriteAsync(HttpContext context, Problem problem)
    {
        var response = context.Response;
        response.StatusCode = problem.Status;
        response.ContentType = "application/problem+json";
        response.Headers.CacheControl = problem.Status == StatusCodes.Status400BadRequest ? "no-store" : "public, max-age=1";
        response.Headers.AccessControlAllowOrigin = "*";
        if (HttpMethods.IsHead(context.Request.Method)) return;
        await System.Text.Json.JsonSerializer.SerializeAsync(response.Body, problem, ServerJson.Default.Problem, context.RequestAborted).ConfigureAwait(false);
    }
}

internal sealed record ProblemRange(string From, string To)
{
    public static IReadOnlyList<ProblemRange> Of(IReadOnlyList<(Instant Start, Instant End)> ranges, int most = 50) =>
        [.. ranges.TakeLast(most).Select(r => new ProblemRange(r.Start.ToString(), r.End.ToString()))];
}
