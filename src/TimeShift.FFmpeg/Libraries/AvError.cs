using System.Runtime.InteropServices;
using FFmpeg.AutoGen;

namespace TimeShift.FFmpeg.Libraries;

/// <summary>FFmpeg's error codes: negated errno values, and tags of its own.</summary>
internal static unsafe class AvError
{
    // errno.h of Linux, as far as inputs meet them and FFmpeg.AutoGen has no name for them.
    public const int NoEntry = -2;
    public const int InputOutput = -5;
    public const int AccessDenied = -13;
    public const int NetworkUnreachable = -101;
    public const int ConnectionReset = -104;
    public const int TimedOut = -110;
    public const int ConnectionRefused = -111;
    public const int HostUnreachable = -113;

    private const int MaxLength = 128;

    public static string Describe(int error)
    {
        var text = stackalloc byte[MaxLength];
        ffmpeg.av_strerror(error, text, MaxLength);
        return Marshal.PtrToStringUTF8((nint)text) ?? $"error {error}";
    }

    /// <exception cref="InvalidOperationException">The result is negative.</exception>
    public static int Throw(int result, string what) =>
        result >= 0 ? result : throw new InvalidOperationException($"{what} failed: {Describe(result)}");
}
