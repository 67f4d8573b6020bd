using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace TimeShift.Storage.Writing;

/// <summary>
/// Collects pinned pieces and writes them with <c>pwritev(2)</c>. <see cref="RandomAccess"/> has a gathered write too, but allocates several arrays per call;
/// this one allocates nothing. One per writer thread.
/// </summary>
internal sealed class GatheredWrite
{
    /// <summary>IOV_MAX of Linux: pieces in one call.</summary>
    private const int MaxPieces = 1024;
    private const int Interrupted = 4;
    private readonly IoVector[] _pieces = new IoVector[MaxPieces];
    private int _count;
    private SafeFileHandle? _file;
    private long _offset;

    public void Begin(SafeFileHandle file, long offset)
    {
        (_file, _offset, _count) = (file, offset, 0);
    }

    /// <param name="pinned">An array of the pinned heap, which stays alive until <see cref="Finish"/>.</param>
    public void Add(byte[] pinned, int offset, int length)
    {
        if (length == 0) return;
        if (_count == MaxPieces) Finish();
        _pieces[_count++] = new IoVector { Start = Marshal.UnsafeAddrOfPinnedArrayElement(pinned, offset), Length = length };
    }

    /// <exception cref="IOException">The disk refused; how much was written is unknown.</exception>
    public void Finish()
    {
        var first = 0;
        while (first < _count)
        {
            var written = WriteVectors(_file!, ref _pieces[first], _count - first, _offset);
            if (written < 0)
            {
                var error = Marshal.GetLastPInvokeError();
                if (error == Interrupted) continue;
                throw new IOException($"pwritev failed: {Marshal.GetPInvokeErrorMessage(error)}", error);
            }

            if (written == 0) throw new IOException("pwritev wrote nothing");
            _offset += written;
            while (first < _count && written >= _pieces[first].Length) written -= _pieces[first++].Length;
            if (written == 0) continue;
            _pieces[first].Start += (nint)written;
            _pieces[first].Length -= (nint)written;
        }

        _count = 0;
    }

    // A blittable DllImport: no marshalling stub, and no need for unsafe code.
    [DllImport("libc", EntryPoint = "pwritev64", SetLastError = true)]
    private static extern nint WriteVectors(SafeFileHandle file, ref IoVector pieces, int count, long offset);

    [StructLayout(LayoutKind.Sequential)]
    private struct IoVector
    {
        public nint Start;
        public nint Length;
    }
}
