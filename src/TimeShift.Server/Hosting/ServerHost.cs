using System.Net;
using Microsoft.Extensions.Configuration.CommandLine;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.FileProviders;
using TimeShift.Core.Hub;
using TimeShift.Ingest;
using TimeShift.Protocols.Rtmp;
using TimeShift.Recording;
using TimeShift.Server.Api;
using TimeShift.Server.Http;
using TimeShift.Server.Metrics;
using TimeShift.Storage;

namespace TimeShift.Server.Hosting;

/// <summary>Builds the program out of its parts.</summary>
internal static class ServerHost
{
    /// <summary>Time for viewers to get what they are being sent, after recording has ended; the archive is closed whatever time that takes.</summary>
    private static readonly TimeSpan _stopWithin = TimeSpan.FromSeconds(3);

    public static WebApplicationBuilder CreateBuilder(IEnumerable<string> configuration, string? configFile, IReadOnlyDictionary<string, string?> defaults)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ApplicationName = "timeshift",
            Args = ["--hostBuilder:reloadConfigOnChange=false"],
        });
        IConfigurationBuilder sources = builder.Configuration;
        // What is said to the host only, as above, is no setting.
        foreach (var given in sources.Sources.OfType<CommandLineConfigurationSource>().ToList()) sources.Sources.Remove(given);
        for (var i = 0; i < sources.Sources.Count; i++)
        {
            if (sources.Sources[i] is JsonConfigurationSource { Path: { } file }) sources.Sources[i] = SettingsFile.Source(Path.Combine(builder.Environment.ContentRootPath, file), optional: true);
        }

        sources.Sources.Insert(0, new MemoryConfigurationSource { InitialData = defaults! });
        if (configFile is not null)
        {
            sources.Add(SettingsFile.Source(Path.GetFullPath(configFile), optional: false));
            builder.Configuration.AddEnvironmentVariables();
        }

        builder.Configuration.AddCommandLine([.. configuration]);
        return builder;
    }

    /// <summary>Why a configuration could not be read, for people.</summary>
    public static string Unreadable(Exception e) => $"the configuration cannot be read: {e.Message} {e.InnerException?.InnerException?.Message ?? e.InnerException?.Message}".TrimEnd();

    public static WebApplication Build(WebApplicationBuilder builder, ServerSettings settings, TimeProvider clock)
    {
        // A thread less between a request and its answer: measured, a fifth more playlists and a third more segments (benchmarks/README.md). What blocks here, a disk that
        // stalls, would block a thread of the same pool anyway.
        builder.WebHost.UseSockets(sockets => sockets.UnsafePreferInlineScheduling = true);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(settings.HttpListen);
            if (settings.Tls is { } tls) kestrel.Listen(tls.Listen, listen => listen.UseHttps(ServerCertificate.For(tls, clock)));
        });
        // The slim host leaves it out.
        if (settings.Tls is not null) builder.WebHost.UseKestrelHttpsConfiguration();
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
        });
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        // Tells of each request when it begins and ends, at a level nobody has asked for, and makes an Activity for that.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        // A failed start is told once, by the command, as a sentence and not as a stack trace.
        builder.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning).AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);

        var services = builder.Services;
        services.Configure<HostOptions>(options => options.ShutdownTimeout = _stopWithin);
        services.AddSingleton(settings).AddSingleton(settings.Archive).AddSingleton(settings.Recording).AddSingleton(settings.Playback);
        services.AddSingleton(clock).AddSingleton<ServerState>();
        services.AddSingleton<StreamHub>().AddSingleton<Recorder>().AddSingleton<SourceSupervisor>().AddSingleton<PlaybackRegistry>();
        services.AddSingleton(provider => new Archive(settings.Archive, clock, provider.GetRequiredService<ILogger<Archive>>()));
        if (settings.Rtmp is { } rtmp)
        {
            services.AddSingleton(provider =>
                new RtmpServer(rtmp, provider.GetRequiredService<StreamHub>(), clock, provider.GetRequiredService<ILogger<RtmpServer>>()));
        }

        MetricsEndpoint.AddServices(services);
        services.AddHostedService(p => new MediaService(
            settings,
            builder.Configuration,
            p.GetRequiredService<StreamHub>(),
            p.GetRequiredService<Recorder>(),
            p.GetRequiredService<SourceSupervisor>(),
            p.GetService<RtmpServer>(),
            p.GetRequiredService<ServerState>(),
            p.GetRequiredService<ILogger<MediaService>>(),
            p.GetRequiredService<ILoggerFactory>()));

        var app = builder.Build();
        app.UseMiddleware<MediaMiddleware>();
        // Said here, or the host puts it before everything: media needs no route.
        app.UseRouting();
        UseConsole(app);
        HealthEndpoints.Map(app);
        StreamsEndpoint.Map(app);
        MetricsEndpoint.Map(app);
        return app;
    }

    /// <summary>Where HTTP really listens: the configured port may be 0.</summary>
    public static IPEndPoint HttpEndPoint(WebApplication app) => EndPoint(app, "http")!;

    /// <summary>Where HTTPS really listens; null where it does not.</summary>
    public static IPEndPoint? HttpsEndPoint(WebApplication app) => EndPoint(app, "https");

    private static IPEndPoint? EndPoint(WebApplication app, string scheme) =>
        app.Urls.Select(u => new Uri(u)).FirstOrDefault(u => u.Scheme == scheme) is { } address
            ? new IPEndPoint(IPAddress.Parse(address.Host.Trim('[', ']')), address.Port)
            : null;

    private static void UseConsole(WebApplication app)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "console");
        if (!Directory.Exists(folder)) return;
        var files = new PhysicalFileProvider(folder);
        app.UseDefaultFiles(new DefaultFilesOptions { FileProvider = files });
        app.UseStaticFiles(new StaticFileOptions
        {
            FileProvider = files,
            // Names of built files have a hash in them, except that of the page itself.
            OnPrepareResponse = file => file.Context.Response.Headers.CacheControl =
                file.File.Name.EndsWith(".html", StringComparison.Ordinal) ? "no-cache" : "public, max-age=31536000, immutable",
        });
    }
}
