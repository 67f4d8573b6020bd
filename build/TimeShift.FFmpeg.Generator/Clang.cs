using System.ComponentModel;
using System.Diagnostics;

namespace TimeShift.FFmpeg.Generator;

/// <summary>Runs the compiler over the header list.</summary>
internal static class Clang
{
    // The AST's JSON differs between clang's majors; 14 is Debian 12's.
    public const string Command = "clang-14";

    private static readonly string[] _language = ["-x", "c", "-std=c11"];

    public static string DumpAst(string header) => Run(Command,
        [.. _language, "-fsyntax-only", "-fparse-all-comments", "-fretain-comments-from-system-headers", "-Xclang", "-ast-dump=json", header]).Output;

    /// <summary>Preprocessed text with line markers and <c>#define</c> lines kept where they stand.</summary>
    public static string DumpMacros(string header) => Run(Command, [.. _language, "-E", "-dD", header]).Output;

    /// <summary>The compiler's messages for a C file; empty when it is sound.</summary>
    public static string Check(string file) => Run(Command, [.. _language, "-fsyntax-only", "-w", "-ferror-limit=0", file], mayFail: true).Errors;

    public static string CompileAndRun(string file)
    {
        var program = Path.ChangeExtension(file, ".out");
        Run(Command, [.. _language, "-w", "-o", program, file]);
        return Run(program, []).Output;
    }

    private static (string Output, string Errors) Run(string command, string[] arguments, bool mayFail = false)
    {
        var start = new ProcessStartInfo(command, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException($"{command} cannot be started ({e.Message}); install it: apt-get install clang-14", e);
        }

        using (process)
        {
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 || mayFail
                ? (output, errors.Result)
                : throw new InvalidOperationException($"{command} failed with exit code {process.ExitCode}:\n{errors.Result}");
        }
    }
}
