namespace TimeShift.Formats.Hls;

/// <summary>The bytes are no playlist that a client may play. The message names the line, what came and what is expected.</summary>
public sealed class PlaylistFormatException : FormatException
{
    private const int ShownCharacters = 80;

    public PlaylistFormatException(int line, string came, string expected)
        : base($"playlist line {line}: '{Shown(came)}' came; expected {expected}") => Line = line;

    /// <summary>1-based.</summary>
    public int Line { get; }

    private static string Shown(string came) =>
        new([.. came.Take(ShownCharacters).Select(c => char.IsControl(c) ? '?' : c), .. came.Length > ShownCharacters ? "…" : ""]);
}
