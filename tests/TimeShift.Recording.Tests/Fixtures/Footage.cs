using System.Collections.Concurrent;
using TimeShift.Core.Media;
using TimeShift.Core.Packets;
using TimeShift.Formats;
using TimeShift.Formats.Mp4;

namespace TimeShift.Recording.Tests.Fixtures;

/// <summary>One packet as it was published, or as it was found in a recording; times in ticks of its track.</summary>
internal sealed record FootagePacket(int Track, long Dts, long CompositionOffset, bool IsKey, byte[] Data);

/// <summary>Real packets: encoded by ffmpeg into a fragmented MP4, and read from it.</summary>
internal sealed class Footage
{
    private static readonly ConcurrentDictionary<string, Lazy<Footage>> Made = new(StringComparer.Ordinal);
    private static readonly string Folder = Directory.CreateTempSubdirectory("timeshift-footage-").FullName;

    static Footage() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(Folder, recursive: true);

    private Footage(string path)
    {
        Path = path;
        (Tracks, Packets) = Read(File.ReadAllBytes(path));
    }

    public string Path { get; }

    public TrackSet Tracks { get; }

    /// <summary>Of all tracks, in the order in which they are decoded.</summary>
    public IReadOnlyList<FootagePacket> Packets { get; }

    public static Footage H264WithAac(string size = "320x180", int seconds = 12) => Make(
        $"-f lavfi -i testsrc2=s={size}:r=25 -f lavfi -i sine=frequency=440:sample_rate=48000 -t {seconds} "
        + "-c:v libx264 -preset ultrafast -bf 2 -g 50 -sc_threshold 0 -x264-params b-pyramid=none -pix_fmt yuv420p -c:a aac -b:a 64k");

    public static Footage H264Alone(string size = "320x180", int seconds = 8) =>
        Make($"-f lavfi -i testsrc2=s={size}:r=25 -t {seconds} -c:v libx264 -preset ultrafast -g 50 -sc_threshold 0 -pix_fmt yuv420p");

    public static Footage Hevc(int seconds = 6) => Make(
        $"-f lavfi -i testsrc2=s=320x180:r=25 -f lavfi -i sine=frequency=330:sample_rate=44100 -t {seconds} "
        + "-c:v libx265 -preset ultrafast -x265-params keyint=50:min-keyint=50:scenecut=0:open-gop=0:log-level=error -tag:v hvc1 -pix_fmt yuv420p -c:a aac");

    public static Footage AacAlone(int seconds = 8) => Make($"-f lavfi -i sine=frequency=440:sample_rate=48000 -t {seconds} -c:a aac");

    /// <param name="codec"><c>pcm_alaw</c> or <c>pcm_mulaw</c></param>
    public static Footage H264WithG711(string codec, int seconds = 8) => Make(
        $"-f lavfi -i testsrc2=s=320x180:r=25 -f lavfi -i sine=frequency=440:sample_rate=8000:samples_per_frame=160 -t {seconds} "
        + $"-c:v libx264 -preset ultrafast -g 50 -sc_threshold 0 -pix_fmt yuv420p -c:a {codec}", "mov");

    /// <summary>The last packet is shorter than the others.</summary>
    public static Footage G711Alone(string codec, int seconds = 8) =>
        Make($"-f lavfi -i sine=frequency=440:sample_rate=8000:samples_per_frame=300 -t {seconds} -c:a {codec} -ac 2", "mov");

    /// <summary>All that a file of ours, or of ffmpeg's, holds.</summary>
    public static (TrackSet Tracks, IReadOnlyList<FootagePacket> Packets) Read(byte[] file)
    {
        var infos = MovieReader.Read(file);
        TrackSet tracks = new([.. infos.Select(TrackFactory.Create)]);
        var defaults = infos.Select(t => t.Defaults).ToArray();
        var packets = new List<FootagePacket>();
        var boxes = TopLevelBoxes.Enumerate(file);
        while (boxes.MoveNext())
        {
            if (boxes.Header.Type != FourCc.Moof) continue;
            var reader = new FragmentReader(boxes.Current, boxes.Offset, defaults);
            while (reader.TryReadTrack(out var fragment))
            {
                var id = fragment.TrackId;
                var track = tracks.Tracks.ToList().FindIndex(t => t.Id == id);
                foreach (var (sample, time, offset) in fragment)
                    packets.Add(new FootagePacket(track, (long)time, sample.CompositionOffset, sample.IsKey, file.AsSpan(boxes.Offset + (int)offset, (int)sample.Size).ToArray()));
            }
        }

        return (tracks, [.. packets.OrderBy(p => (double)p.Dts / tracks.Tracks[p.Track].Timescale.TicksPerSecond).ThenBy(p => p.Track)]);
    }

    /// <summary>Of each sample of a track, in ticks.</summary>
    public static List<uint> Durations(byte[] file, int trackId)
    {
        var defaults = MovieReader.Read(file).Select(t => t.Defaults).ToArray();
        var durations = new List<uint>();
        var boxes = TopLevelBoxes.Enumerate(file);
        while (boxes.MoveNext())
        {
            if (boxes.Header.Type != FourCc.Moof) continue;
            var reader = new FragmentReader(boxes.Current, boxes.Offset, defaults);
            while (reader.TryReadTrack(out var fragment))
            {
                if (fragment.TrackId != trackId) continue;
                foreach (var (sample, _, _) in fragment) durations.Add(sample.Duration);
            }
        }

        return durations;
    }

    /// <summary>Publishes everything in real time by the studio's clock.</summary>
    public void PlayInto(Studio studio, Action? onEdge = null)
    {
        using var publisher = studio.Publish();
        publisher.SetTracks(Tracks);
        var now = double.NegativeInfinity;
        foreach (var packet in Packets)
        {
            var scale = Tracks.Tracks[packet.Track].Timescale;
            var time = (double)packet.Dts / scale.TicksPerSecond;
            if (time > now)
            {
                if (now > double.NegativeInfinity) studio.Clock.Advance(TimeSpan.FromSeconds(time - now));
                now = time;
            }

            var owned = PacketPool.Shared.Rent(packet.Data.Length);
            owned.Packet.TrackIndex = packet.Track;
            owned.Packet.Dts = new MediaTime(packet.Dts, scale);
            owned.Packet.Pts = new MediaTime(packet.Dts + packet.CompositionOffset, scale);
            owned.Packet.Flags = packet.IsKey ? PacketFlags.Key : PacketFlags.None;
            packet.Data.CopyTo(owned.Packet.Buffer);
            owned.Packet.SetPayload(0, packet.Data.Length);
            publisher.Publish(owned);
            if (studio.Look()) onEdge?.Invoke();
        }

        studio.Clock.Advance(TimeSpan.FromMilliseconds(40));
        publisher.Dispose();
        if (studio.Look()) onEdge?.Invoke();
    }

    private static Footage Make(string arguments, string extension = "mp4") => Made.GetOrAdd(arguments, _ => new Lazy<Footage>(() =>
    {
        var path = System.IO.Path.Combine(Folder, $"{Guid.NewGuid():N}.{extension}");
        Tool.Run("ffmpeg", ["-v", "error", "-nostdin", "-y", .. arguments.Split(' '), "-bitexact", "-movflags", "+frag_keyframe+empty_moov+default_base_moof", path]);
        return new Footage(path);
    })).Value;
}
