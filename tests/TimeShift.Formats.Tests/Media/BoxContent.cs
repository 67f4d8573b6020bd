using System.Buffers.Binary;

namespace TimeShift.Formats.Tests.Media;

/// <summary>Finds a configuration record in an MP4 file by its four letters, so that these tests do not lean on the MP4 reader.</summary>
internal static class BoxContent
{
    /// <param name="type"><c>avcC</c>, <c>hvcC</c> or <c>av1C</c>.</param>
    public static byte[] Find(string path, string type)
    {
        var file = File.ReadAllBytes(path);
        var at = file.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(type));
        Assert.True(at >= 4, $"{path} has no {type}");
        return file[(at + 4)..(at - 4 + BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at - 4)))];
    }

    /// <summary>The DecoderSpecificInfo (tag 5) of <c>esds</c>.</summary>
    public static byte[] FindAudioConfig(string path)
    {
        var esds = Find(path, "esds");
        var at = 4; // version and flags
        while (esds[at] != 5)
        {
            // ES_Descriptor (3) and DecoderConfigDescriptor (4) hold their fields, then further descriptors.
            var fields = esds[at] == 3 ? 3 : 13;
            ReadLength(esds, ref at);
            at += fields;
        }

        var length = ReadLength(esds, ref at);
        return esds[at..(at + length)];
    }

    private static int ReadLength(byte[] data, ref int at)
    {
        var length = 0;
        do length = length << 7 | data[++at] & 0x7F;
        while ((data[at] & 0x80) != 0);
        at++;
        return length;
    }
}
