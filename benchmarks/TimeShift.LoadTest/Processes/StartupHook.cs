using TimeShift.LoadTest.Processes;

/// <summary>
/// Runs inside a .NET server that is started with <c>DOTNET_STARTUP_HOOKS</c> naming this assembly and <c>LOADTEST_GARBAGE</c> naming a file: writes there, once
/// a second, what the server allocated and how often it collected. The runtime looks for this very name, in no namespace.
/// </summary>
#pragma warning disable CA1050 // the runtime demands the global namespace
internal static class StartupHook
#pragma warning restore CA1050
{
    // Kept, or it would be collected.
    private static AllocationListener? _allocations;

    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable("LOADTEST_ALLOCATIONS") is { Length: > 0 } allocations) _allocations = new AllocationListener(allocations);
        if (Environment.GetEnvironmentVariable("LOADTEST_GARBAGE") is not { Length: > 0 } path) return;
        new Thread(() => Write(path)) { Name = "garbage log", IsBackground = true }.Start();
    }

    private static void Write(string path)
    {
        using var file = new StreamWriter(path) { AutoFlush = true };
        var origin = TimeProvider.System.GetTimestamp();
        while (true)
        {
            file.WriteLine(new GarbageLog(
                TimeProvider.System.GetElapsedTime(origin).TotalSeconds,
                GC.GetTotalAllocatedBytes(),
                GC.CollectionCount(0),
                GC.CollectionCount(1),
                GC.CollectionCount(2),
                GC.GetTotalMemory(forceFullCollection: false)).ToString());
            Thread.Sleep(1000);
        }
    }
}
