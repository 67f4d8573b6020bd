namespace TimeShift.Protocols.Rtsp;

public sealed record RtspPullOptions
{
    public static readonly RtspPullOptions Default = new();

    /// <summary>From connecting to the answer to PLAY; default 15 s, above the 10 s that cameras take to wake up. Above 0.</summary>
    public TimeSpan OpenTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Longest silence between two packets of media; default 10 s, as TCP cameras stall that long on bad radio and come back. Above 0.</summary>
    public TimeSpan ReadTimeout { get; init; } = TimeSpan.FromSeconds(10);
}

/// <summary>Why a session ended.</summary>
public enum RtspFault
{
    /// <summary>The token was cancelled.</summary>
    Stopped,

    /// <summary>The server said good-bye.</summary>
    Finished,

    /// <summary>Nobody there, refused, or the connection broke.</summary>
    ConnectFailed,

    AuthenticationFailed,

    /// <summary>The server answers, and does not have it.</summary>
    NotFound,

    /// <summary>The server refused for another reason.</summary>
    Refused,

    /// <summary>Nothing came for the time allowed.</summary>
    Timeout,

    /// <summary>The server breaks the protocol.</summary>
    Protocol,

    /// <summary>The server keeps the protocol, but offers nothing that is carried here.</summary>
    Unsupported,

    /// <summary>Somebody else publishes the stream.</summary>
    Occupied,
}

/// <summary>How a session ended.</summary>
/// <param name="Reason">For people; no secrets.</param>
/// <param name="HadMedia">A packet was received.</param>
/// <param name="Lasted">From the first packet to the end.</param>
public sealed record RtspEnd(RtspFault Fault, string Reason, bool HadMedia, TimeSpan Lasted);

/// <summary>Ends a session from within; the message is for people and holds no secrets.</summary>
internal sealed class RtspException(RtspFault fault, string message) : Exception(message)
{
    public RtspFault Fault { get; } = fault;
}
