using System.Globalization;
using System.Text.Json;

namespace TimeShift.Formats.Tests.Media;

/// <summary>What ffprobe says about the first stream of a kind, and its packets.</summary>
internal sealed record ProbedStream(JsonElement Properties, IReadOnlyList<ProbedPacket> Packets)
{
    public int Width => Properties.GetProperty("width").GetInt32();

    public int Height => Properties.GetProperty("height").GetInt32();

    public int Level => Properties.GetProperty("level").GetInt32();

    public string CodecName => Properties.GetProperty("codec_name").GetString()!;

    public double FrameRate => Fraction(Properties.GetProperty("r_frame_rate").GetString()!);

    public int SampleRate => int.Parse(Properties.GetProperty("sample_rate").GetString()!, CultureInfo.InvariantCulture);

    public int Channels => Properties.GetProperty("channels").GetInt32();

    /// <param name="kind"><c>v:0</c> or <c>a:0</c>.</param>
    public static ProbedStream Read(string path, string kind)
    {
        var json = Tool.Run("ffprobe", "-v", "error", "-select_streams", kind, "-show_streams", "-show_packets", "-of", "json", path);
        var root = JsonDocument.Parse(json).RootElement;
        var packets = root.GetProperty("packets").EnumerateArray().Where(p => p.TryGetProperty("pos", out _)).Select(p => new ProbedPacket(
            Number(p, "pos"), (int)Number(p, "size"), p.GetProperty("flags").GetString()!.StartsWith('K')));
        return new ProbedStream(root.GetProperty("streams")[0], [.. packets]);
    }

    /// <summary>The packets' bytes, as an MP4 file holds them.</summary>
    public IEnumerable<(byte[] Data, bool IsKey)> ReadPackets(string path)
    {
        var file = File.ReadAllBytes(path);
        return Packets.Select(p => (file[(int)p.Position..((int)p.Position + p.Size)], p.IsKey));
    }

    private static long Number(JsonElement packet, string name) =>
        long.Parse(packet.GetProperty(name).GetString()!, CultureInfo.InvariantCulture);

    private static double Fraction(string text)
    {
        var parts = text.Split('/');
        return double.Parse(parts[0], CultureInfo.InvariantCulture) / double.Parse(parts[1], CultureInfo.InvariantCulture);
    }
}

/// <param name="Position">Offset in the file.</param>
internal sealed record ProbedPacket(long Position, int Size, bool IsKey);
