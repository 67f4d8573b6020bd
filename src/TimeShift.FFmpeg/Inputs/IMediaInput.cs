namespace TimeShift.FFmpeg.Inputs;

public enum ReadResult
{
    Packet,

    /// <summary>The source is over: a file's last packet was read, or the peer closed properly.</summary>
    EndOfStream,

    /// <summary>The token that the input was opened with was cancelled.</summary>
    Cancelled,
}

/// <summary>
/// A source that is read packet by packet on the caller's thread, which it blocks; the token given at opening interrupts it within a
/// second.
/// </summary>
public interface IMediaInput : IDisposable
{
    /// <summary>Grows when a container announces a track late; a track's place never changes.</summary>
    IReadOnlyList<InputTrack> Tracks { get; }

    /// <summary>Waits for the next packet. What the packet points to is lent until the next call.</summary>
    /// <exception cref="MediaInputException">The source failed, or sent nothing for the time allowed.</exception>
    ReadResult Read(out InputPacket packet);
}
