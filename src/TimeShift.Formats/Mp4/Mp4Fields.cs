using System.Buffers.Binary;

namespace TimeShift.Formats.Mp4;

/// <summary>Fields that several boxes share.</summary>
internal static class Mp4Fields
{
    /// <exception cref="Mp4FormatException">0, or above 2^31-1.</exception>
    public static int TrackId(ReadOnlySpan<byte> field, uint type)
    {
        var id = BinaryPrimitives.ReadUInt32BigEndian(field);
        return id is > 0 and <= int.MaxValue
            ? (int)id
            : throw new Mp4FormatException($"'{FourCc.ToText(type)}' has the track ID {id}; expected 1 to 2^31-1");
    }
}
