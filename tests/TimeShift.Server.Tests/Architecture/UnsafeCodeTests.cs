using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace TimeShift.Server.Tests.Architecture;

/// <summary>Unsafe code lives in two places, where it can be watched: TimeShift.FFmpeg and TimeShift.Formats/Simd.</summary>
public sealed partial class UnsafeCodeTests
{
    [Fact]
    public void Only_two_projects_allow_unsafe_blocks()
    {
        var files = Checkout.Projects.Select(name => Checkout.PathOf("src", name, $"{name}.csproj")).Append(Checkout.PathOf("build", "Common.props"));
        var allowing = files.Where(file => XDocument.Load(file).Descendants("AllowUnsafeBlocks").Any()).Select(file => Path.GetFileNameWithoutExtension(file));
        Assert.Empty(allowing.Except(["TimeShift.FFmpeg", "TimeShift.Formats"]));
    }

    [Fact]
    public void The_word_unsafe_stands_only_in_the_bindings_and_in_the_vector_code()
    {
        string[] places = [Checkout.PathOf("src", "TimeShift.FFmpeg"), Checkout.PathOf("src", "TimeShift.Formats", "Simd")];
        var files = Directory.EnumerateFiles(Checkout.PathOf("src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !places.Any(place => file.StartsWith(place + Path.DirectorySeparatorChar, StringComparison.Ordinal)));
        Assert.Empty(files.Where(file => HasUnsafeCode(File.ReadAllText(file))).Select(file => Path.GetRelativePath(Repository.Root, file)));
    }

    [Theory]
    [InlineData("public static unsafe void Copy(byte* from)", true)]
    [InlineData("unsafe { *p = 1; }", true)]
    [InlineData("// no need for unsafe code", false)]
    [InlineData("/* unsafe\n here */ int a;", false)]
    [InlineData("var text = \"unsafe\";", false)]
    public void Comments_and_texts_are_not_taken_for_code(string code, bool expected) => Assert.Equal(expected, HasUnsafeCode(code));

    private static bool HasUnsafeCode(string source) => Word().IsMatch(NotCode().Replace(source, " "));

    [GeneratedRegex(@"//[^\n]*|/\*.*?\*/|""(?:\\.|[^""\\\n])*""", RegexOptions.Singleline)]
    private static partial Regex NotCode();

    [GeneratedRegex(@"\bunsafe\b")]
    private static partial Regex Word();
}
