namespace TimeShift.FFmpeg.Inputs;

public enum MediaInputFault
{
    /// <summary>The address itself is wrong: a scheme or parameter that is not known.</summary>
    BadAddress,

    /// <summary>Nobody there, refused, or the connection broke.</summary>
    ConnectFailed,

    AuthenticationFailed,

    /// <summary>The server or disk answers, and does not have it.</summary>
    NotFound,

    /// <summary>Nothing came for the time allowed.</summary>
    Timeout,

    /// <summary>What came is no media that is known.</summary>
    InvalidData,

    /// <summary>The token was cancelled while opening.</summary>
    Cancelled,

    /// <summary>This machine or its FFmpeg cannot do it: an encoder or font is missing, memory is out.</summary>
    Unsupported,
}

/// <summary>A source cannot be opened or read on. The message holds no password.</summary>
public sealed class MediaInputException(MediaInputFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    public MediaInputFault Fault { get; } = fault;
}
