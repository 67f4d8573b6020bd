using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FFmpeg.AutoGen;

/// <summary>
/// Finds <c>avformat</c> as <c>libavformat.so.59</c>: the soname of the major that the bindings were made for, so that no other one is
/// loaded.
/// </summary>
internal static class LibraryResolver
{
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255",
        Justification = "The resolver must stand before the first import, whichever that is; a static constructor would be checked on every call.")]
    internal static void Register() => NativeLibrary.SetDllImportResolver(typeof(ffmpeg).Assembly, Resolve);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) =>
        ffmpeg.LibraryVersionMap.TryGetValue(name, out var major)
            ? NativeLibrary.Load(Path.Combine(ffmpeg.RootPath, $"lib{name}.so.{major}"))
            : 0;
}
