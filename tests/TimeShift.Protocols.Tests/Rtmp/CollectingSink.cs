using TimeShift.Core.Hub;
using TimeShift.Core.Media;
using TimeShift.Core.Packets;

namespace TimeShift.Protocols.Tests.Rtmp;

internal sealed record CollectedPacket(long Epoch, Track Track, MediaTime Dts, MediaTime Pts, PacketFlags Flags, byte[] Data)
{
    public bool IsVideo => Track.Kind == MediaKind.Video;

    public bool IsKey => (Flags & PacketFlags.Key) != 0;
}

/// <summary>Keeps a copy of everything that a stream gives.</summary>
internal sealed class CollectingSink : IPacketSink
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly Lock _gate = new();
    private readonly List<StreamEpoch> _epochs = [];
    private readonly List<CollectedPacket> _packets = [];
    private readonly List<StreamEnd> _ends = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public StreamEpoch[] Epochs { get { lock (_gate) return [.. _epochs]; } }

    public CollectedPacket[] Packets { get { lock (_gate) return [.. _packets]; } }

    public StreamEnd[] Ends { get { lock (_gate) return [.. _ends]; } }

    public CollectedPacket[] Video => [.. Packets.Where(p => p.IsVideo)];

    public CollectedPacket[] Audio => [.. Packets.Where(p => !p.IsVideo)];

    public void OnEpoch(StreamEpoch epoch) => Change(() => _epochs.Add(epoch));

    public void OnPacket(MediaPacket packet) => Change(() => _packets.Add(new CollectedPacket(
        _epochs[^1].Number, _epochs[^1].Tracks.Tracks[packet.TrackIndex], packet.Dts, packet.Pts, packet.Flags, packet.Payload.ToArray())));

    public void OnEnd(StreamEnd end) => Change(() => _ends.Add(end));

    public async Task UntilAsync(Func<CollectingSink, bool> condition)
    {
        while (true)
        {
            Task changed;
            lock (_gate) changed = _changed.Task;
            if (condition(this)) return;
            await changed.WaitAsync(Limit);
        }
    }

    private void Change(Action change)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            change();
            changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.SetResult();
    }
}
