using System.CommandLine;
using System.Globalization;
using System.Net;
using TimeShift.LoadTest.Cameras;
using TimeShift.LoadTest.Media;

namespace TimeShift.LoadTest;

/// <summary><c>cameras</c>: RTSP cameras for a server to pull from.</summary>
internal static class CamerasCommand
{
    public static Command Create()
    {
        var listen = new Option<string>("--listen") { Description = "Where: address and port.", DefaultValueFactory = _ => "127.0.0.1:8554" };
        var file = new Option<string?>("--file") { Description = "What they see: H.264, and AAC if any, in any container; without it, 720p25 of 2 Mbit/s is made with ffmpeg." };
        var cache = new Option<string>("--cache") { Description = "Folder for files that ffmpeg made.", DefaultValueFactory = _ => ClipFile.DefaultCache };
        var tick = new Option<double>("--tick") { Description = "Milliseconds between two looks at what is due.", DefaultValueFactory = _ => 5 };
        var command = new Command("cameras", "RTSP cameras over TCP on one port, as many as are asked for: rtsp://ADDRESS/anything. Until it is stopped; tells then what it sent.") { listen, file, cache, tick };
        command.SetAction(async (result, cancel) =>
        {
            try
            {
                if (!IPEndPoint.TryParse(result.GetValue(listen)!, out var address)) throw new FormatException($"--listen {result.GetValue(listen)}: expected an address and a port, such as 127.0.0.1:8554");
                var path = ClipFile.Prepare(result.GetValue(file), result.GetValue(cache)!, Console.Error.WriteLine);
                var clip = RtpClip.Read(await File.ReadAllBytesAsync(path, cancel).ConfigureAwait(false));
                using var cameras = new CameraServer(address, clip, result.GetValue(tick), TimeProvider.System);
                Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"rtsp://{cameras.EndPoint}/ {clip.BitsPerSecond / 1e6:F2} Mbit/s"));
                await Task.Delay(Timeout.InfiniteTimeSpan, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                var sessions = cameras.Sessions;
                Console.Out.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{{\"sessions\":{sessions.Count},\"playing\":{sessions.Count(s => !s.IsOver)},\"bytes\":{sessions.Sum(s => s.Accepted)},\"lateBytes\":{sessions.Sum(s => s.LateBytes)},\"ownLatenessP99\":{cameras.OwnLateness:F1}}}"));
                return 0;
            }
            catch (Exception e) when (e is IOException or FormatException or System.Net.Sockets.SocketException or UnauthorizedAccessException)
            {
                await Console.Error.WriteLineAsync($"error: {e.Message}").ConfigureAwait(false);
                return 2;
            }
        });
        return command;
    }
}
