namespace TimeShift.Core.Hub;

/// <summary>Why a publisher's stay on a stream ended.</summary>
public enum StreamEnd
{
    /// <summary>The publisher said good-bye, or its file ended.</summary>
    Finished,

    /// <summary>The connection was lost or fell silent.</summary>
    Lost,

    /// <summary>The publisher broke its protocol or format.</summary>
    Fault,

    /// <summary>The server is stopping or the stream was removed.</summary>
    Stopped,
}
