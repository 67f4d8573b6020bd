namespace TimeShift.Formats.Tests.Media;

/// <summary>Bytes that this thread allocates in a method, once it is warm.</summary>
internal static class Allocations
{
    public static void AssertNone(Action action)
    {
        for (var i = 0; i < 3; i++) action();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) action();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
