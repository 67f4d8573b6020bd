// Most of these tests wait for media that comes in real time, and use next to no processor meanwhile.
[assembly: CollectionBehavior(MaxParallelThreads = 6)]

namespace TimeShift.Ingest.Tests.Host;

/// <summary>Tests that count what the whole process does run with nothing beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
