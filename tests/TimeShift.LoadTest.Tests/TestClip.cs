using System.Buffers;
using TimeShift.Formats.Flv;
using TimeShift.LoadTest.Media;

namespace TimeShift.LoadTest.Tests;

/// <summary>An FLV file of made-up payloads: 25 frames/s with a key frame a second, and audio every 20 ms.</summary>
internal static class TestClip
{
    public const int Seconds = 2;

    public static byte[] Flv(int firstTimestamp = 0, bool audio = true)
    {
        var output = new ArrayBufferWriter<byte>();
        FlvFileHeader.Write(output.GetSpan(FlvFileHeader.UsualLength), audio, true);
        output.Advance(FlvFileHeader.UsualLength);
        Tag(output, FlvTagType.Script, 0, [2, 0, 10, .. "onMetaData"u8, 8, 0, 0, 0, 0, 0, 0, 9]);
        Tag(output, FlvTagType.Video, 0, [0x17, 0, 0, 0, 0, 1, 2, 3]);
        if (audio) Tag(output, FlvTagType.Audio, 0, [0xAF, 0, 0x11, 0x90]);
        for (var time = 0; time < Seconds * 1000; time += 20)
        {
            if (time % 40 == 0) Tag(output, FlvTagType.Video, firstTimestamp + time, [(byte)(time % 1000 == 0 ? 0x17 : 0x27), 1, 0, 0, 0, .. Body(time, 700)]);
            if (audio) Tag(output, FlvTagType.Audio, firstTimestamp + time, [0xAF, 1, .. Body(time, 90)]);
        }

        return output.WrittenSpan.ToArray();
    }

    public static Clip Read(int chunkSize = 4096, int firstTimestamp = 0, bool audio = true) => Clip.Read(Flv(firstTimestamp, audio), chunkSize);

    private static byte[] Body(int time, int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(time + i))];

    private static void Tag(ArrayBufferWriter<byte> output, FlvTagType type, int time, byte[] body)
    {
        new FlvTagHeader(type, body.Length, (uint)time).Write(output.GetSpan(FlvTagHeader.Length));
        output.Advance(FlvTagHeader.Length);
        output.Write(body);
        output.Write(new byte[FlvTagHeader.TrailerLength]);
    }
}
