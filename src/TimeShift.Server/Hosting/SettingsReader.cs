using System.Globalization;
using System.Net;
using TimeShift.Core.Media;
using TimeShift.Ingest.Sources;
using TimeShift.Playback;
using TimeShift.Playback.Queries;
using TimeShift.Protocols.Rtmp;
using TimeShift.Recording;
using TimeShift.Storage;

namespace TimeShift.Server.Hosting;

/// <summary>Reads the section <c>TimeShift</c> and gathers every fault in it, so that all are told at once: what the key is, what came, what is expected.</summary>
internal sealed class SettingsReader
{
    public const string Section = "TimeShift";

    private static readonly string[] _streamKeys = ["Source", "Enabled", "Reader"];
    private static readonly string[] _sections = ["Http", "Rtmp", "Archive", "Recording", "Streams", "FFmpeg"];
    private readonly IConfigurationSection _root;
    private readonly List<string> _faults = [];
    private readonly HashSet<string> _read = new(StringComparer.OrdinalIgnoreCase);

    private SettingsReader(IConfiguration configuration) => _root = configuration.GetSection(Section);

    /// <param name="faults">Empty where the settings may be used.</param>
    public static ServerSettings Read(IConfiguration configuration, out IReadOnlyList<string> faults)
    {
        var reader = new SettingsReader(configuration);
        var settings = reader.Read();
        faults = reader._faults;
        return settings;
    }

    private ServerSettings Read()
    {
        var recording = new RecordingOptions();
        recording = recording with
        {
            SegmentSeconds = Value("Recording:SegmentSeconds", recording.SegmentSeconds, ParseNumber, "seconds, such as 2"),
            PartMilliseconds = Value("Recording:PartMilliseconds", recording.PartMilliseconds, ParseWhole, "whole milliseconds, such as 500"),
        };
        var archive = new ArchiveOptions { Root = _root["Archive:Root"] ?? "archive" };
        _read.Add("Archive:Root");
        archive = archive with
        {
            Root = Path.GetFullPath(archive.Root.Length == 0 ? "archive" : archive.Root),
            Flush = Value("Recording:Flush", archive.Flush, ParseFlush, "none, segment or part"),
            MaxReelLength = Value("Recording:ReelLength", archive.MaxReelLength, ParseDuration, "a duration such as 1h"),
            MaxPendingBytes = Value("Recording:MaxPendingBytes", archive.MaxPendingBytes, ParseWhole, "bytes"),
            MaxPendingBytesInAll = Value("Recording:MaxPendingBytesInAll", archive.MaxPendingBytesInAll, ParseWhole, "bytes"),
            WriterThreads = Value("Archive:WriterThreads", archive.WriterThreads, ParseWhole, "a number of threads"),
        };
        var playback = new PlaybackOptions();
        playback = playback with
        {
            RewindWindow = Value("Recording:RewindWindow", playback.RewindWindow, ParseDuration, "a duration such as 1h or 01:00:00"),
            PartTarget = TimeSpan.FromMilliseconds(recording.PartMilliseconds),
        };
        _faults.AddRange(recording.Faults().Concat(archive.Faults()).Concat(playback.Faults()).Select(f => $"{Section}:{f}"));
        var settings = new ServerSettings
        {
            HttpListen = Value("Http:Listen", new IPEndPoint(IPAddress.Loopback, 8080), ParseEndPoint, "an address and port, such as 127.0.0.1:8080 or [::1]:8080"),
            Tls = ReadTls(),
            Rtmp = ReadRtmp(),
            Archive = archive,
            Recording = recording,
            Playback = playback,
            Streams = ReadStreams(),
            FFmpegDirectory = Text("FFmpeg:Directory"),
        };
        FindUnknown();
        return settings;
    }

    private TlsSettings? ReadTls()
    {
        string?[] given = [Text("Http:Certificate"), Text("Http:CertificateKey"), Text("Http:CertificatePassword")];
        if (Text("Http:TlsListen") is null or "" or "off")
        {
            if (given.Any(g => !string.IsNullOrEmpty(g))) _faults.Add($"{Section}:Http:Certificate is set and Http:TlsListen is not; expected an address and port to listen on, such as 0.0.0.0:8443");
            return null;
        }

        var listen = Value("Http:TlsListen", new IPEndPoint(IPAddress.Loopback, 8443), ParseEndPoint, "an address and port, such as 0.0.0.0:8443, or off");
        foreach (var file in given.Take(2).Where(f => f is not null && !File.Exists(f))) _faults.Add($"{Section}:Http:Certificate: there is no file '{file}'");
        return new TlsSettings(listen, given[0], given[1], given[2]);
    }

