using System.Text;
using System.Text.RegularExpressions;

namespace TimeShift.FFmpeg.Generator;

/// <summary>
/// Finds FFmpeg's object-like macros and lets the C compiler say what each is worth: the ones that are no constant do not compile.
/// </summary>
internal static partial class MacroReader
{
    private const string Prologue = """
        #include <stdio.h>
        #include <stdint.h>
        static void i(const char *n, int v) { printf("%s int %d\n", n, v); }
        static void u(const char *n, unsigned v) { printf("%s uint %uU\n", n, v); }
        static void l(const char *n, long v) { printf("%s long %ldL\n", n, v); }
        static void ul(const char *n, unsigned long v) { printf("%s ulong %luUL\n", n, v); }
        static void d(const char *n, double v) { printf("%s double %.17gD\n", n, v); }
        static void s(const char *n, const char *v) { printf("%s string %s\n", n, v); }
        static void q(const char *n, AVRational v) { printf("%s AVRational %d %d\n", n, v.num, v.den); }
        #define SHOW(n, v) _Generic((v), int: i, unsigned: u, long: l, unsigned long: ul, long long: l, unsigned long long: ul, \
            float: d, double: d, char *: s, const char *: s, AVRational: q)(n, v)
        int main(void) {
        """;

    public static IEnumerable<Macro> Read(string header, string workFolder)
    {
        var names = Names(Clang.DumpMacros(header)).ToList();
        var file = Path.Combine(workFolder, "macros.c");
        // Each round drops the lines that the compiler names; one broken macro can hide another, hence rounds.
        while (true)
        {
            File.WriteAllText(file, Program(header, names));
            var bad = ErrorLine().Matches(Clang.Check(file)).Where(m => m.Groups[1].Value == file).Select(m => int.Parse(m.Groups[2].Value)).ToHashSet();
            if (bad.Count == 0) break;
            var first = FirstLine(header);
            if (bad.Min() < first) throw new InvalidOperationException($"The macro printer itself does not compile:\n{Clang.Check(file)}");
            names = [.. names.Where((_, i) => !bad.Contains(first + i))];
        }

        return Clang.CompileAndRun(file).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(ToMacro);
    }

    private static string Program(string header, List<string> names)
    {
        var text = new StringBuilder($"#include \"{header}\"\n{Prologue}\n");
        foreach (var name in names) text.Append($"SHOW(\"{name}\", {name});\n");
        return text.Append("}\n").ToString();
    }

    private static int FirstLine(string header) => Program(header, []).Count(c => c == '\n');

    private static IEnumerable<string> Names(string preprocessed)
    {
        var inFFmpeg = false;
        var seen = new HashSet<string>();
        foreach (var line in preprocessed.Split('\n'))
        {
            if (LineMarker().Match(line) is { Success: true } marker) inFFmpeg = AstReader.LibraryOf(marker.Groups[1].Value) is not null;
            else if (inFFmpeg && Definition().Match(line) is { Success: true } definition && seen.Add(definition.Groups[1].Value)) yield return definition.Groups[1].Value;
        }
    }

    private static Macro ToMacro(string line)
    {
        var parts = line.Split(' ', 3);
        var value = parts[2];
        return new Macro(parts[0], parts[1], parts[1] switch
        {
            "string" => $"\"{value.Replace("\\", "\\\\").Replace("\"", "\\\"")}\"",
            "AVRational" => $"new AVRational {{ num = {value.Split(' ')[0]}, den = {value.Split(' ')[1]} }}",
            "double" when value is "infD" => "double.PositiveInfinity",
            "double" when value is "nanD" or "-nanD" => "double.NaN",
            _ => value,
        });
    }

    [GeneratedRegex(@"^# \d+ ""([^""]+)""")]
    private static partial Regex LineMarker();

    [GeneratedRegex(@"^#define ([A-Za-z]\w*) \S")]
    private static partial Regex Definition();

    [GeneratedRegex(@"^([^:\n]+):(\d+):\d+: error", RegexOptions.Multiline)]
    private static partial Regex ErrorLine();
}
