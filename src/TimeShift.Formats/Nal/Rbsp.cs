namespace TimeShift.Formats.Nal;

/// <summary>
/// The raw byte sequence payload of a NAL unit: its bytes without emulation prevention (ITU-T H.264 §7.4.1, H.265 §7.4.2).
/// </summary>
public static class Rbsp
{
    /// <summary>Copies a NAL unit or a part of one, leaving out the 03 of every 00 00 03.</summary>
    /// <param name="nal">With or without its header; headers hold no 00 00 03.</param>
    /// <param name="destination">At least as long as <paramref name="nal"/>; must not overlap it.</param>
    /// <returns>Bytes written.</returns>
    public static int Unescape(ReadOnlySpan<byte> nal, Span<byte> destination)
    {
        ReadOnlySpan<byte> escape = [0, 0, 3];
        var written = 0;
        while (true)
        {
            var at = nal.IndexOf(escape);
            var kept = at < 0 ? nal.Length : at + 2;
            nal[..kept].CopyTo(destination[written..]);
            written += kept;
            if (at < 0) return written;
            nal = nal[(at + 3)..];
        }
    }
}
