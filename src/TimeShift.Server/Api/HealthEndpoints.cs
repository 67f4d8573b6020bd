using TimeShift.Server.Hosting;

namespace TimeShift.Server.Api;

/// <param name="Waiting">What is not ready yet, or failed; empty when ready.</param>
internal sealed record Readiness(bool Ready, IReadOnlyList<string> Waiting);

/// <summary><c>/healthz/live</c>: the process answers. <c>/healthz/ready</c>: it takes publishers and viewers.</summary>
internal static class HealthEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/healthz/live", () => TypedResults.Text("live\n"));
        routes.MapGet("/healthz/ready", (ServerState state) =>
        {
            var readiness = new Readiness(state.Waiting.Count == 0, state.Waiting);
            return TypedResults.Json(readiness, ServerJson.Default.Readiness, statusCode: readiness.Ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
        });
    }
}
