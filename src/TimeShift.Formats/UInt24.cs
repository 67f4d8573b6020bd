namespace TimeShift.Formats;

/// <summary>Big-endian integers of three bytes, as FLV and RTMP have them.</summary>
internal static class UInt24
{
    public const int MaxValue = 0xFFFFFF;

    public static int Read(ReadOnlySpan<byte> source) => source[0] << 16 | source[1] << 8 | source[2];

    public static int ReadSigned(ReadOnlySpan<byte> source) => Read(source) << 8 >> 8;

    public static void Write(Span<byte> destination, int value)
    {
        destination[2] = (byte)value;
        destination[1] = (byte)(value >> 8);
        destination[0] = (byte)(value >> 16);
    }
}
