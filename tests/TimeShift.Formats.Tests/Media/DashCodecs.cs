using System.Text.RegularExpressions;

namespace TimeShift.Formats.Tests.Media;

/// <summary>The codec string that libavformat's DASH muxer writes for a file's only stream.</summary>
internal static partial class DashCodecs
{
    public static string Read(string path)
    {
        var folder = Directory.CreateTempSubdirectory("timeshift-dash-");
        try
        {
            var manifest = Path.Combine(folder.FullName, "a.mpd");
            Tool.Run("ffmpeg", "-v", "error", "-nostdin", "-i", path, "-c", "copy", "-f", "dash", manifest);
            return Codecs().Match(File.ReadAllText(manifest)).Groups[1].Value;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [GeneratedRegex("codecs=\"([^\"]*)\"")]
    private static partial Regex Codecs();
}
