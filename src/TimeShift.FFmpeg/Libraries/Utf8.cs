using System.Runtime.InteropServices;

namespace TimeShift.FFmpeg.Libraries;

internal static unsafe class Utf8
{
    /// <summary>A copy of a C string; empty for null.</summary>
    public static string Read(byte* text) => Marshal.PtrToStringUTF8((nint)text) ?? "";
}
