namespace TimeShift.Protocols.Tests.Rtmp;

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
            await Task.Delay(5);
        }
    }

    public static Task TrueAsync(Func<bool> condition, string what) => GetAsync(() => condition() ? "" : null, () => what);

    public static async Task TrueAsync(Func<Task<bool>> condition, string what)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!await condition()) Assert.True(TimeProvider.System.GetElapsedTime(began) < Limit, what);
    }
}
