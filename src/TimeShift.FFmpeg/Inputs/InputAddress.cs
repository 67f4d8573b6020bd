using System.Net;
using TimeShift.Core.Media;

namespace TimeShift.FFmpeg.Inputs;

/// <summary>What an address means to FFmpeg: the address that FFmpeg gets, and the options that go with its scheme.</summary>
internal sealed record InputAddress(string Url, string? Host, IReadOnlyList<KeyValuePair<string, string>> Options)
{
    // UDP carries bursts of key frames; Linux's default of 208 KiB loses them. The kernel caps this at net.core.rmem_max.
    private const string UdpBufferBytes = "2097152";

    // A playlist from the network must not make the server read its own files.
    private const string NetworkProtocols = "rtsp,rtsps,rtp,rtmp,rtmps,rtmpt,rtmpts,srt,udp,tcp,tls,http,https,httpproxy,crypto,data";
    private const string FileProtocols = "file,crypto,data";

    private static readonly string[] _schemes = ["rtsp", "rtsps", "rtmp", "rtmps", "srt", "udp", "http", "https", "file"];
    private static readonly string[] _rtspTransports = ["tcp", "udp", "udp_multicast", "http", "https"];

    /// <exception cref="MediaInputException">The scheme or a parameter is not known.</exception>
    public static InputAddress Parse(SourceUrl source)
    {
        if (!_schemes.Contains(source.Scheme))
        {
            throw new MediaInputException(MediaInputFault.BadAddress,
                $"'{source}' has the scheme '{source.Scheme}'; expected one of {string.Join(", ", _schemes)}, as in rtsp://host/path");
        }

        if (source.Scheme == "file") return ParseFile(source);
        var options = new List<KeyValuePair<string, string>> { new("protocol_whitelist", NetworkProtocols) };
        var url = source.Value;
        switch (source.Scheme)
        {
            case "rtsp" or "rtsps":
                url = TakeParameter(url, "transport", out var transport);
                AddRtsp(options, transport);
                break;
            case "udp":
                // Without it one burst above FFmpeg's own queue ends the input.
                options.Add(new("overrun_nonfatal", "1"));
                options.Add(new("buffer_size", UdpBufferBytes));
                break;
            case "http" or "https":
                options.Add(new("user_agent", "TimeShift"));
                break;
        }

        return new InputAddress(url, HostOf(url), options);
    }

    private static InputAddress ParseFile(SourceUrl source)
    {
        var path = source.Value["file:".Length..];
        if (path.StartsWith("///", StringComparison.Ordinal)) path = path[2..];
        if (path.Length == 0)
            throw new MediaInputException(MediaInputFault.BadAddress, "'file:' names no file; expected file:/path/to/clip.mp4");
        return new InputAddress("file:" + path, null, [new("protocol_whitelist", FileProtocols)]);
    }

    private static void AddRtsp(List<KeyValuePair<string, string>> options, string? transport)
    {
        options.Add(new("buffer_size", UdpBufferBytes));
        if (transport is null)
        {
            // All transports are offered, TCP first: it passes firewalls and loses nothing.
            options.Add(new("rtsp_flags", "prefer_tcp"));
            return;
        }

        if (transport == "multicast") transport = "udp_multicast";
        if (!_rtspTransports.Contains(transport))
        {
            throw new MediaInputException(MediaInputFault.BadAddress,
                $"the parameter 'transport' is '{transport}'; expected one of tcp, udp, multicast, http, https");
        }

        options.Add(new("rtsp_transport", transport));
    }

    // The parameter is ours; the camera must not see it, as its address is part of what it authenticates.
    private static string TakeParameter(string url, string key, out string? value)
    {
        value = null;
        var question = url.LastIndexOf('?');
        if (question < 0) return url;
        var kept = new List<string>();
        foreach (var pair in url[(question + 1)..].Split('&'))
        {
            if (pair.StartsWith(key + "=", StringComparison.OrdinalIgnoreCase)) value = pair[(key.Length + 1)..].ToLowerInvariant();
            else kept.Add(pair);
        }

        return value is null ? url : kept.Count == 0 ? url[..question] : $"{url[..question]}?{string.Join('&', kept)}";
    }

    /// <summary>The host name to look up beforehand; null where there is none or it is a number already.</summary>
    private static string? HostOf(string url)
    {
        var start = url.IndexOf("://", StringComparison.Ordinal);
        if (start < 0) return null;
        var authority = url[(start + 3)..];
        var end = authority.AsSpan().IndexOfAny('/', '?', '#');
        if (end >= 0) authority = authority[..end];
        authority = authority[(authority.LastIndexOf('@') + 1)..];
        if (authority.StartsWith('[') || authority.Length == 0) return null;
        var host = authority.Split(':')[0];
        return host.Length == 0 || IPAddress.TryParse(host, out _) ? null : host;
    }
}
