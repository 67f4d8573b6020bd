using System.Globalization;
using System.Text.RegularExpressions;
using TimeShift.Core.Media;

namespace TimeShift.FFmpeg.Inputs;

/// <summary>
/// What a <c>test:</c> address asks for: <c>test:?size=1280x720&amp;rate=25&amp;codec=h264&amp;gop=2&amp;audio=1&amp;bitrate=2M</c>, every
/// parameter optional.
/// </summary>
internal sealed partial record SyntheticOptions
{
    private const int DefaultWidth = 1280;
    private const int DefaultHeight = 720;

    // Gives 2 Mbit/s for 720p25, and grows more slowly than the picture does.
    private const double BitrateFactor = 417;

    public int Width { get; private init; } = DefaultWidth;

    public int Height { get; private init; } = DefaultHeight;

    /// <summary>Frames per second as a fraction.</summary>
    public (int Numerator, int Denominator) Rate { get; private init; } = (25, 1);

    public Codec Codec { get; private init; } = Codec.H264;

    public TimeSpan Gop { get; private init; } = TimeSpan.FromSeconds(2);

    public bool HasAudio { get; private init; } = true;

    /// <summary>Bits per second of the video; 0 for what suits the size and rate.</summary>
    public long Bitrate { get; private init; }

    public double FramesPerSecond => (double)Rate.Numerator / Rate.Denominator;

    /// <summary>Frames from key frame to key frame.</summary>
    public int GopFrames => Math.Max(1, (int)Math.Round(Gop.TotalSeconds * FramesPerSecond));

    public long BitrateOrDefault => Bitrate > 0 ? Bitrate : (long)(BitrateFactor * Math.Sqrt((double)Width * Height * FramesPerSecond));

    /// <exception cref="MediaInputException">A parameter is unknown or its value is; the message names it, what came and what is
    /// expected.</exception>
    public static SyntheticOptions Parse(SourceUrl url)
    {
        var text = url.Value["test:".Length..].TrimStart('/');
        if (text.Length > 0 && text[0] != '?') throw Bad($"'{url}' is no test source; expected 'test:?size=1280x720&rate=25'");
        var options = new SyntheticOptions();
        foreach (var pair in text.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            var (key, value) = equals < 0 ? (pair, "") : (pair[..equals], Uri.UnescapeDataString(pair[(equals + 1)..]));
            options = options.With(key, value);
        }

        return options;
    }

    private SyntheticOptions With(string key, string value) => key switch
    {
        "size" => Size().Match(value) is { Success: true } size && Even(size.Groups[1].Value) is { } width && Even(size.Groups[2].Value) is { } height
            ? this with { Width = width, Height = height }
            : throw Bad(key, value, "WIDTHxHEIGHT in even numbers from 64 to 7680, such as 1280x720"),
        "rate" => ParseRate(value) is { } rate ? this with { Rate = rate }
            : throw Bad(key, value, "frames per second from 1 to 120, such as 25, 29.97 or 30000/1001"),
        "codec" => value switch
        {
            "h264" => this with { Codec = Codec.H264 },
            "h265" or "hevc" => this with { Codec = Codec.H265 },
            _ => throw Bad(key, value, "h264 or h265"),
        },
        "gop" => double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var gop) && gop is >= 0.04 and <= 60
            ? this with { Gop = TimeSpan.FromSeconds(gop) }
            : throw Bad(key, value, "seconds between key frames from 0.04 to 60, such as 2"),
        "audio" => value is "0" or "1" ? this with { HasAudio = value == "1" } : throw Bad(key, value, "1 or 0"),
        "bitrate" => ParseBitrate(value) is { } bitrate ? this with { Bitrate = bitrate }
            : throw Bad(key, value, "bits per second from 50k to 100M, such as 2M or 500k"),
        _ => throw Bad($"a test source has no parameter '{key}'; expected size, rate, codec, gop, audio or bitrate"),
    };

    private static int? Even(string digits) =>
        int.TryParse(digits, CultureInfo.InvariantCulture, out var n) && n is >= 64 and <= 7680 && n % 2 == 0 ? n : null;

    private static (int, int)? ParseRate(string value)
    {
        if (Fraction().Match(value) is { Success: true } fraction)
        {
            var n = int.Parse(fraction.Groups[1].Value, CultureInfo.InvariantCulture);
            var d = int.Parse(fraction.Groups[2].Value, CultureInfo.InvariantCulture);
            return d > 0 && n >= d && n <= 120L * d ? (n, d) : null;
        }

        if (!double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var rate)) return null;
        if (rate is not (>= 1 and <= 120)) return null;
        // 29.97, 59.94 and 23.976 stand for NTSC's fractions.
        var ntsc = (int)Math.Ceiling(rate);
        if (Math.Abs(rate - ntsc * 1000.0 / 1001) < 0.005) return (ntsc * 1000, 1001);
        return rate == ntsc ? (ntsc, 1) : ((int)Math.Round(rate * 1000), 1000);
    }

    private static long? ParseBitrate(string value)
    {
        var unit = value.Length == 0 ? 1 : char.ToLowerInvariant(value[^1]) switch { 'k' => 1_000, 'm' => 1_000_000, _ => 1 };
        var digits = unit == 1 ? value : value[..^1];
        return double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var n)
            && n * unit is >= 50_000 and <= 100_000_000
                ? (long)(n * unit)
                : null;
    }

    private static MediaInputException Bad(string key, string value, string expected) =>
        Bad($"the parameter '{key}' of the test source is '{value}'; expected {expected}");

    private static MediaInputException Bad(string message) => new(MediaInputFault.BadAddress, message);

    [GeneratedRegex(@"^(\d{1,4})x(\d{1,4})$")]
    private static partial Regex Size();

    [GeneratedRegex(@"^(\d{1,7})/(\d{1,7})$")]
    private static partial Regex Fraction();
}
