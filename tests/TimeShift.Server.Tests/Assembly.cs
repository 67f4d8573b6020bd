using TimeShift.Server.Tests.EndToEnd;

// Most tests wait for media in real time, and more of them can wait at once than there are cores.
[assembly: CollectionBehavior(MaxParallelThreads = 8)]
[assembly: AssemblyFixture(typeof(LiveServer))]
