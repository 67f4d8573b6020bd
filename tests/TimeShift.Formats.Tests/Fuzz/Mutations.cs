namespace TimeShift.Formats.Tests.Fuzz;

/// <summary>Small damage, as lines, disks and hostile peers do it: flipped bits, extreme values, cuts, repeats, shifts.</summary>
internal static class Mutations
{
    private static readonly byte[] Extremes = [0x00, 0x01, 0x7F, 0x80, 0xFE, 0xFF];

    public static byte[] Apply(byte[] seed, Random random)
    {
        var data = seed;
        for (var rounds = 1 + random.Next(4); rounds > 0; rounds--) data = One(data, random);
        return data;
    }

    private static byte[] One(byte[] data, Random random)
    {
        if (data.Length == 0) return [(byte)random.Next(256)];
        var at = random.Next(data.Length);
        var length = 1 + random.Next(Math.Min(16, data.Length - at));
        switch (random.Next(8))
        {
            case 0:
                return Changed(data, at, (byte)(data[at] ^ 1 << random.Next(8)));
            case 1:
                return Changed(data, at, Extremes[random.Next(Extremes.Length)]);
            case 2:
                return Changed(data, at, (byte)random.Next(256));
            case 3:
                return data[..at];
            case 4:
                return [.. data[..at], .. data[(at + length)..]];
            case 5:
                return [.. data[..(at + length)], .. data[at..]];
            case 6:
                var filler = new byte[length];
                random.NextBytes(filler);
                return [.. data[..at], .. filler, .. data[at..]];
            default:
                var run = (byte[])data.Clone();
                run.AsSpan(at, length).Fill(Extremes[random.Next(Extremes.Length)]);
                return run;
        }
    }

    private static byte[] Changed(byte[] data, int at, byte value)
    {
        var copy = (byte[])data.Clone();
        copy[at] = value;
        return copy;
    }
}
