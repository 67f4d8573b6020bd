using TimeShift.Core.Media;

namespace TimeShift.Ingest.Sources;

/// <summary>A stream that is fetched: <c>Streams:&lt;name&gt;:Source</c> and <c>Enabled</c>.</summary>
/// <param name="Enabled">False: the source is left alone, what was recorded stays playable.</param>
public sealed record SourceOptions(StreamName Name, SourceUrl Source, bool Enabled = true);
