using System.Globalization;
using System.Runtime.InteropServices;
using FFmpeg.AutoGen;

namespace TimeShift.FFmpeg.Libraries;

/// <summary>
/// Checks at start that the installed FFmpeg is the one whose struct layouts the bindings have: another major would be read wrongly,
/// silently.
/// </summary>
public static unsafe class FFmpegLibraries
{
    public const string InstallCommand =
        "apt-get install -y --no-install-recommends libavformat59 libavcodec59 libavfilter8 libavutil57 libswscale6 libswresample4 fonts-dejavu-core";

    private const int MajorsSearched = 8;

    private static readonly (string Name, int Major, int Minor, Func<uint> Version)[] _known =
    [
        ("avutil", ffmpeg.LIBAVUTIL_VERSION_MAJOR, ffmpeg.LIBAVUTIL_VERSION_MINOR, ffmpeg.avutil_version),
        ("avcodec", ffmpeg.LIBAVCODEC_VERSION_MAJOR, ffmpeg.LIBAVCODEC_VERSION_MINOR, ffmpeg.avcodec_version),
        ("avformat", ffmpeg.LIBAVFORMAT_VERSION_MAJOR, ffmpeg.LIBAVFORMAT_VERSION_MINOR, ffmpeg.avformat_version),
        ("avfilter", ffmpeg.LIBAVFILTER_VERSION_MAJOR, ffmpeg.LIBAVFILTER_VERSION_MINOR, ffmpeg.avfilter_version),
        ("swscale", ffmpeg.LIBSWSCALE_VERSION_MAJOR, ffmpeg.LIBSWSCALE_VERSION_MINOR, ffmpeg.swscale_version),
        ("swresample", ffmpeg.LIBSWRESAMPLE_VERSION_MAJOR, ffmpeg.LIBSWRESAMPLE_VERSION_MINOR, ffmpeg.swresample_version),
    ];

    private static readonly Lazy<string?> _fault = new(FindFault);

    private static string _directory = "";

    /// <summary>Looks for the libraries in this folder instead of the system's search path. Only before the first use of FFmpeg.</summary>
    public static void UseDirectory(string path) => _directory = path;

    /// <summary>Each library with its version and verdict; never throws.</summary>
    public static IReadOnlyList<LibraryVersion> Versions() =>
        [.. _known.Select(k => Judge("lib" + k.Name, k.Major, k.Minor, Installed(k.Name, k.Major, k.Version)))];

    /// <exception cref="FFmpegUnavailableException">A library is missing or has another version than the bindings were made
    /// for.</exception>
    public static void Check()
    {
        if (_fault.Value is { } fault) throw new FFmpegUnavailableException(fault);
    }

    internal static LibraryVersion Judge(string name, int major, int minor, uint? version)
    {
        var needed = string.Create(CultureInfo.InvariantCulture, $"{major}.{minor}");
        if (version is not { } v)
            return new LibraryVersion(name, null, needed, $"{name}.so.{major} is not installed; install it: {InstallCommand}");
        var (installedMajor, installedMinor) = ((int)(v >> 16), (int)(v >> 8 & 0xff));
        var installed = string.Create(CultureInfo.InvariantCulture, $"{installedMajor}.{installedMinor}.{v & 0xff}");
        if (installedMajor == major && installedMinor >= minor) return new LibraryVersion(name, installed, needed, null);
        return new LibraryVersion(name, installed, needed, $"{name} {installed} is installed, {needed} is needed; install it: {InstallCommand}"
            + (installedMajor == major ? "" : " (or make the bindings again for the installed headers: build/bindings, see its first lines)"));
    }

    private static string? FindFault()
    {
        var faults = Versions().Where(v => !v.IsUsable).ToList();
        return faults.Count switch
        {
            0 => null,
            _ when faults.All(f => f.Installed is null) =>
                $"FFmpeg's libraries are not installed ({string.Join(", ", faults.Select(f => $"{f.Name} {f.Needed}"))}). "
                    + $"Install them: {InstallCommand}",
            _ => "FFmpeg does not fit. " + string.Join("\n", faults.Select(f => f.Fault)),
        };
    }

    private static uint? Installed(string name, int major, Func<uint> version)
    {
        try
        {
            // Set here, not at first use elsewhere: the package looks beside the program unless told, the generated bindings in the
            // system's search path.
            ffmpeg.RootPath = _directory;
            FFmpegLog.Attach();
            return version();
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException or NotSupportedException or TypeInitializationException)
        {
            return OtherMajor(name, major);
        }
    }

    // Only to name what is there: nothing but the version is ever asked of it.
    private static uint? OtherMajor(string name, int major)
    {
        for (var other = major + MajorsSearched; other > major - MajorsSearched; other--)
        {
            if (other == major || !NativeLibrary.TryLoad(Path.Combine(ffmpeg.RootPath, $"lib{name}.so.{other}"), out var library)) continue;
            if (NativeLibrary.TryGetExport(library, name + "_version", out var address)) return ((delegate* unmanaged[Cdecl]<uint>)address)();
        }

        return null;
    }
}
