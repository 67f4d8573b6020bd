using System.Buffers;
using TimeShift.Formats.Hls;

namespace TimeShift.Formats.Tests.Hls;

public static class PlaylistFuzz
{
    /// <summary>Whatever parses can be written, and what was written is read back to the same text.</summary>
    public static void Target(ReadOnlySpan<byte> data)
    {
        var first = Written(PlaylistParser.Parse(data));
        var second = Written(PlaylistParser.Parse(first));
        if (!first.AsSpan().SequenceEqual(second)) throw new InvalidOperationException("written, read and written again it is another text");
    }

    internal static byte[] Written(Playlist playlist)
    {
        var output = new ArrayBufferWriter<byte>();
        PlaylistWriter.Write(output, playlist);
        return output.WrittenSpan.ToArray();
    }
}
