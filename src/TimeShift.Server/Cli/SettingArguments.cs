namespace TimeShift.Server.Cli;

/// <summary>Settings among a command's arguments: <c>--TimeShift:Key=value</c> or <c>--TimeShift:Key value</c>.</summary>
internal static class SettingArguments
{
    private static readonly string[] _prefixes = ["--TimeShift:", "--Logging:"];

    /// <summary>What is wrong with the first argument that is no setting; null where all are.</summary>
    public static string? Fault(IReadOnlyList<string> arguments)
    {
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            if (!_prefixes.Any(p => argument.StartsWith(p, StringComparison.OrdinalIgnoreCase)))
                return $"'{argument}' is not understood; settings are written --TimeShift:Key=value (see --help)";
            if (argument.Contains('=', StringComparison.Ordinal)) continue;
            if (++i == arguments.Count || arguments[i].StartsWith("--", StringComparison.Ordinal)) return $"'{argument}' has no value; expected {argument}=value";
        }

        return null;
    }
}
