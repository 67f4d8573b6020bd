namespace TimeShift.Formats.Nal;

/// <summary>
/// A parameter set as bytes: unescaped for reading, shown for messages. Parameter sets are read when they change, not per packet, so
/// this may allocate.
/// </summary>
internal static class ParameterSetBytes
{
    /// <summary>What no real parameter set reaches; a record's length field could not say more.</summary>
    private const int MaxSize = 65535;

    /// <exception cref="BitstreamException">Longer than a configuration record can hold.</exception>
    public static byte[] Unescape(ReadOnlySpan<byte> nal)
    {
        if (nal.Length > MaxSize)
            throw new BitstreamException($"a parameter set has {nal.Length} bytes; at most {MaxSize} fit a configuration record");
        var rbsp = new byte[nal.Length];
        return rbsp[..Rbsp.Unescape(nal, rbsp)];
    }

    public static string Describe(ReadOnlySpan<byte> data) => data.IsEmpty
        ? "nothing"
        : $"{data.Length} bytes that begin with {Convert.ToHexString(data[..Math.Min(8, data.Length)])}";
}
