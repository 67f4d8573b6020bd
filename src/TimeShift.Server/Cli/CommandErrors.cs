using TimeShift.Core.Media;

namespace TimeShift.Server.Cli;

/// <summary>Errors of commands: on stderr, after the program's name, with no secrets in them.</summary>
internal static class CommandErrors
{
    /// <param name="more">Further lines, indented under the first.</param>
    /// <returns>The exit code.</returns>
    public static int Report(string message, params IEnumerable<string> more)
    {
        Console.Error.WriteLine($"timeshift: {SourceUrl.Mask(message)}");
        foreach (var line in more) Console.Error.WriteLine($"  {SourceUrl.Mask(line)}");
        return 1;
    }
}