    private RtmpServerOptions? ReadRtmp()
    {
        var options = new RtmpServerOptions();
        if (_root["Rtmp:Listen"] is "" or "off")
        {
            _read.Add("Rtmp:Listen");
            return null;
        }

        options = options with
        {
            Listen = Value("Rtmp:Listen", options.Listen, ParseEndPoint, "an address and port, such as 127.0.0.1:1935, or off"),
            MaxConnections = Value("Rtmp:MaxConnections", options.MaxConnections, ParseWhole, "a number of connections"),
            HandshakeTimeout = Value("Rtmp:HandshakeTimeout", options.HandshakeTimeout, ParseDuration, "a duration such as 10s"),
            IdleTimeout = Value("Rtmp:IdleTimeout", options.IdleTimeout, ParseDuration, "a duration such as 20s"),
        };
        _faults.AddRange(options.Validate());
        return options;
    }

    private List<SourceOptions> ReadStreams()
    {
        var streams = new List<SourceOptions>();
        foreach (var section in _root.GetSection("Streams").GetChildren())
        {
            var key = $"{Section}:Streams:{section.Key}";
            if (!StreamName.TryParse(section.Key, out var name, out var error))
            {
                _faults.Add($"{key}: {error}");
                continue;
            }

            foreach (var child in section.GetChildren().Where(c => !_streamKeys.Contains(c.Key, StringComparer.OrdinalIgnoreCase)))
                _faults.Add($"{key}:{child.Key} is not known; expected {string.Join(", ", _streamKeys)}");
            var enabled = true;
            if (section["Enabled"] is { } text && !bool.TryParse(text, out enabled)) _faults.Add($"{key}:Enabled is '{text}'; expected true or false");
            var reader = SourceReader.Auto;
            if (section["Reader"] is { } chosen && !(chosen.All(char.IsAsciiLetter) && Enum.TryParse(chosen, ignoreCase: true, out reader)))
                _faults.Add($"{key}:Reader is '{chosen}'; expected auto or libavformat");
            if (string.IsNullOrWhiteSpace(section["Source"])) _faults.Add($"{key}:Source is missing; expected an address such as rtsp://camera/1");
            else streams.Add(new SourceOptions(name, new SourceUrl(section["Source"]!), enabled, reader));
        }

        return streams;
    }

    private delegate bool Parser<T>(string text, out T value);

    private T Value<T>(string key, T otherwise, Parser<T> parse, string expected)
    {
        if (Text(key) is not { } text) return otherwise;
        if (parse(text, out var value)) return value;
        _faults.Add($"{Section}:{key} is '{text}'; expected {expected}");
        return otherwise;
    }

    private string? Text(string key)
    {
        _read.Add(key);
        return _root[key];
    }

    // A key that nobody reads is a typing mistake, and would be found out months later.
    private void FindUnknown()
    {
        foreach (var section in _root.GetChildren())
        {
            if (!_sections.Contains(section.Key, StringComparer.OrdinalIgnoreCase)) _faults.Add($"{section.Path} is not known; expected one of {string.Join(", ", _sections)}");
            else if (!section.Key.Equals("Streams", StringComparison.OrdinalIgnoreCase))
                _faults.AddRange(section.GetChildren().Where(c => !_read.Contains($"{section.Key}:{c.Key}")).Select(c => $"{c.Path} is not known"));
        }
    }

    private static bool ParseNumber(string text, out double value) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);

    private static bool ParseWhole(string text, out long value) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    private static bool ParseWhole(string text, out int value) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    private static bool ParseDuration(string text, out TimeSpan value) =>
        TimeWords.TryParseDuration(text, out value) || text.Contains(':') && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out value);

    private static bool ParseFlush(string text, out FlushPolicy value) => Enum.TryParse(text, ignoreCase: true, out value) && !char.IsAsciiDigit(text[0]);

    private static bool ParseEndPoint(string text, out IPEndPoint value)
    {
        value = new IPEndPoint(IPAddress.Loopback, 0);
        if (text.StartsWith("localhost:", StringComparison.OrdinalIgnoreCase)) text = $"127.0.0.1{text["localhost".Length..]}";
        if (text.StartsWith("*:", StringComparison.Ordinal)) text = $"0.0.0.0{text[1..]}";
        // Without a port, IPEndPoint takes 0: any free port, which is meant only where it is written.
        var colon = text.LastIndexOf(':');
        if (colon < 0 || colon < text.LastIndexOf(']') || colon == text.Length - 1 || !IPEndPoint.TryParse(text, out var parsed)) return false;
        // The colons of an IPv6 address without brackets are no port's.
        if (parsed.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 && text[0] != '[') return false;
        value = parsed;
        return true;
    }
}
