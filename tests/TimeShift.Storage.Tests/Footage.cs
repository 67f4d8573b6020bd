using System.Collections.Concurrent;
using System.Globalization;
using TimeShift.Core.Media;
using TimeShift.Formats;
using TimeShift.Formats.Mp4;

namespace TimeShift.Storage.Tests;

/// <summary>One packet of real footage; <paramref name="Offset"/> is from decoding to presentation, in ticks.</summary>
internal sealed record Sample(byte[] Data, int Offset, bool IsKey);

/// <summary>A few seconds of H.264 with B-frames (a key frame each second) and AAC, made by ffmpeg once per run and shape.</summary>
internal sealed class Footage
{
    private static readonly ConcurrentDictionary<string, Lazy<Footage>> _made = new();

    public required TrackSet Tracks { get; init; }

    /// <summary>By track, in decoding order.</summary>
    public required IReadOnlyList<IReadOnlyList<Sample>> Samples { get; init; }

    public static Footage Normal => Make("160x120");

    public static Footage Other => Make("96x64");

    public static Footage Make(string size, int seconds = 4, int rate = 25) =>
        _made.GetOrAdd($"{size} {seconds} {rate}", _ => new Lazy<Footage>(() => Create(size, seconds, rate))).Value;

    private static Footage Create(string size, int seconds, int rate)
    {
        var path = Path.Combine(Path.GetTempPath(), $"timeshift-footage-{Guid.NewGuid():N}.mp4");
        try
        {
            Tool.Run("ffmpeg", "-v", "error", "-f", "lavfi", "-i", $"testsrc2=size={size}:rate={rate}", "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000",
                "-t", seconds.ToString(CultureInfo.InvariantCulture), "-c:v", "libx264", "-preset", "veryfast", "-bf", "2", "-g", $"{rate}", "-keyint_min", $"{rate}", "-sc_threshold", "0",
                "-threads", "1", "-c:a", "aac", "-ac", "2", "-b:a", "48k", "-movflags", "frag_keyframe+empty_moov+default_base_moof", path);
            return Read(File.ReadAllBytes(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static Footage Read(byte[] file)
    {
        var infos = MovieReader.Read(file);
        var defaults = infos.Select(i => i.Defaults).ToArray();
        var samples = infos.ToDictionary(i => i.Id, _ => new List<Sample>());
        foreach (var box in TopLevelBoxes.Enumerate(file))
        {
            if (!Box.TryReadHeader(box, out var header) || header.Type != FourCc.Moof) continue;
            var at = file.AsSpan().IndexOf(box);
            var reader = new FragmentReader(box, at, defaults);
            while (reader.TryReadTrack(out var track))
            {
                foreach (var placed in track)
                    samples[track.TrackId].Add(new Sample(file.AsSpan(at + (int)placed.Offset, (int)placed.Sample.Size).ToArray(), placed.Sample.CompositionOffset, placed.Sample.IsKey));
            }
        }

        return new Footage
        {
            Tracks = new TrackSet([.. infos.Select(TrackFactory.Create)]),
            Samples = [.. infos.Select(i => samples[i.Id])],
        };
    }
}
