namespace TimeShift.Ingest.Tests.Host;

/// <summary>Waits for a condition of another thread's work that announces itself to nobody.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static async Task<T> GetAsync<T>(Func<T?> get, Func<string> complaint)
        where T : class
    {
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (get() is { } value) return value;
            Assert.True(TimeProvider.System.GetElapsedTime(start) < Limit, complaint());
            await Task.Delay(10);
        }
    }

    public static Task TrueAsync(Func<bool> condition, Func<string> complaint) => GetAsync(() => condition() ? "" : null, complaint);
}
