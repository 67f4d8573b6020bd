namespace TimeShift.Ingest.Sessions;

/// <summary>How a session ended.</summary>
/// <param name="IsStopped">It was told to; there is no next one.</param>
/// <param name="Reason">For people; no secrets.</param>
/// <param name="Lasted">From the first packet to the end.</param>
internal sealed record SessionEnd(bool IsStopped, string Reason, TimeSpan Lasted);
