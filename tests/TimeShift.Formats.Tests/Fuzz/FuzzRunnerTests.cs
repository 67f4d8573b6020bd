namespace TimeShift.Formats.Tests.Fuzz;

public sealed class FuzzRunnerTests
{
    private static readonly byte[] Seed = [1, 2, 3, 4, 5, 6, 7, 8];

    [Fact]
    public void The_documented_exception_is_let_through() =>
        FuzzRunner.Run(static data => throw new FormatException($"{data.Length}"), typeof(FormatException), [Seed]);

    [Fact]
    public void Any_other_exception_fails_and_shows_the_input()
    {
        var failure = Assert.Throws<FuzzFailureException>(() => FuzzRunner.Run(
            static data => _ = data.Length == 3 ? throw new InvalidOperationException() : 0, typeof(FormatException), [Seed]));
        Assert.Contains("010203", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_believed_length_field_fails() => Assert.Throws<FuzzFailureException>(() =>
        FuzzRunner.Run(static _ => GC.KeepAlive(new byte[64 << 20]), typeof(FormatException), [Seed]));

    [Fact]
    public void Two_runs_see_the_same_inputs() => Assert.Equal(Inputs(), Inputs());

    [Fact]
    public void No_seed_is_an_error() => Assert.ThrowsAny<Exception>(() => FuzzRunner.Run(static _ => { }, typeof(FormatException), []));

    [Theory]
    [InlineData("[]byte(\"\\x00ab\\n\\\"\\\\\")", "0061620A225C")]
    [InlineData("[]byte(\"\\u00fc\\a\")", "C3BC07")]
    [InlineData("string(\"#\\t\\000\")", "230900")]
    public void Go_values_are_unquoted(string line, string hex) => Assert.Equal(hex, Convert.ToHexString(GoCorpus.ParseValue(line)!));

    [Fact]
    public void Go_numbers_are_passed_over() => Assert.Null(GoCorpus.ParseValue("int(7)"));

    private static List<string> Inputs()
    {
        var inputs = new List<string>();
        FuzzRunner.Run(data => inputs.Add(Convert.ToHexString(data)), typeof(FormatException), [Seed]);
        return inputs;
    }
}
