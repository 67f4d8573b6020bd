using System.Globalization;

namespace TimeShift.FFmpeg.Tests.Bindings;

public sealed class LayoutTests
{
    [Fact]
    public void Every_bound_struct_is_laid_out_as_the_C_compiler_does()
    {
        using var folder = new TemporaryFolder();
        var program = folder.File("layout");
        var (compiled, _, errors) = Repository.Run("gcc", "-w", "-o", program, Repository.Path("native/layout.g.c"));
        if (compiled == -1) Assert.Skip("gcc is not installed.");
        if (errors.Contains("No such file or directory", StringComparison.Ordinal)) Assert.Skip("FFmpeg's headers are not installed: apt-get install libavfilter-dev.");
        Assert.True(compiled == 0, errors);

        var (code, output, _) = Repository.Run(program);
        Assert.Equal(0, code);
        var native = output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ')).ToDictionary(p => p[0], p => long.Parse(p[1], CultureInfo.InvariantCulture));
        var bound = BoundLayout.Read();

        Assert.True(native.Count > 900, $"only {native.Count} values were printed");
        Assert.Empty(native.Keys.Except(bound.Keys).Concat(bound.Keys.Except(native.Keys)));
        Assert.Empty(native.Where(n => bound[n.Key] != n.Value).Select(n => $"{n.Key}: {n.Value} in C, {bound[n.Key]} here"));
    }
}
