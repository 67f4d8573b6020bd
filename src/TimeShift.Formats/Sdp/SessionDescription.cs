using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace TimeShift.Formats.Sdp;

/// <summary>A session description (RFC 8866), as far as RTSP needs it (RFC 2326 Appendix C). Read as cameras write it: what is not known or not right is passed over.</summary>
public sealed record SessionDescription
{
    private const int MaxMedia = 32;
    private const int MaxBytes = 1 << 20;

    /// <summary><c>a=control</c> of the session: where PLAY goes; null where there is none.</summary>
    public string? Control { get; init; }

    public required ImmutableArray<MediaDescription> Media { get; init; }

    /// <exception cref="SdpFormatException">No media, or far too much.</exception>
    public static SessionDescription Read(ReadOnlySpan<byte> text)
    {
        if (text.Length > MaxBytes) throw new SdpFormatException($"the SDP has {text.Length} bytes; expected at most {MaxBytes}");
        string? control = null;
        var media = new List<MediaReader>();
        foreach (var raw in Encoding.UTF8.GetString(text).AsSpan().EnumerateLines())
        {
            var line = raw.Trim();
            if (line.Length < 2 || line[1] != '=') continue;
            var value = line[2..].Trim();
            switch (line[0])
            {
                case 'm' when media.Count < MaxMedia:
                    media.Add(new MediaReader(value));
                    break;
                case 'm':
                    throw new SdpFormatException($"the SDP has more than {MaxMedia} media");
                case 'a' when media.Count > 0:
                    media[^1].Attribute(value);
                    break;
                case 'a' when value.StartsWith("control:", StringComparison.OrdinalIgnoreCase):
                    control = value["control:".Length..].Trim().ToString();
                    break;
            }
        }

        if (media.Count == 0) throw new SdpFormatException($"the SDP of {text.Length} bytes has no media; expected a line m=");
        return new SessionDescription { Control = control, Media = [.. media.Select(m => m.ToDescription())] };
    }

    // One m= line and its attributes.
    private sealed class MediaReader
    {
        private readonly string _kind;
        private readonly List<int> _types = [];
        private readonly Dictionary<int, (string Encoding, int Rate, int Channels)> _maps = [];
        private readonly Dictionary<int, ImmutableDictionary<string, string>> _parameters = [];
        private string? _control;
        private double _frameRate;

        // m=video 0 RTP/AVP 96 97
        public MediaReader(ReadOnlySpan<char> value)
        {
            var fields = value.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
            _kind = fields.Length > 0 ? fields[0].ToLowerInvariant() : "";
            foreach (var field in fields.Skip(3))
            {
                if (int.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out var type) && type < 128) _types.Add(type);
            }
        }

        public void Attribute(ReadOnlySpan<char> value)
        {
            var colon = value.IndexOf(':');
            if (colon < 0) return;
            var text = value[(colon + 1)..].Trim();
            switch (value[..colon].Trim().ToString().ToLowerInvariant())
            {
                case "control":
                    _control = text.ToString();
                    break;
                case "rtpmap" when TryTakeType(ref text, out var type):
                    var map = text.ToString().Split('/');
                    _maps[type] = (map[0].Trim().ToUpperInvariant(), Number(map, 1), Number(map, 2));
                    break;
                case "fmtp" when TryTakeType(ref text, out var type):
                    _parameters[type] = ReadParameters(text.ToString());
                    break;
                case "framerate":
                    double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _frameRate);
                    break;
            }
        }

        public MediaDescription ToDescription() => new()
        {
            Kind = _kind,
            Control = _control,
            FrameRate = _frameRate is > 0 and < 1000 ? _frameRate : 0,
            Formats = [.. _types.Select(Format)],
        };

        private PayloadFormat Format(int type)
        {
            var known = PayloadFormat.Static(type);
            if (_maps.TryGetValue(type, out var map)) known = known with { Encoding = map.Encoding, ClockRate = map.Rate > 0 ? map.Rate : known.ClockRate, Channels = Math.Max(1, map.Channels) };
            return known with { Parameters = _parameters.GetValueOrDefault(type) ?? PayloadFormat.NoParameters };
        }

        private static bool TryTakeType(ref ReadOnlySpan<char> text, out int type)
        {
            var space = text.IndexOf(' ');
            var digits = space < 0 ? text : text[..space];
            text = space < 0 ? default : text[(space + 1)..].Trim();
            return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out type) && !text.IsEmpty;
        }

        private static int Number(string[] fields, int at) =>
            fields.Length > at && int.TryParse(fields[at].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

        // key=value;key=value, where a value (base64) may itself hold '='.
        private static ImmutableDictionary<string, string> ReadParameters(string text)
        {
            var parameters = PayloadFormat.NoParameters.ToBuilder();
            foreach (var pair in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            {
                var equals = pair.IndexOf('=', StringComparison.Ordinal);
                parameters[(equals < 0 ? pair : pair[..equals]).Trim()] = equals < 0 ? "" : pair[(equals + 1)..].Trim().Trim('"');
            }

            return parameters.ToImmutable();
        }
    }
}
