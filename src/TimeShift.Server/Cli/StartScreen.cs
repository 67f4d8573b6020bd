using System.Net;
using TimeShift.FFmpeg.Libraries;
using TimeShift.Server.Hosting;

namespace TimeShift.Server.Cli;

/// <summary>The one screen that says where to watch, what is recorded, and what to do next.</summary>
internal static class StartScreen
{
    public static void Print(TextWriter output, ServerSettings settings, IPEndPoint http, IPEndPoint? https, IPEndPoint? rtmp, bool demo)
    {
        var site = $"http://{Reachable(http)}";
        output.WriteLine();
        output.WriteLine("  TimeShift is running" + (demo ? " its demo." : "."));
        output.WriteLine();
        output.WriteLine($"  Watch        {site}/");
        if (https is not null) output.WriteLine($"  HTTPS        https://{Reachable(https)}/{(settings.Tls!.Certificate is null ? " (with a certificate of our own, which browsers will warn of)" : "")}");
        foreach (var stream in settings.Streams.Where(s => s.Enabled))
        {
            output.WriteLine($"  {stream.Name}");
            output.WriteLine($"    live       {site}/{stream.Name}/index.m3u8");
            output.WriteLine($"    30 s late  {site}/{stream.Name}/index.m3u8?delay=30s");
            output.WriteLine($"    a range    {site}/{stream.Name}/index.m3u8?from=<unix time>&dur=1m");
            output.WriteLine($"    from       {stream.Source}");
        }

        if (rtmp is not null) output.WriteLine($"  Push         ffmpeg -re -i FILE -c copy -f flv rtmp://{Reachable(rtmp)}/live/NAME");
        output.WriteLine($"  Recordings   {settings.Archive.Root}");
        output.WriteLine($"  Hardware     {Hardware()}");
        output.WriteLine($"  Health       {site}/healthz/ready");
        if (settings.Streams.Count == 0) output.WriteLine("  No stream has a source yet: push one, or set TimeShift:Streams:<name>:Source to a camera's address.");
        foreach (var open in new[] { http, https, rtmp }.Where(e => e is not null && !IPAddress.IsLoopback(e.Address)))
            output.WriteLine($"  Warning      {open} can be reached from outside, and there is no access control: put a firewall in front.");
        output.WriteLine();
        output.WriteLine("  Ctrl+C stops it.");
        output.WriteLine();
        output.Flush();
    }

    private static string Hardware()
    {
        string[] usable = [.. HardwareDevices.Probe().Where(d => d.IsUsable).Select(d => d.Name)];
        return usable.Length > 0 ? string.Join(", ", usable) : "no video accelerator found; recording and playing need none";
    }

    private static string Reachable(IPEndPoint listening) =>
        listening.Address.Equals(IPAddress.Any) || listening.Address.Equals(IPAddress.IPv6Any) ? $"localhost:{listening.Port}" : listening.ToString();
}
