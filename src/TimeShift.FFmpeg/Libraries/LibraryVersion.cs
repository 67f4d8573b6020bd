namespace TimeShift.FFmpeg.Libraries;

/// <summary>One of FFmpeg's libraries: what the bindings need and what is there.</summary>
/// <param name="Name">Such as <c>libavformat</c>.</param>
/// <param name="Installed">Such as <c>59.27.100</c>; null where the library is not found.</param>
/// <param name="Needed">Such as <c>59.27</c>: this major, at least this minor.</param>
/// <param name="Fault">What is wrong and what to do; null where the library fits.</param>
public sealed record LibraryVersion(string Name, string? Installed, string Needed, string? Fault)
{
    public bool IsUsable => Fault is null;
}
