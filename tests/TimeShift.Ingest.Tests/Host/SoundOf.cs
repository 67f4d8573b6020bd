namespace TimeShift.Ingest.Tests.Host;

/// <summary>The samples of a file's G.711, whatever packets they are in.</summary>
internal static class SoundOf
{
    /// <summary>Expects the recorded samples to be an unbroken run of the source's, played in a loop.</summary>
    public static async Task AssertLoopAsync(string source, string recorded)
    {
        var (round, samples) = (await SamplesAsync(source), await SamplesAsync(recorded));
        Assert.True(samples.Length > 4_000, $"{recorded} has {samples.Length} samples of G.711");
        byte[] looped = [.. round];
        while (looped.Length < samples.Length + round.Length) looped = [.. looped, .. round];
        Assert.True(looped.AsSpan().IndexOf(samples) >= 0, $"the {samples.Length} samples of {recorded} are not in those of {source} in a row");
    }

    private static async Task<byte[]> SamplesAsync(string path)
    {
        var target = Path.GetTempFileName();
        try
        {
            await Tool.FfmpegAsync($"-y -i {path} -map 0:a -c copy -f data {target}");
            return await File.ReadAllBytesAsync(target);
        }
        finally
        {
            File.Delete(target);
        }
    }
}
