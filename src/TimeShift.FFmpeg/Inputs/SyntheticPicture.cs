using System.Globalization;
using FFmpeg.AutoGen;
using TimeShift.Core.Media;
using TimeShift.FFmpeg.Codecs;

namespace TimeShift.FFmpeg.Inputs;

/// <summary>A moving picture with its instant in UTC written into each frame, and the stream's name with a frame counter.</summary>
internal sealed unsafe class SyntheticPicture : IDisposable
{
    // %{pts:gmtime} has whole seconds only. A colon inside a function's argument is escaped.
    private const string Clock = @"%{pts:gmtime:0:%Y-%m-%d %H\:%M\:%S}.%{eif:min(999,floor(1000*(t-floor(t))+0.01)):d:3} UTC";
    private const int LinesPerClock = 10;
    private const int LinesPerLabel = 18;

    private static readonly string[] _fonts =
    [
        "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf",
        "/usr/share/fonts/dejavu-sans-mono-fonts/DejaVuSansMono.ttf",
        "/usr/share/fonts/TTF/DejaVuSansMono.ttf",
    ];

    // Two chains, because the clock reads the frame's time, which is set between them.
    private readonly FilterChain _picture = new();
    private readonly FilterChain _text = new();

    public SyntheticPicture(SyntheticOptions options, string label)
    {
        var size = string.Create(CultureInfo.InvariantCulture, $"{options.Width}x{options.Height}");
        var rate = string.Create(CultureInfo.InvariantCulture, $"{options.Rate.Numerator}/{options.Rate.Denominator}");
        try
        {
            _picture.Add("testsrc2", ("size", size), ("rate", rate)).Add("format", ("pix_fmts", "yuv420p")).Add("buffersink").Finish();
            _text.Add("buffer", ("video_size", size), ("pix_fmt", "yuv420p"), ("time_base", "1/1000000"), ("pixel_aspect", "1/1"))
                .Add("drawtext", [.. Text(Clock, options.Height / LinesPerClock), ("y", "h-2*th")])
                .Add("drawtext", [.. Text(Plain(label) + "  %{n}", options.Height / LinesPerLabel), ("y", "th")])
                .Add("buffersink").Finish();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Fills an empty frame with the next picture.</summary>
    public void Draw(AVFrame* frame, Instant instant)
    {
        _picture.Pull(frame);
        frame->pts = instant.Microseconds;
        _text.Push(frame);
        _text.Pull(frame);
    }

    public void Dispose()
    {
        _picture.Dispose();
        _text.Dispose();
    }

    private static (string, string)[] Text(string text, int size) =>
    [
        Array.Find(_fonts, File.Exists) is { } font ? ("fontfile", font) : ("font", "monospace"),
        ("text", text), ("fontsize", Math.Max(8, size).ToString(CultureInfo.InvariantCulture)),
        ("fontcolor", "white"), ("box", "1"), ("boxcolor", "black"), ("boxborderw", "6"), ("x", "(w-tw)/2"),
    ];

    // drawtext expands % and takes \ as an escape.
    private static string Plain(string text) => string.Concat(text.Select(c => c is '%' or '\\' or '{' or '}' || char.IsControl(c) ? '_' : c));
}
