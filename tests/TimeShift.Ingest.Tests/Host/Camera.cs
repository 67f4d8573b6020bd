namespace TimeShift.Ingest.Tests.Host;

/// <summary>An RTSP camera on GStreamer that plays real footage and misbehaves on request; skips the test where it is not there.</summary>
internal sealed class Camera : IDisposable
{
    private readonly string _file;
    private readonly string[] _faults;
    private Tool _process;

    private Camera(string file, int port, string[] faults)
    {
        (_file, Port, _faults) = (file, port, faults);
        _process = Launch();
    }

    public int Port { get; }

    public string Url => $"rtsp://127.0.0.1:{Port}/cam";

    /// <summary>Ends it as a power cut does.</summary>
    public Task DieAsync() => _process.KillAsync();

    public static async Task<Camera> StartAsync(string footage, params string[] faults)
    {
        var camera = new Camera(Footage.Shared($"media/derived/{footage}"), IngestHost.FreePort(), faults);
        await camera.UntilReadyAsync();
        return camera;
    }

    public async Task RestartAsync()
    {
        _process.Dispose();
        _process = Launch();
        await UntilReadyAsync();
    }

    public void Dispose() => _process.Dispose();

    private Tool Launch()
    {
        if (!File.Exists("/usr/bin/python3")) Assert.Skip("/usr/bin/python3 is not installed");
        return Tool.Start("/usr/bin/python3", [Footage.Shared("cameras/gst_camera.py"), "--file", _file, "--port", $"{Port}", .. _faults]);
    }

    private async Task UntilReadyAsync()
    {
        await Eventually.TrueAsync(() => _process.HasExited || _process.Output.Contains("rtsp://", StringComparison.Ordinal), () => "the camera does not start");
        if (!_process.HasExited) return;
        var (_, _, errors) = await _process.EndAsync();
        Assert.SkipWhen(errors.Contains("ModuleNotFound", StringComparison.Ordinal) || errors.Contains("Namespace", StringComparison.Ordinal), $"GStreamer's RTSP server is not installed: {errors}");
        Assert.Fail(errors);
    }
}
