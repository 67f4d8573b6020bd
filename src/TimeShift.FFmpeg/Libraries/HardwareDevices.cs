using System.Runtime.InteropServices;
using FFmpeg.AutoGen;

namespace TimeShift.FFmpeg.Libraries;

/// <summary>A kind of hardware that can decode or encode.</summary>
/// <param name="Name">FFmpeg's name: <c>cuda</c>, <c>vaapi</c>, <c>qsv</c>.</param>
/// <param name="Fault">Why it cannot be used; null where it can.</param>
public sealed record HardwareDevice(string Name, string? Fault)
{
    public bool IsUsable => Fault is null;
}

public static unsafe class HardwareDevices
{
    /// <summary>
    /// Opens the default device of every kind that FFmpeg knows and closes it again: 10 to 200 ms. Prints nothing. A broken driver may
    /// still take the
    /// process with it, so a server asks a child process (<c>timeshift doctor</c>).
    /// </summary>
    /// <exception cref="FFmpegUnavailableException">FFmpeg is not there.</exception>
    public static IReadOnlyList<HardwareDevice> Probe()
    {
        FFmpegLibraries.Check();
        using var quiet = FFmpegLog.Mute();
        SilenceDriver();
        var found = new List<HardwareDevice>();
        for (var type = ffmpeg.av_hwdevice_iterate_types(AVHWDeviceType.AV_HWDEVICE_TYPE_NONE);
            type != AVHWDeviceType.AV_HWDEVICE_TYPE_NONE;
            type = ffmpeg.av_hwdevice_iterate_types(type))
        {
            AVBufferRef* device = null;
            var result = ffmpeg.av_hwdevice_ctx_create(&device, type, null, null, 0);
            ffmpeg.av_buffer_unref(&device);
            found.Add(new HardwareDevice(ffmpeg.av_hwdevice_get_type_name(type), result < 0 ? AvError.Describe(result) : null));
        }

        return found;
    }

    // libva prints to stderr by itself; .NET's own environment is a copy that native code does not see.
    private static void SilenceDriver()
    {
        fixed (byte* name = "LIBVA_MESSAGING_LEVEL\0"u8)
        fixed (byte* value = "0\0"u8)
        {
            SetEnvironment(name, value, 0);
        }
    }

    [DllImport("libc", EntryPoint = "setenv", CallingConvention = CallingConvention.Cdecl)]
    private static extern int SetEnvironment(byte* name, byte* value, int overwrite);
}
