using System.Net;
using TimeShift.Ingest.Sources;
using TimeShift.Playback;
using TimeShift.Protocols.Rtmp;
using TimeShift.Recording;
using TimeShift.Storage;

namespace TimeShift.Server.Hosting;

/// <summary>Everything under <c>TimeShift</c> in the configuration, read and checked.</summary>
internal sealed record ServerSettings
{
    /// <summary>Address and port of HTTP; loopback unless told otherwise, as there is no access control yet.</summary>
    public IPEndPoint HttpListen { get; init; } = new(IPAddress.Loopback, 8080);

    /// <summary>HTTPS beside it; null: off.</summary>
    public TlsSettings? Tls { get; init; }

    /// <summary>RTMP push; null: off.</summary>
    public RtmpServerOptions? Rtmp { get; init; } = new();

    public required ArchiveOptions Archive { get; init; }

    public RecordingOptions Recording { get; init; } = new();

    public PlaybackOptions Playback { get; init; } = new();

    public IReadOnlyList<SourceOptions> Streams { get; init; } = [];

    /// <summary>Folder of FFmpeg's libraries; null: the system's.</summary>
    public string? FFmpegDirectory { get; init; }
}
