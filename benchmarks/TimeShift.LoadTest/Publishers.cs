using System.Collections.Concurrent;
using TimeShift.LoadTest.Media;
using TimeShift.LoadTest.Push;
using TimeShift.LoadTest.Rtmp;

namespace TimeShift.LoadTest;

/// <summary>All publishers of a run.</summary>
internal sealed class Publishers(LoadOptions options, Clip clip, TimeProvider clock) : IDisposable
{
    private const int ConnectingAtOnce = 16;

    // From the last handshake to the first byte of media.
    private const double StartDelay = 100;
    private readonly PushLoop _loop = new(clock, options.Tick);
    private readonly ConcurrentBag<string> _refusals = [];
    private int _probes;

    public PushLoop Loop => _loop;

    public IReadOnlyList<PushedStream> Streams { get; private set; } = [];

    public IReadOnlyCollection<string> Refusals => _refusals;

    /// <summary>Connects all, some at a time, then lets them begin.</summary>
    /// <param name="connected">Called once for each, whether it was let in or not.</param>
    public void Start(Action connected, CancellationToken cancel)
    {
        var open = new RtmpPublisher?[options.Publishers];
        try
        {
            Parallel.For(0, open.Length, new ParallelOptions { MaxDegreeOfParallelism = ConnectingAtOnce, CancellationToken = cancel }, i =>
            {
                try
                {
                    open[i] = RtmpPublisher.Open(RtmpAddress.Of(options.Rtmp!, i), clip.ChunkSize);
                }
                catch (PublishRefusedException e)
                {
                    _refusals.Add(e.Message);
                }

                connected();
            });
        }
        catch
        {
            foreach (var publisher in open) publisher?.Dispose();
            throw;
        }

        var begin = _loop.Now + StartDelay;
        Streams = [.. open.OfType<RtmpPublisher>().Select((p, i) => new PushedStream(p, clip, begin + Offset(i, open.Length, clip.GroupLength, options.Burst)))];
        foreach (var stream in Streams) _loop.Add(stream);
    }

    /// <summary>Milliseconds by which a publisher begins after the first: evenly over one group of pictures.</summary>
    public static double Offset(int index, int publishers, int groupLength, bool burst) => burst ? 0 : (double)index * groupLength / publishers;

    /// <summary>One more publisher, for a while.</summary>
    /// <returns>It, its number in the addresses, and when its first byte left.</returns>
    /// <exception cref="PublishRefusedException">It was not let in.</exception>
    public (PushedStream Stream, int Number, long Began) StartProbe()
    {
        var number = options.Publishers + _probes++;
        var address = RtmpAddress.Of(options.Rtmp!, number);
        var began = clock.GetTimestamp();
        var stream = new PushedStream(RtmpPublisher.Open(address, clip.ChunkSize), clip, _loop.Now);
        _loop.Add(stream);
        return (stream, number, began);
    }

    public void Dispose() => _loop.Dispose();
}
