using System.Buffers.Binary;
using System.Globalization;
using TimeShift.Formats.Flv;

namespace TimeShift.Protocols.Tests.Rtmp;

/// <summary>A packet as ffprobe shows it; times in milliseconds.</summary>
internal sealed record ProbedPacket(bool IsVideo, long Dts, long Pts, int Size, bool IsKey, long Position);

/// <summary>Footage that ffmpeg makes once for a run of the tests.</summary>
internal static class TestMedia
{
    private const string Picture = "-f lavfi -i testsrc2=size=320x180:rate=25";
    private const string Tone = "-f lavfi -i sine=frequency=440:sample_rate=48000";
    private const string H264 = "-c:v libx264 -preset ultrafast -g 25 -pix_fmt yuv420p";
    private static readonly string Folder = TemporaryFolder();
    private static readonly Dictionary<string, Task<string>> Made = [];

    /// <summary>4 s of H.264 without B-frames and AAC.</summary>
    public static Task<string> PlainAsync() => MakeAsync("plain.flv", $"{Picture} {Tone} -t 4 {H264} -tune zerolatency -c:a aac -b:a 96k -ac 2");

    public static Task<string> BFramesAsync() => MakeAsync("bframes.flv", $"{Picture} {Tone} -t 4 -c:v libx264 -preset veryfast -bf 3 -g 50 -pix_fmt yuv420p -c:a aac -ar 44100");

    public static Task<string> AudioOnlyAsync() => MakeAsync("audio.flv", $"{Tone} -t 4 -c:a aac");

    public static Task<string> VideoOnlyAsync() => MakeAsync("video.flv", $"{Picture} -t 4 {H264}");

    /// <summary>60 s, small.</summary>
    public static Task<string> LongAsync() => MakeAsync(
        "long.flv", $"-f lavfi -i testsrc2=size=160x90:rate=25 {Tone} -t 60 -c:v libx264 -preset ultrafast -g 50 -pix_fmt yuv420p -c:a aac -b:a 64k");

    /// <summary>The same as <see cref="PlainAsync"/> in another size: other parameter sets.</summary>
    public static Task<string> LargerAsync() => MakeAsync("larger.flv", $"-f lavfi -i testsrc2=size=640x360:rate=25 {Tone} -t 2 {H264} -tune zerolatency -c:a aac -ac 2");

    public static Task<string> Mp3Async() => MakeAsync("mp3.flv", $"{Picture} -f lavfi -i sine=sample_rate=44100 -t 2 {H264} -c:a libmp3lame");

    public static Task<string> HevcAsync() => MakeAsync("hevc.mp4", $"{Picture} -t 2 -c:v libx265 -preset ultrafast -x265-params log-level=none:bframes=3:keyint=25 -pix_fmt yuv420p -video_track_timescale 1000 -tag:v hvc1");

    public static Task<string> Av1Async() => MakeAsync("av1.mp4", $"{Picture} -t 1 -c:v libaom-av1 -cpu-used 8 -usage realtime -g 25 -pix_fmt yuv420p -video_track_timescale 1000");

    /// <summary>The tags of an FLV file.</summary>
    public static List<(FlvTagHeader Header, byte[] Data)> Tags(string path)
    {
        ReadOnlySpan<byte> file = File.ReadAllBytes(path);
        Assert.True(FlvFileHeader.TryRead(file, out var header));
        file = file[header.Length..];
        var tags = new List<(FlvTagHeader, byte[])>();
        while (FlvTagHeader.TryRead(file, out var tag))
        {
            tags.Add((tag, file.Slice(FlvTagHeader.Length, tag.DataSize).ToArray()));
            file = file[(FlvTagHeader.Length + tag.DataSize + FlvTagHeader.TrailerLength)..];
        }

        return tags;
    }

    public static async Task<List<ProbedPacket>> ProbeAsync(string path)
    {
        var lines = await Tool.RunAsync("ffprobe", $"-v error -show_entries packet=codec_type,dts_time,pts_time,size,flags,pos -of csv=p=0 {path}");
        return [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line =>
        {
            var fields = line.Split(',');
            return new ProbedPacket(
                fields[0] == "video", Milliseconds(fields[2]), Milliseconds(fields[1]), int.Parse(fields[3], CultureInfo.InvariantCulture),
                fields[5].StartsWith('K'), long.Parse(fields[4], CultureInfo.InvariantCulture));
        })];
    }

    /// <summary>The samples of an MP4 file with one video track, and the body of its configuration box.</summary>
    public static async Task<(byte[] Config, List<(ProbedPacket Packet, byte[] Data)> Samples)> Mp4Async(string path, string configBox)
    {
        var file = await File.ReadAllBytesAsync(path);
        var at = file.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(configBox));
        var size = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at - 4));
        var samples = (await ProbeAsync(path)).Select(p => (p, file[(int)p.Position..(int)(p.Position + p.Size)])).ToList();
        return (file[(at + 4)..(at - 4 + size)], samples);
    }

    private static long Milliseconds(string seconds) => (long)Math.Round(1000 * double.Parse(seconds, CultureInfo.InvariantCulture));

    private static string TemporaryFolder()
    {
        var folder = Directory.CreateTempSubdirectory("timeshift-rtmp-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        return folder;
    }

    private static Task<string> MakeAsync(string name, string arguments)
    {
        lock (Made)
        {
            if (Made.TryGetValue(name, out var made)) return made;
            return Made[name] = Make();
        }

        async Task<string> Make()
        {
            var path = Path.Combine(Folder, name);
            await Tool.RunAsync("ffmpeg", $"-v error -nostdin -y {arguments} {path}");
            return path;
        }
    }
}
