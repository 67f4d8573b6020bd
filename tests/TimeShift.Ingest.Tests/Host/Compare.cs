namespace TimeShift.Ingest.Tests.Host;

/// <summary>Holds what was recorded against what went in.</summary>
internal static class Compare
{
    /// <summary>Expects the recorded packets to be an unbroken run of the source's, which itself may be looped.</summary>
    /// <param name="tolerance">Microseconds by which a step of DTS may differ.</param>
    /// <param name="loop">Expected step of DTS over the end of the source, in microseconds; null where it is not played in a loop.</param>
    public static void Run(ProbedPacket[] source, ProbedPacket[] recorded, double tolerance, double? loop = null)
    {
        Assert.NotEmpty(source);
        Assert.NotEmpty(recorded);
        var start = StartOf(source, recorded, loop is not null);
        Assert.True(start >= 0, $"sizes {Sizes(recorded)}... are not in the source's {Sizes(source)}...");
        for (var i = 0; i < recorded.Length; i++)
        {
            var at = (start + i) % source.Length;
            var (was, now) = (source[at], recorded[i]);
            Assert.True(was.Size == now.Size && was.IsKey == now.IsKey, $"packet {i}: {now}, in the source: {was}");
            Assert.True(Math.Abs(was.Composition - now.Composition) <= tolerance, $"composition of packet {i}: {now}, in the source: {was}");
            if (i == 0) continue;
            var step = now.Dts - recorded[i - 1].Dts;
            var expected = at == 0 ? loop!.Value : was.Dts - source[at - 1].Dts;
            Assert.True(Math.Abs(step - expected) <= tolerance, $"step of packet {i} of {recorded.Length}: {step} µs, in the source: {expected} µs (packet {at} of {source.Length})");
        }
    }

    /// <summary>DTS grows by one frame from packet to packet, whatever the sizes.</summary>
    public static void Steady(ProbedPacket[] recorded, double step, double tolerance)
    {
        for (var i = 1; i < recorded.Length; i++)
        {
            var is_ = recorded[i].Dts - recorded[i - 1].Dts;
            Assert.True(Math.Abs(is_ - step) <= tolerance, $"step of packet {i} of {recorded.Length}: {is_} µs, expected {step} µs");
        }
    }

    private static int StartOf(ProbedPacket[] source, ProbedPacket[] recorded, bool looped)
    {
        var length = recorded.Length;
        for (var start = 0; start < source.Length; start++)
        {
            if (!looped && start + recorded.Length > source.Length) return -1;
            var same = true;
            for (var i = 0; i < length && same; i++) same = source[(start + i) % source.Length].Size == recorded[i].Size;
            if (same) return start;
        }

        return -1;
    }

    private static string Sizes(ProbedPacket[] packets) => string.Join(' ', packets.Take(20).Select(p => p.Size));
}
