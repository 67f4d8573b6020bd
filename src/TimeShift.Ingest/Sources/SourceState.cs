using TimeShift.Core.Media;

namespace TimeShift.Ingest.Sources;

public enum SourcePhase
{
    Connecting,
    Running,

    /// <summary>The last try failed; the next is set.</summary>
    Waiting,
    Stopped,
}

/// <summary>How a configured source is doing. Holds no password.</summary>
/// <param name="Source">Masked address.</param>
/// <param name="LastError">Why the last session ended; null while none has.</param>
/// <param name="Sessions">How often it was tried.</param>
public sealed record SourceState(StreamName Name, string Source, SourcePhase Phase, string? LastError, Instant? NextTry, long Sessions);
