using TimeShift.Core.Packets;

namespace TimeShift.Core.Hub;

/// <summary>
/// Takes a stream's packets inline, on the publisher's thread. An implementation does bounded work in memory and never blocks, waits or does I/O: what is
/// slower stands behind a queue of its own (<see cref="PacketQueue"/> for readers, the disk writer for the recording).
/// </summary>
public interface IPacketSink
{
    /// <summary>A new epoch begins; packets that follow belong to it. Also called when the sink is added to a live stream.</summary>
    void OnEpoch(StreamEpoch epoch);

    /// <summary>Lends a packet for the duration of the call; <see cref="MediaPacket.Share"/> keeps it.</summary>
    void OnPacket(MediaPacket packet);

    /// <summary>The publisher is gone. Another may come: then <see cref="OnEpoch"/> is called again.</summary>
    void OnEnd(StreamEnd end);
}
