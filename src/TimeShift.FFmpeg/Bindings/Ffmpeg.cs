#pragma warning disable CS8981, IDE1006 // Names are FFmpeg's and FFmpeg.AutoGen's.
using System.Runtime.CompilerServices;

// Imports take values and pointers only, so no marshalling stub is ever made for them.
[assembly: DisableRuntimeMarshalling]

namespace FFmpeg.AutoGen;

/// <summary>What FFmpeg's headers have as macros with parameters and as inline functions, which the generator leaves out.</summary>
internal static unsafe partial class ffmpeg
{
    // errno.h of Linux; the same on x86-64 and arm64.
    public const int EPERM = 1;
    public const int ENOENT = 2;
    public const int EIO = 5;
    public const int EAGAIN = 11;
    public const int ENOMEM = 12;
    public const int EINVAL = 22;
    public const int EPIPE = 32;
    public const int ENOSYS = 38;

    public static readonly Dictionary<string, int> LibraryVersionMap = new()
    {
        ["avcodec"] = LIBAVCODEC_VERSION_MAJOR,
        ["avfilter"] = LIBAVFILTER_VERSION_MAJOR,
        ["avformat"] = LIBAVFORMAT_VERSION_MAJOR,
        ["avutil"] = LIBAVUTIL_VERSION_MAJOR,
        ["swresample"] = LIBSWRESAMPLE_VERSION_MAJOR,
        ["swscale"] = LIBSWSCALE_VERSION_MAJOR,
    };

    /// <summary>Folder of the libraries; empty for the system's search path. Read when the first function of a library is called.</summary>
    public static string RootPath { get; set; } = "";

    public static int AVERROR(int error) => -error;

    public static int AVUNERROR(int error) => -error;

    public static int MKTAG(int a, int b, int c, int d) => a | (b << 8) | (c << 16) | (d << 24);

    public static int FFERRTAG(int a, int b, int c, int d) => -MKTAG(a, b, c, d);

    public static uint AV_VERSION_INT(uint a, uint b, uint c) => (a << 16) | (b << 8) | c;

    public static AVRational av_make_q(int num, int den) => new() { num = num, den = den };

    public static AVRational av_inv_q(AVRational q) => new() { num = q.den, den = q.num };

    public static double av_q2d(AVRational a) => a.num / (double)a.den;

    /// <summary>0 if equal, 1 or -1 for greater or less, <see cref="int.MinValue"/> when one is 0/0.</summary>
    public static int av_cmp_q(AVRational a, AVRational b)
    {
        var difference = a.num * (long)b.den - b.num * (long)a.den;
        if (difference != 0) return (int)((difference ^ a.den ^ b.den) >> 63) | 1;
        if (b.den != 0 && a.den != 0) return 0;
        return a.num != 0 && b.num != 0 ? (a.num >> 31) - (b.num >> 31) : int.MinValue;
    }
}
