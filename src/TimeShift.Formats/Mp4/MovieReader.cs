using System.Buffers.Binary;
using TimeShift.Core.Media;

namespace TimeShift.Formats.Mp4;

/// <summary>Reads the tracks of a <c>moov</c> (ISO/IEC 14496-12 §8.2 to §8.5, §8.8.3). Sample tables of progressive files are passed
/// over.</summary>
public static class MovieReader
{
    /// <param name="data">A <c>moov</c>, or boxes (an init segment, a file's start) of which one is.</param>
    /// <exception cref="Mp4FormatException">There is no complete <c>moov</c>, or a box in it is missing or broken.</exception>
    public static IReadOnlyList<Mp4TrackInfo> Read(ReadOnlySpan<byte> data)
    {
        var moov = BoxEnumerator.Find(data, FourCc.Moov, "init segment");
        var tracks = new List<Mp4TrackInfo>();
        var boxes = new BoxEnumerator(moov);
        while (boxes.MoveNext())
        {
            if (boxes.Type == FourCc.Trak) tracks.Add(ReadTrak(boxes.Content));
        }

        if (BoxEnumerator.TryFind(moov, FourCc.Mvex, out var mvex)) ReadMvex(mvex, tracks);
        return tracks;
    }

    private static Mp4TrackInfo ReadTrak(ReadOnlySpan<byte> trak)
    {
        var tkhd = BoxEnumerator.Find(trak, FourCc.Tkhd, "trak");
        BoxEnumerator.Require(tkhd, 24, FourCc.Tkhd);
        var id = Mp4Fields.TrackId(tkhd[(tkhd[0] == 1 ? 20 : 12)..], FourCc.Tkhd);
        var mdia = BoxEnumerator.Find(trak, FourCc.Mdia, "trak");
        var timescale = ReadTimescale(BoxEnumerator.Find(mdia, FourCc.Mdhd, "mdia"));
        var stbl = BoxEnumerator.Find(BoxEnumerator.Find(mdia, FourCc.Minf, "mdia"), FourCc.Stbl, "minf");
        var stsd = BoxEnumerator.Find(stbl, FourCc.Stsd, "stbl");
        BoxEnumerator.Require(stsd, 8, FourCc.Stsd);

        var unknown = new Mp4TrackInfo(id, null, 0, timescale, default, 0, 0, 0, 0);
        var entries = new BoxEnumerator(stsd[8..]);
        if (!entries.MoveNext()) return unknown;
        unknown = unknown with { SampleEntryType = entries.Type };
        return entries.Type switch
        {
            FourCc.Avc1 or FourCc.Avc3 => ReadVisual(unknown, Codec.H264, entries.Content, FourCc.AvcConfig),
            FourCc.Hvc1 or FourCc.Hev1 => ReadVisual(unknown, Codec.H265, entries.Content, FourCc.HevcConfig),
            FourCc.Av01 => ReadVisual(unknown, Codec.Av1, entries.Content, FourCc.Av1Config),
            FourCc.Mp4a => ReadAudio(unknown, entries.Content),
            FourCc.Alaw => ReadG711(unknown, Codec.PcmA, entries.Content),
            FourCc.Ulaw => ReadG711(unknown, Codec.PcmU, entries.Content),
            _ => unknown,
        };
    }

    private static Timescale ReadTimescale(ReadOnlySpan<byte> mdhd)
    {
        BoxEnumerator.Require(mdhd, 24, FourCc.Mdhd);
        var ticks = BinaryPrimitives.ReadUInt32BigEndian(mdhd[(mdhd[0] == 1 ? 20 : 12)..]);
        return ticks is > 0 and <= int.MaxValue
            ? new Timescale((int)ticks)
            : throw new Mp4FormatException($"'mdhd' has the timescale {ticks}; expected 1 to 2^31-1");
    }

    private static Mp4TrackInfo ReadVisual(Mp4TrackInfo track, Codec codec, ReadOnlySpan<byte> entry, uint configType)
    {
        var (width, height) = SampleEntry.ReadVisual(entry, track.SampleEntryType, out var boxes);
        var config = BoxEnumerator.Find(boxes, configType, FourCc.ToText(track.SampleEntryType));
        return track with { Codec = codec, Config = config.ToArray(), Width = width, Height = height };
    }

    private static Mp4TrackInfo ReadG711(Mp4TrackInfo track, Codec codec, ReadOnlySpan<byte> entry) =>
        WithSound(track, entry, out _) with { Codec = codec };

    private static Mp4TrackInfo WithSound(Mp4TrackInfo track, ReadOnlySpan<byte> entry, out ReadOnlySpan<byte> boxes)
    {
        var (sampleRate, channels) = SampleEntry.ReadAudio(entry, track.SampleEntryType, out boxes);
        return track with { SampleRate = sampleRate > 0 ? sampleRate : track.Timescale.TicksPerSecond, Channels = channels };
    }

    private static Mp4TrackInfo ReadAudio(Mp4TrackInfo track, ReadOnlySpan<byte> entry)
    {
        track = WithSound(track, entry, out var boxes);
        if (!BoxEnumerator.TryFind(boxes, FourCc.Esds, out var esds))
        {
            // QuickTime wraps it.
            esds = BoxEnumerator.Find(BoxEnumerator.Find(boxes, FourCc.Wave, "mp4a"), FourCc.Esds, "wave");
        }

        var objectType = Esds.Read(esds, out var config);
        return objectType switch
        {
            // MPEG-4 audio, and MPEG-2 AAC of three profiles.
            0x40 or 0x66 or 0x67 or 0x68 when !config.IsEmpty => track with { Codec = Codec.Aac, Config = config.ToArray() },
            _ => track,
        };
    }

    private static void ReadMvex(ReadOnlySpan<byte> mvex, List<Mp4TrackInfo> tracks)
    {
        var boxes = new BoxEnumerator(mvex);
        while (boxes.MoveNext())
        {
            if (boxes.Type != FourCc.Trex) continue;
            BoxEnumerator.Require(boxes.Content, 24, FourCc.Trex);
            var id = Mp4Fields.TrackId(boxes.Content[4..], FourCc.Trex);
            var at = tracks.FindIndex(track => track.Id == id);
            if (at < 0) continue;
            var defaults = new FragmentDefaults(
                id,
                BinaryPrimitives.ReadUInt32BigEndian(boxes.Content[12..]),
                BinaryPrimitives.ReadUInt32BigEndian(boxes.Content[16..]),
                BinaryPrimitives.ReadUInt32BigEndian(boxes.Content[20..]));
            tracks[at] = tracks[at] with { Defaults = defaults };
        }
    }
}
