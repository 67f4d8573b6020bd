using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FFmpeg.AutoGen;

namespace TimeShift.FFmpeg.Inputs;

/// <summary>
/// Ends FFmpeg's blocking calls: FFmpeg asks every 100 ms and before each wait, and is told to give up when the token is cancelled or the
/// deadline is over.
/// What it then returns differs by protocol (RTSP says "invalid data"), so whoever was interrupted looks here for the reason.
/// </summary>
internal sealed unsafe class Interrupt : IDisposable
{
    private const long Never = long.MaxValue;

    // In native memory: FFmpeg may ask from its own threads, and knows nothing of moving objects.
    private readonly State* _state = (State*)NativeMemory.AllocZeroed((nuint)sizeof(State));
    private readonly CancellationTokenRegistration _registration;

    public Interrupt(CancellationToken stop)
    {
        _state->Deadline = Never;
        _registration = stop.UnsafeRegister(static self => Volatile.Write(ref ((Interrupt)self!)._state->Stop, 1), this);
    }

    public bool IsCancelled => Volatile.Read(ref _state->Stop) != 0;

    /// <summary>Stays true once FFmpeg was told: it may hand out what it had parsed before it reports the end.</summary>
    public bool IsOverdue => Volatile.Read(ref _state->Overdue) != 0;

    public AVIOInterruptCB Callback => new()
    {
        callback = new AVIOInterruptCB_callback_func { Pointer = (IntPtr)(delegate* unmanaged[Cdecl]<void*, int>)&ShouldStop },
        opaque = _state,
    };

    /// <summary>What FFmpeg asks, for waits of our own.</summary>
    public bool ShouldGiveUp() => Ask(_state) != 0;

    public void SetDeadline(TimeSpan fromNow) =>
        Volatile.Write(ref _state->Deadline, ffmpeg.av_gettime_relative() + fromNow.Ticks / TimeSpan.TicksPerMicrosecond);

    /// <summary>For closing, which says goodbye to the peer: cancelled or not, it may take this long and no longer.</summary>
    public void AllowOnly(TimeSpan fromNow)
    {
        _registration.Dispose();
        SetDeadline(fromNow);
        Volatile.Write(ref _state->Overdue, 0);
        Volatile.Write(ref _state->Stop, 0);
    }

    /// <summary>Only after FFmpeg's object that has <see cref="Callback"/> is gone.</summary>
    public void Dispose()
    {
        _registration.Dispose();
        NativeMemory.Free(_state);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int ShouldStop(void* opaque) => Ask((State*)opaque);

    private static int Ask(State* state)
    {
        if (ffmpeg.av_gettime_relative() > Volatile.Read(ref state->Deadline)) Volatile.Write(ref state->Overdue, 1);
        return Volatile.Read(ref state->Stop) | Volatile.Read(ref state->Overdue);
    }

    private struct State
    {
        public int Stop;
        public int Overdue;
        public long Deadline;
    }
}
