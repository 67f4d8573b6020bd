using System.Diagnostics;

namespace TimeShift.Server.Tests;

/// <summary>Waits for conditions instead of times.</summary>
internal static class Until
{
    public static async Task<T> NotNull<T>(Func<Task<T?>> probe, string what, int seconds = 30)
        where T : class
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            if (await probe() is { } found) return found;
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(seconds), $"waited {seconds} s for {what}");
            await Task.Delay(50);
        }
    }

    public static Task True(Func<bool> condition, string what, int seconds = 30) => True(() => Task.FromResult(condition()), what, seconds);

    public static Task True(Func<Task<bool>> condition, string what, int seconds = 30) =>
        NotNull(async () => await condition() ? new object() : null, what, seconds);
}
