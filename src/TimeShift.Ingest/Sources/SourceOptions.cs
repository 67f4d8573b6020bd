using TimeShift.Core.Media;

namespace TimeShift.Ingest.Sources;

/// <summary>A stream that is fetched: <c>Streams:&lt;name&gt;:Source</c>, <c>Enabled</c> and <c>Reader</c>.</summary>
/// <param name="Enabled">False: the source is left alone, what was recorded stays playable.</param>
/// <param name="Reader">Who reads it.</param>
public sealed record SourceOptions(StreamName Name, SourceUrl Source, bool Enabled = true, SourceReader Reader = SourceReader.Auto);

public enum SourceReader
{
    /// <summary>The program's own reader where it has one for the address, libavformat otherwise, or where a camera and the own reader do not get on.</summary>
    Auto,

    /// <summary>Always libavformat.</summary>
    Libavformat,
}
