using Microsoft.Extensions.Logging;
using TimeShift.Core.Hub;
using TimeShift.Core.Media;
using TimeShift.FFmpeg.Inputs;
using TimeShift.Ingest.Sources;

namespace TimeShift.Ingest.Sessions;

/// <summary>One run of a source: open, read, publish, until it ends. On a thread of its own, since libavformat blocks.</summary>
internal sealed class SourceSession(SourceOptions options, StreamHub hub, TimeProvider clock, ILogger logger, Action onRunning)
{
    /// <summary>libavformat's deepest demuxers need a few tens of KiB; a default stack of 8 MiB would be reserved for every camera.</summary>
    private const int StackBytes = 512 << 10;

    public Task<SessionEnd> RunAsync(CancellationToken stop)
    {
        var done = new TaskCompletionSource<SessionEnd>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() => done.SetResult(Run(stop)), StackBytes) { IsBackground = true, Name = $"source {options.Name}" };
        thread.Start();
        return done.Task;
    }

    private SessionEnd Run(CancellationToken stop)
    {
        long started = 0;
        TimeSpan Lasted() => started == 0 ? TimeSpan.Zero : clock.GetElapsedTime(started);
        Publisher? publisher = null;
        InputFeed? feed = null;
        void End(StreamEnd end)
        {
            // What was held until all tracks are known is recorded, however the session ends.
            feed?.Flush();
            publisher?.End(end);
        }

        try
        {
            using var input = MediaInputs.Open(options.Source, new MediaInputOptions { Stream = options.Name.Value }, clock, stop);
            if (!hub.TryPublish(options.Name, new PublisherInfo(options.Source.Scheme, options.Source.ToString()), out publisher, out var refusal))
                return new SessionEnd(stop.IsCancellationRequested, refusal, TimeSpan.Zero);
            feed = new InputFeed(input, publisher, options.Name, logger);
            var pacer = options.Source.Scheme == "file" ? new LoopPacer(clock, stop) : null;
            while (true)
            {
                switch (input.Read(out var packet))
                {
                    case ReadResult.Packet:
                        if (started == 0)
                        {
                            started = clock.GetTimestamp();
                            onRunning();
                        }

                        if (pacer is null || pacer.Wait(packet, input.Tracks)) feed.Publish(packet, pacer?.Offset ?? 0);
                        break;
                    case ReadResult.EndOfStream when pacer is not null && started != 0 && input is MediaInput file:
                        feed.Flush();
                        pacer.NextRound();
                        file.Rewind();
                        break;
                    case ReadResult.EndOfStream:
                        End(StreamEnd.Finished);
                        return new SessionEnd(false, "the source ended", Lasted());
                    default:
                        End(StreamEnd.Stopped);
                        return new SessionEnd(true, "stopped", Lasted());
                }
            }
        }
        catch (MediaInputException e)
        {
            var stopped = stop.IsCancellationRequested || e.Fault == MediaInputFault.Cancelled;
            End(stopped ? StreamEnd.Stopped : e.Fault == MediaInputFault.InvalidData ? StreamEnd.Fault : StreamEnd.Lost);
            return new SessionEnd(stopped, SourceUrl.Mask(e.Message), Lasted());
        }
#pragma warning disable CA1031 // a session's defect ends that session; its supervisor tries again
        catch (Exception e)
#pragma warning restore CA1031
        {
            Log.SessionFailed(logger, e, options.Name);
            publisher?.End(StreamEnd.Fault);
            return new SessionEnd(stop.IsCancellationRequested, SourceUrl.Mask($"{e.GetType().Name}: {e.Message}"), Lasted());
        }
        finally
        {
            feed?.Dispose();
        }
    }
}
