using System.Buffers;
using TimeShift.Core.Media;

namespace TimeShift.Formats.Mp4;

/// <summary>
/// The start of a fragmented MP4: <c>ftyp</c> and a <c>moov</c> whose tracks have no samples of their own (ISO/IEC 14496-12 §8.2 to §8.8,
/// ISO/IEC 23000-19 §7.3).
/// There is no edit list: every track starts at its fragments' decoding times, and a track's presentation is where its composition offsets
/// put it. (With one that leaves out what lies before a large first decoding time, FFmpeg takes that time for part of the file's length.)
/// </summary>
public static class InitSegment
{
    private const uint MovieTimescale = 1000;
    private const uint LanguageUndetermined = ('u' - 0x60) << 10 | ('n' - 0x60) << 5 | ('d' - 0x60);
    private const uint EnabledInMovieInPreview = 7;
    private const uint DataIsInThisFile = 1;

    /// <param name="output">Gets the whole segment.</param>
    /// <param name="tracks">One for a CMAF track, several for a file that holds them all; their IDs must be unique.</param>
    /// <exception cref="ArgumentException">No track, or one whose size or channels do not fit its sample entry.</exception>
    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<Track> tracks)
    {
        if (tracks.IsEmpty) throw new ArgumentException("An init segment needs at least one track.", nameof(tracks));
        var bound = 256;
        foreach (var track in tracks) bound += 640 + track.Config.Length;
        var writer = new BoxWriter(output.GetSpan(bound));
        WriteFtyp(ref writer, tracks);
        WriteMoov(ref writer, tracks);
        output.Advance(writer.Position);
    }

    public static byte[] ToArray(ReadOnlySpan<Track> tracks)
    {
        var output = new ArrayBufferWriter<byte>(2048);
        Write(output, tracks);
        return output.WrittenSpan.ToArray();
    }

    private static void WriteFtyp(ref BoxWriter writer, ReadOnlySpan<Track> tracks)
    {
        var ftyp = writer.Begin(FourCc.Ftyp);
        writer.U32(FourCc.Iso6);
        writer.U32(0); // minor version
        writer.U32(FourCc.Iso6);
        writer.U32(FourCc.Iso5);
        // A CMAF track file has one track.
        if (tracks.Length == 1) writer.U32(FourCc.Cmfc);
        foreach (var track in tracks)
        {
            if (track.Codec != Codec.Av1) continue;
            writer.U32(FourCc.Av01); // AV1-ISOBMFF §2.1
            break;
        }

        writer.U32(FourCc.Mp41);
        writer.End(ftyp);
    }

    private static void WriteMoov(ref BoxWriter writer, ReadOnlySpan<Track> tracks)
    {
        var moov = writer.Begin(FourCc.Moov);
        var nextTrackId = 1;
        foreach (var track in tracks) nextTrackId = Math.Max(nextTrackId, track.Id + 1);
        WriteMvhd(ref writer, (uint)nextTrackId);
        foreach (var track in tracks) WriteTrak(ref writer, track);

        var mvex = writer.Begin(FourCc.Mvex);
        foreach (var track in tracks)
        {
            // Fragments say everything themselves, so they can be read without this box.
            var trex = writer.Begin(FourCc.Trex, 0, 0);
            writer.U32((uint)track.Id);
            writer.U32(1); // sample description index
            writer.Zeros(12); // duration, size, flags
            writer.End(trex);
        }

        writer.End(mvex);
        writer.End(moov);
    }

    private static void WriteMvhd(ref BoxWriter writer, uint nextTrackId)
    {
        var mvhd = writer.Begin(FourCc.Mvhd, 0, 0);
        writer.Zeros(8); // creation and modification: unknown, and the same bytes every time
        writer.U32(MovieTimescale);
        writer.U32(0); // duration: no samples here
        writer.U32(0x00010000); // rate 1.0
        writer.U16(0x0100); // volume 1.0
        writer.Zeros(10);
        WriteUnityMatrix(ref writer);
        writer.Zeros(24);
        writer.U32(nextTrackId);
        writer.End(mvhd);
    }

    private static void WriteTrak(ref BoxWriter writer, Track track)
    {
        var trak = writer.Begin(FourCc.Trak);
        WriteTkhd(ref writer, track);
        var mdia = writer.Begin(FourCc.Mdia);
        var mdhd = writer.Begin(FourCc.Mdhd, 0, 0);
        writer.Zeros(8);
        writer.U32((uint)track.Timescale.TicksPerSecond);
        writer.U32(0);
        writer.U16((ushort)LanguageUndetermined);
        writer.U16(0);
        writer.End(mdhd);

        var isVideo = track.Kind == MediaKind.Video;
        var hdlr = writer.Begin(FourCc.Hdlr, 0, 0);
        writer.U32(0);
        writer.U32(isVideo ? FourCc.Vide : FourCc.Soun);
        writer.Zeros(12);
        writer.Bytes(isVideo ? "VideoHandler\0"u8 : "SoundHandler\0"u8);
        writer.End(hdlr);

        WriteMinf(ref writer, track);
        writer.End(mdia);
        writer.End(trak);
    }

    private static void WriteTkhd(ref BoxWriter writer, Track track)
    {
        var tkhd = writer.Begin(FourCc.Tkhd, 0, EnabledInMovieInPreview);
        writer.Zeros(8);
        writer.U32((uint)track.Id);
        writer.Zeros(4 + 4 + 8 + 4); // reserved, duration, reserved, layer and alternate group
        writer.U16(track.Kind == MediaKind.Audio ? (ushort)0x0100 : (ushort)0);
        writer.U16(0);
        WriteUnityMatrix(ref writer);
        writer.U32((uint)track.Width << 16);
        writer.U32((uint)track.Height << 16);
        writer.End(tkhd);
    }

    private static void WriteMinf(ref BoxWriter writer, Track track)
    {
        var minf = writer.Begin(FourCc.Minf);
        var header = track.Kind == MediaKind.Video ? writer.Begin(FourCc.Vmhd, 0, 1) : writer.Begin(FourCc.Smhd, 0, 0);
        writer.Zeros(track.Kind == MediaKind.Video ? 8 : 4);
        writer.End(header);

        var dinf = writer.Begin(FourCc.Dinf);
        var dref = writer.Begin(FourCc.Dref, 0, 0);
        writer.U32(1);
        writer.End(writer.Begin(FourCc.Url, 0, DataIsInThisFile));
        writer.End(dref);
        writer.End(dinf);

        var stbl = writer.Begin(FourCc.Stbl);
        var stsd = writer.Begin(FourCc.Stsd, 0, 0);
        writer.U32(1);
        SampleEntry.Write(ref writer, track);
        writer.End(stsd);
        WriteEmptyTable(ref writer, FourCc.Stts, 4);
        WriteEmptyTable(ref writer, FourCc.Stsc, 4);
        WriteEmptyTable(ref writer, FourCc.Stsz, 8);
        WriteEmptyTable(ref writer, FourCc.Stco, 4);
        writer.End(stbl);
        writer.End(minf);
    }

    private static void WriteEmptyTable(ref BoxWriter writer, uint type, int size)
    {
        var table = writer.Begin(type, 0, 0);
        writer.Zeros(size);
        writer.End(table);
    }

    // 16.16 and 2.30 fixed point: no scaling, no rotation (§6.2.2).
    private static void WriteUnityMatrix(ref BoxWriter writer)
    {
        writer.U32(0x00010000);
        writer.Zeros(12);
        writer.U32(0x00010000);
        writer.Zeros(12);
        writer.U32(0x40000000);
    }
}
