using OpenTelemetry.Metrics;

namespace TimeShift.Server.Metrics;

/// <summary><c>/metrics</c> in Prometheus' text format: the streams, the archive, and the runtime (processor, memory, garbage collection).</summary>
internal static class MetricsEndpoint
{
    public static void AddServices(IServiceCollection services)
    {
        services.AddSingleton<StreamMetrics>();
        services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddMeter(StreamMetrics.MeterName, "System.Runtime").AddPrometheusExporter());
    }

    public static void Map(WebApplication app)
    {
        app.Services.GetRequiredService<StreamMetrics>();
        app.MapPrometheusScrapingEndpoint();
    }
}
