using System.Net;

namespace TimeShift.Protocols.Rtmp;

/// <summary>Settings of the RTMP server.</summary>
public sealed record RtmpServerOptions
{
    /// <summary>Address and port; port 0 takes a free one. Default 127.0.0.1:1935: without credentials nothing but this machine may publish.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, 1935);

    /// <summary>
    /// Open connections at most; more are closed at once. Default 1 024, range 1 to 65 535: one costs a socket and, while it says nothing, about 10 KB.
    /// </summary>
    public int MaxConnections { get; init; } = 1_024;

    /// <summary>
    /// From the connection to the granted publish. Default 10 s, range 1 s to 5 min: encoders need a few round trips, a scanner never gets there.
    /// </summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// A publisher that completes no message for this long is taken for lost, and its name is free again. Default 20 s, range 1 s to 10 min: longer than a
    /// mobile uplink's hand-over, shorter than people's patience with "already has a publisher" after a cable was pulled.
    /// </summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Bytes of one message of a publisher. Default 16 MiB, range 64 KiB to 16 MiB: RTMP's length field has 24 bits, a key frame of 8K about 4 MB.
    /// </summary>
    public int MaxMessageBytes { get; init; } = 16 << 20;

    /// <summary>Every fault of these settings, for people; empty where there is none.</summary>
    public IEnumerable<string> Validate()
    {
        if (MaxConnections is < 1 or > 65_535) yield return $"MaxConnections is {MaxConnections}; expected 1 to 65535";
        if (HandshakeTimeout < TimeSpan.FromSeconds(1) || HandshakeTimeout > TimeSpan.FromMinutes(5))
            yield return $"HandshakeTimeout is {HandshakeTimeout}; expected 1 s to 5 min";
        if (IdleTimeout < TimeSpan.FromSeconds(1) || IdleTimeout > TimeSpan.FromMinutes(10))
            yield return $"IdleTimeout is {IdleTimeout}; expected 1 s to 10 min";
        if (MaxMessageBytes is < 64 << 10 or > 16 << 20) yield return $"MaxMessageBytes is {MaxMessageBytes}; expected 65536 to 16777216";
    }
}
