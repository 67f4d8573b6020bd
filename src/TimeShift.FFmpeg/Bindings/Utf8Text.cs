using System.Runtime.InteropServices;

namespace FFmpeg.AutoGen;

/// <summary>A string lent to C for one call; null stays null.</summary>
internal readonly unsafe ref struct Utf8Text(string? text)
{
    public byte* Pointer { get; } = (byte*)Marshal.StringToCoTaskMemUTF8(text);

    public void Dispose() => Marshal.FreeCoTaskMem((nint)Pointer);

    /// <summary>Copies a string that C keeps.</summary>
    public static string? Read(byte* text) => Marshal.PtrToStringUTF8((nint)text);
}
