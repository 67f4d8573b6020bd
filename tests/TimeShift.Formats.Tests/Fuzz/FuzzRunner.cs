namespace TimeShift.Formats.Tests.Fuzz;

/// <summary>
/// Runs a <see cref="FuzzTarget"/> over seeds and over mutations of them; the same seeds give the same inputs on every run.
/// </summary>
public static class FuzzRunner
{
    /// <summary>
    /// What one input may make a parser allocate: far above any honest parse of inputs this small, far below what a believed length
    /// field asks for.
    /// </summary>
    private const long MaxAllocatedBytes = 32 << 20;

    /// <param name="target">Gets each seed, each truncation of short seeds, and <paramref name="mutationsPerSeed"/> mutations.</param>
    /// <param name="allowedException">The one type, with its subtypes, that may come out.</param>
    /// <param name="seeds">Well-formed inputs and inputs that once broke something; must not be empty.</param>
    public static void Run(FuzzTarget target, Type allowedException, IEnumerable<byte[]> seeds, int mutationsPerSeed = 200)
    {
        var count = 0;
        RunOne(target, allowedException, []);
        foreach (var seed in seeds)
        {
            count++;
            RunOne(target, allowedException, seed);
            for (var length = 0; length < Math.Min(seed.Length, 64); length++) RunOne(target, allowedException, seed[..length]);
            var random = new Random(StableHash(seed));
            for (var i = 0; i < mutationsPerSeed; i++) RunOne(target, allowedException, Mutations.Apply(seed, random));
        }

        Assert.True(count > 0, "A fuzz target needs at least one seed.");
    }

    private static void RunOne(FuzzTarget target, Type allowedException, byte[] input)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            target(input);
        }
        catch (Exception e) when (allowedException.IsInstanceOfType(e))
        {
        }
        catch (Exception e)
        {
            throw new FuzzFailureException(Describe(input, $"threw {e.GetType().Name} ({e.Message}); only {allowedException.Name} may come out"), e);
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        if (allocated > MaxAllocatedBytes) throw new FuzzFailureException(Describe(input, $"allocated {allocated} bytes"), null);
    }

    private static string Describe(byte[] input, string what) =>
        $"An input of {input.Length} bytes {what}. Input: {Convert.ToHexString(input.AsSpan(0, Math.Min(input.Length, 2048)))}";

    // Not GetHashCode: HashCode is seeded per process, and the inputs have to be the same on every run.
    private static int StableHash(byte[] data)
    {
        var hash = 2166136261u;
        foreach (var b in data) hash = (hash ^ b) * 16777619u;
        return (int)(hash & 0x7FFFFFFF);
    }
}

/// <summary>An input broke a parser; the message has the input in hex, ready to become a seed.</summary>
public sealed class FuzzFailureException(string message, Exception? inner) : Exception(message, inner);
