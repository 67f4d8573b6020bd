namespace TimeShift.Formats;

/// <summary>An elementary stream or its configuration record breaks its format; the message says what came and what is expected.</summary>
public sealed class BitstreamException : FormatException
{
    public BitstreamException(string message)
        : base(message)
    {
    }

    public BitstreamException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
