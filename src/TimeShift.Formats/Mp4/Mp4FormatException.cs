namespace TimeShift.Formats.Mp4;

/// <summary>The bytes are not MP4 as ISO/IEC 14496-12 has it; the message says what came and what is expected.</summary>
public sealed class Mp4FormatException : FormatException
{
    public Mp4FormatException(string message) : base(message)
    {
    }

    public Mp4FormatException(string message, Exception inner) : base(message, inner)
    {
    }
}
